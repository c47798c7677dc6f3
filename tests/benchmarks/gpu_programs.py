"""The programs of the GPU benchmark, in single precision: for any library, and by hand.

`objective(m, x, ...)` takes the library's functions: NumPy's for Riesz, torch's or jax.numpy's.
`hand(m, x, ...)` is value and gradient as a practised user of CuPy writes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = dict[str, Any]
DT = 0.1
BLOCK = 1 << 26  # entries of a block of the kernel matrix that is never there as a whole


@dataclass(frozen=True)
class Program:
    """`bytes` are moved and `flops` done at least, where intermediate values stay in registers."""

    name: str
    make: Callable[[float], Numbers]  # of the size: 1 is what a GPU is given; x, and constants
    objective: Callable[..., Any]
    hand: Callable[..., tuple[Any, Any]]
    bytes: Callable[[Numbers], float]
    flops: Callable[[Numbers], float]
    by_plugin: Callable[..., Any] | None = None  # for Riesz, where riesz-kernels is installed


def normal(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape, np.float32)


# --- b: one pass ----------------------------------------------------------------------------------


def wave(m: Any, x: Any) -> Any:
    return m.sum(m.sin(x) * m.exp(-(x**2)) / (1.0 + x**2))


def wave_by_hand(m: Any, x: Any) -> tuple[Any, Any]:
    s, square = m.sin(x), x * x
    d = 1.0 / (1.0 + square)
    weight = m.exp(-square) * d
    return m.sum(s * weight), weight * (m.cos(x) - 2.0 * x * s * (1.0 + d))


# --- d: all pairs of points, streamed -------------------------------------------------------------


def pairs(size: float) -> Numbers:
    n = max(8, int(1e5 * size**0.5))
    rng = np.random.default_rng(0)
    x, y = (rng.random((n, 3), np.float32) for _ in range(2))
    return {"x": x, "y": y, "b": normal(n), "c": normal(n)}


def block_of_sums(m: Any, x: Any, y: Any, b: Any) -> Any:
    """sum_j exp(-2 |x_i - y_j|^2) b_j, the points x being few enough for the matrix to fit."""
    distances = m.sum(x * x, axis=1)[:, None] + m.sum(y * y, axis=1) - 2.0 * (x @ y.T)
    return m.exp(-2.0 * distances) @ b


def kernel(m: Any, x: Any, y: Any, b: Any, c: Any) -> Any:
    rows = max(1, BLOCK // len(y))
    parts = range(0, len(x), rows)
    return sum(m.sum(block_of_sums(m, x[i : i + rows], y, b) * c[i : i + rows]) for i in parts)


def kernel_by_plugin(m: Any, x: Any, y: Any, b: Any, c: Any) -> Any:
    from riesz_kernels import kernel_sum

    return m.sum(kernel_sum(x, y, b, 0.5) * c)


def kernel_by_hand(m: Any, x: Any, y: Any, b: Any, c: Any) -> tuple[Any, Any]:
    rows = max(1, BLOCK // len(y))
    value, gradient = 0.0, m.empty_like(x)
    for i in range(0, len(x), rows):
        some, weight = x[i : i + rows], c[i : i + rows]
        distances = m.sum(some * some, axis=1)[:, None] + m.sum(y * y, axis=1) - 2.0 * (some @ y.T)
        K = m.exp(-2.0 * distances)
        sums = K @ b
        value = value + m.sum(sums * weight)
        gradient[i : i + rows] = (-4.0 * weight)[:, None] * (
            sums[:, None] * some - K @ (b[:, None] * y)
        )
    return value, gradient


# --- e: a Gaussian mixture, by its means ----------------------------------------------------------


def mixture_data(size: float) -> Numbers:
    n, d, K = max(16, int(1e5 * size)), 10, 50
    L = np.eye(d, dtype=np.float32) + 0.1 * np.tril(normal(K, d, d), -1)
    return {"x": normal(K, d), "points": normal(n, d), "L": L.astype(np.float32)}


def mixture(m: Any, x: Any, points: Any, L: Any) -> Any:
    K, d = x.shape
    white = (points - m.reshape(x, (K, 1, d))) @ m.swapaxes(L, 1, 2)
    return m.sum(m.log(m.sum(m.exp(-0.5 * m.sum(white * white, axis=2)), axis=0)))


def mixture_by_hand(m: Any, x: Any, points: Any, L: Any) -> tuple[Any, Any]:
    white = (points - x[:, None, :]) @ m.swapaxes(L, 1, 2)
    share = m.exp(-0.5 * m.sum(white * white, axis=2))
    total = m.sum(share, axis=0)
    pulled = m.sum((share / total)[:, :, None] * white, axis=1)
    return m.sum(m.log(total)), (pulled[:, None, :] @ L)[:, 0, :]


# --- f: the heat equation -------------------------------------------------------------------------


def heat_data(size: float) -> Numbers:
    n, steps = max(8, int(2048 * size**0.5)), max(2, int(1000 * size**0.5))
    return {"x": normal(n, n), "target": 0.5 * normal(n, n), "steps": steps}


def around(m: Any, u: Any) -> Any:
    return m.roll(u, 1, 0) + m.roll(u, -1, 0) + m.roll(u, 1, 1) + m.roll(u, -1, 1)


def in_turn(step: Callable[[Any], Any], x: Any, steps: int) -> Any:
    """The result of `steps` steps, one call after another."""
    for _ in range(steps):
        x = step(x)
    return x


def heat(m: Any, x: Any, target: Any, steps: int, loop: Any = in_turn) -> Any:
    x = loop(lambda x: x + DT * (around(m, x) - 3.0 * x - x * x * x), x, steps)
    return 0.5 * m.sum((x - target) ** 2)


def heat_by_hand(m: Any, x: Any, target: Any, steps: int) -> tuple[Any, Any]:
    points = []
    for _ in range(steps):
        points.append(x)
        x = x + DT * (around(m, x) - 3.0 * x - x * x * x)
    a = r = x - target
    for u in reversed(points):
        a = a + DT * (around(m, a) - a * (3.0 + 3.0 * (u * u)))
    return 0.5 * m.sum(r * r), a


# --- matrix products ------------------------------------------------------------------------------


def square(size: float) -> Numbers:
    n = max(8, int(4096 * size**0.5))
    return {"x": normal(n, n), "y": normal(n, n), "z": normal(n, n)}


def product(m: Any, x: Any, y: Any, z: Any) -> Any:
    return m.sum((x @ y) * z)


def product_by_hand(m: Any, x: Any, y: Any, z: Any) -> tuple[Any, Any]:
    return m.sum((x @ y) * z), z @ y.T


PROGRAMS = (
    Program("b elementwise", lambda size: {"x": normal(max(8, int(1e8 * size)))}, wave,
            wave_by_hand, lambda c: 2 * c["x"].nbytes, lambda c: 20 * c["x"].size),
    Program("d all pairs", pairs, kernel, kernel_by_hand,
            lambda c: 2 * c["x"].nbytes, lambda c: 20 * len(c["x"]) * len(c["y"]),
            kernel_by_plugin),
    Program("e mixture", mixture_data, mixture, mixture_by_hand,
            lambda c: 2 * c["points"].nbytes,
            lambda c: 4 * len(c["points"]) * c["L"].size),
    Program("f heat", heat_data, heat, heat_by_hand,
            lambda c: 5 * c["steps"] * c["x"].nbytes, lambda c: 25 * c["steps"] * c["x"].size),
    Program("matrix product", square, product, product_by_hand,
            lambda c: 4 * c["x"].nbytes, lambda c: 4 * len(c["x"]) ** 3),
)  # fmt: skip
