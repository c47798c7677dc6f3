"""`check_grads`: a program's derivatives against differences of its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import to_numpy
from riesz.checking import count
from riesz.errors import GradientMismatch, InvalidValue
from riesz.tree import flatten

from .argument import Arguments, name_of
from .forward import jvp
from .reverse import vjp
from .watch import Watch

Function = Callable[..., Any]


def check_grads(
    f: Function, *x: Any, order: int = 2, rtol: float | None = None, seed: int = 0
) -> None:
    """Check the derivatives of f at x, up to `order`, in reverse and in forward mode.

    In a random direction u and for a random covector a of y, the three numbers a(df(x)u) by
    central differences, by `jvp`, and (df(x)'a)(u) by `vjp` must agree: the last two to rounding.
    A difference steps by eps^(1/3), so that x should be of the size of 1: scale it if it is not.

    Raises GradientMismatch, which is an AssertionError and tells all three; InvalidValue if the
    metric of an operator does not tell what its forward returns.

    >>> import numpy as np, riesz
    >>> riesz.check_grads(lambda x: np.sin(x) * x, np.array([0.3, 2.0]))
    """
    order, rng = count("order", order), np.random.default_rng(seed)
    arguments = Arguments(f, x, {}, tuple(range(len(x))))
    points = arguments.leaves
    if not points:
        raise InvalidValue(f"{name_of(f)} is given no array to be differentiated by: give a point.")

    def g(*leaves: Any) -> Any:
        return tuple(flatten(arguments.call(list(leaves)))[0])

    _watch(g, points)
    u = [_random(p, rng) for p in points]
    y, pullback = vjp(g, *points)
    a = tuple(_random(yi, rng) for yi in y)
    _compare(g, points, u, a, pullback, name_of(f), rtol)
    if order > 1:
        first = _transposed(g, a)
        first.__name__ = f"derivative of {name_of(f)}"
        check_grads(first, *points, order=order - 1, rtol=rtol, seed=seed + 1)


def _watch(g: Function, points: list[Any]) -> None:
    watch = Watch()
    try:
        g(*map(watch.input, points))
    finally:
        watch.close()


def _transposed(g: Function, a: tuple[Any, ...]) -> Function:
    def covector(*leaves: Any) -> Any:
        return vjp(g, *leaves)[1](a)

    return covector


def _compare(
    g: Function, x: list[Any], u: list[Any], a: Any, pullback: Any, name: str, rtol: float | None
) -> None:
    eps = max(float(np.finfo(p.dtype).eps) for p in x)
    rtol = rtol or 200 * eps ** (2 / 3)
    covectors = pullback(a)
    covectors = covectors if isinstance(covectors, tuple) else (covectors,)
    forward = pairing(a, jvp(g, tuple(x), tuple(u))[1])
    reverse = pairing(covectors, u)
    difference = _difference(g, x, u, eps ** (1 / 3))
    numeric = pairing(a, difference)
    scale = size(a) * size(difference) + size(covectors) * size(u)
    # Where the derivative is zero, what is left of the difference is its truncation error, h^2.
    scale += eps + eps ** (2 / 3) * size(a) * size(u) / rtol
    for other, what, tolerance in (
        (numeric, "central differences", rtol),
        (forward, "forward mode", 1000 * eps),
    ):
        if not abs(reverse - other) <= tolerance * scale:
            raise GradientMismatch(
                f"{name}: reverse mode gives {reverse:.10g}, {what} {other:.10g} (differences "
                f"{numeric:.10g}, forward {forward:.10g}); allowed {tolerance * scale:.3g}. "
                "An operator's adjoint is not the transpose of its derivative (for complex numbers "
                "the conjugate one), or the program is not differentiable here."
            )


def _difference(g: Function, x: list[Any], u: list[Any], h: float) -> tuple[Any, ...]:
    plus = g(*(p + h * v for p, v in zip(x, u, strict=True)))
    minus = g(*(p - h * v for p, v in zip(x, u, strict=True)))
    return tuple((p - m) / (2 * h) for p, m in zip(plus, minus, strict=True))


def pairing(a: Any, u: Any) -> float:
    """Re<a, u>, summed over leaves, in double precision."""
    return float(sum(np.vdot(_wide(ai), _wide(ui)).real for ai, ui in zip(a, u, strict=True)))


def size(a: Any) -> float:
    """The Euclidean norm over all leaves."""
    return float(np.sqrt(sum(np.linalg.norm(_wide(ai)) ** 2 for ai in a)))


def _wide(x: Any) -> Any:
    x = to_numpy(x)
    return x.astype(complex if x.dtype.kind == "c" else float).ravel()


def _random(x: Any, rng: np.random.Generator) -> Any:
    from riesz.backend import asarray, backend_of

    u = rng.standard_normal(np.shape(x))
    dtype = getattr(x, "dtype", np.dtype(float))
    u = u + 1j * rng.standard_normal(np.shape(x)) if dtype.kind == "c" else u
    u = np.asarray(u).astype(dtype)
    u = asarray(u, backend=backend_of(x).name) if hasattr(x, "dtype") else u
    if isinstance(u, np.ndarray):
        u.flags.writeable = False  # so that a rule that writes into what it is given is found
    return u
