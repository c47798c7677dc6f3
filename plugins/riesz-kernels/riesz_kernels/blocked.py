"""The reductions tile by tile, in any backend's namespace: O(N + M) numbers are ever stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from riesz.backend import backend_of
from riesz_kernels.profile import Profile, profile

# Rows and columns of a tile. On the host it has fewer than the 10,000 pairs from which BLAS starts
# threads, and stays in the cache; a device wants many pairs at a time.
HOST, DEVICE = (16, 512), (1024, 4096)

Array = Any


class ArrayMath:
    """The two functions that a profile needs, on arrays."""

    def __init__(self, xp: Any) -> None:
        """Functions of `xp`."""
        self.xp, self.sqrt = xp, xp.sqrt

    def inverse(self, w: Array) -> Array:
        """1/w, and 0 where w is 0."""
        zero = w == 0
        return self.xp.where(zero, 0.0, 1.0 / self.xp.where(zero, 1.0, w))


def moment(
    xp: Any, x: Array, y: Array, b: Array, *log: Array, kernel: str, order: int, contract: int,
    emit: int,
) -> Array:  # fmt: skip
    """The sums of `riesz_kernels.moment`."""
    phi, shape = profile(kernel, order), result_shape(x, b, emit)
    return xp.reshape(_moment(xp, x, y, b, log, phi, contract, emit), shape)


def result_shape(x: Array, b: Array, emit: int) -> tuple[int, ...]:
    """(N, d, ..., d, p)."""
    n, d = x.shape
    return (n, *(d,) * emit, b.shape[-1])


def _moment(
    xp: Any, x: Array, y: Array, b: Array, log: tuple[Array, ...], phi: Profile,
    contract: int, emit: int,
) -> Array:  # fmt: skip
    d, channels = x.shape[1], b.shape[-1]
    dtype = xp.result_type(x, y, b, *log)
    b = xp.reshape(b, (b.shape[0], d**contract, channels))

    def tile(i: slice, j: slice) -> Array:
        D = differences(x[i], y[j])
        weight = Weights(value(xp, phi, squares(xp, D, x[i], y[j]), *_log(log, i, j)), D)
        sums = [_sum(weight, e, b[j], contract) for e in product(range(d), repeat=emit)]
        return xp.stack(sums, 1) if sums else xp.zeros((x[i].shape[0], 0, channels), dtype=dtype)

    rows, columns = tiles(x, y)
    return xp.concatenate([_total(tile(i, j) for j in columns) for i in rows])


def logsumexp(xp: Any, x: Array, y: Array, b: Array, *, kernel: str) -> Array:
    """log sum_j phi(|x_i - y_j|^2) exp(b_j)."""
    phi, (rows, columns) = profile(kernel), tiles(x, y)
    return xp.concatenate([_logsumexp(xp, x[i], y, b, phi, columns) for i in rows])


def _logsumexp(xp: Any, x: Array, y: Array, b: Array, phi: Profile, columns: list[slice]) -> Array:
    """The same for a few rows: the largest exponent met so far is taken out of the sum."""
    top = xp.full((x.shape[0],), -xp.inf, dtype=xp.result_type(x, y, b))
    total = xp.zeros_like(top)
    for j in columns if y.shape[0] else ():
        exponent, scale = phi.parts(ArrayMath(xp), squares(xp, differences(x, y[j]), x, y[j]))
        z = b[None, j] if exponent is None else exponent + b[None, j]
        higher = xp.maximum(top, xp.max(z, axis=1))
        base = _finite(xp, higher)
        total = total * xp.exp(top - base) + xp.sum(scale * xp.exp(z - base[:, None]), axis=1)
        top = higher
    none = total == 0
    return xp.where(none, -xp.inf, _finite(xp, top) + xp.log(xp.where(none, 1.0, total)))


class Weights:
    """phi times products of coordinates of D, each computed once."""

    def __init__(self, phi: Array, D: list[Array]) -> None:
        """`phi` of a tile and its differences, one array per coordinate."""
        self.D, self.known = D, dict[tuple[int, ...], Array]({(): phi})

    def __call__(self, axes: tuple[int, ...]) -> Array:
        """phi D_k D_l ... for axes (k, l, ...), in any order."""
        axes = tuple(sorted(axes))
        if axes not in self.known:
            self.known[axes] = self(axes[:-1]) * self.D[axes[-1]]
        return self.known[axes]


def differences(x: Array, y: Array) -> list[Array]:
    """x_ik - y_jk for each k."""
    columns = y.T.copy()
    return [x[:, k, None] - columns[k] for k in range(x.shape[1])]


def squares(xp: Any, D: list[Array], x: Array, y: Array) -> Array:
    """|x_i - y_j|^2."""
    if not D:
        return xp.zeros((x.shape[0], y.shape[0]), dtype=x.dtype)
    t = D[0] * D[0]
    for Dk in D[1:]:
        t += Dk * Dk
    return t


def value(xp: Any, phi: Profile, t: Array, *log: Array) -> Array:
    """phi(t) exp(alpha_i + beta_j)."""
    exponent, scale = phi.parts(ArrayMath(xp), t)
    for term in log:
        exponent = term if exponent is None else exponent + term
    if exponent is None:
        return scale + xp.zeros_like(t) if isinstance(scale, float) else scale
    exponential = xp.exp(exponent)
    return exponential if isinstance(scale, float) and scale == 1.0 else scale * exponential


def _sum(weight: Weights, e: tuple[int, ...], b: Array, contract: int) -> Array:
    """sum_j of the weights with D^e D^f times b_jf, over f."""
    d = len(weight.D)
    terms = [weight((*e, *f)) @ b[:, c] for c, f in enumerate(product(range(d), repeat=contract))]
    return sum(terms[1:], start=terms[0])


def _finite(xp: Any, x: Array) -> Array:
    """x, but 0 where it is infinite: what is subtracted from exponents."""
    return xp.where(xp.isinf(x), 0.0, x)


def _log(log: tuple[Array, ...], i: slice, j: slice) -> tuple[Array, ...]:
    return (log[0][i, None], log[1][None, j]) if log else ()


def _total(parts: Iterable[Array]) -> Array:
    first, *rest = parts
    return sum(rest, start=first)


def tiles(x: Array, y: Array) -> tuple[list[slice], list[slice]]:
    """The rows and the columns of the tiles, one at least of each."""
    height, width = HOST if "host" in backend_of(x).capabilities else DEVICE
    n, m = x.shape[0], y.shape[0]
    height = max(height, height * width // max(m, 1)) if m < width else height
    return list(_slices(n, height)), list(_slices(m, width))


def _slices(n: int, step: int) -> Iterator[slice]:
    return (slice(k, min(k + step, n)) for k in range(0, max(n, 1), step))
