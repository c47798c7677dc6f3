"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import multilinear
from riesz.space import Space

from .arguments import array, arrays, refuse_out
from .hermitian import H, T, conj


@multilinear
class matmul:
    """x y: matrices in the last two axes, broadcast over the others; 1-D arguments are vectors."""

    broadcasts = True

    def forward(xp, x, y):
        return xp.matmul(x, y)

    def adjoint(xp, a, x, y):
        return (lambda: _by_left(a, x, y)), (lambda: _by_right(a, x, y))

    def metric(X, Y):
        lead = np.broadcast_shapes(X.shape[:-2], Y.shape[:-2])
        tail = (*X.shape[-2:-1], *(Y.shape[-1:] if len(Y.shape) > 1 else ()))
        return Space.bare((*lead, *tail), np.result_type(X.dtype, Y.dtype))


def _by_left(a: Any, x: Any, y: Any) -> Any:
    if y.ndim == 1:
        return a[..., None] * conj(y)
    if x.ndim == 1:
        return conj(y) @ a if y.ndim == 2 else (conj(y) @ a[..., None])[..., 0]
    return a @ H(y)


def _by_right(a: Any, x: Any, y: Any) -> Any:
    if x.ndim == 1:
        return conj(x) * a if y.ndim == 1 else conj(x)[:, None] * a[..., None, :]
    if y.ndim <= 2:  # one product instead of a stack of them that is summed afterwards
        return T(conj(_rows(x, 1))) @ _rows(a, y.ndim - 1)
    return H(x) @ a


def _rows(x: Any, ndim: int) -> Any:
    """All axes but the last `ndim` merged into one."""
    kept = x.shape[x.ndim - ndim :]
    return x if x.ndim == ndim + 1 else x.reshape(math.prod(x.shape[: x.ndim - ndim]), *kept)


@multilinear
class tensordot_:
    """The sum over pairs of axes: `axes` = (axes of x, axes of y), not negative."""

    def forward(xp, x, y, *, axes):
        return xp.tensordot(x, y, axes)

    def adjoint(xp, a, x, y, *, axes):
        return (
            lambda: _tensordot_adjoint(a, x, conj(y), *axes, left=True),
            lambda: _tensordot_adjoint(a, y, conj(x), *axes[::-1], left=False),
        )

    def metric(X, Y, *, axes):
        shape = [n for i, n in enumerate(X.shape) if i not in axes[0]]
        shape += [n for i, n in enumerate(Y.shape) if i not in axes[1]]
        return Space.bare(tuple(shape), np.result_type(X.dtype, Y.dtype))


def _tensordot_adjoint(a: Any, x: Any, y: Any, of_x: Any, of_y: Any, left: bool) -> Any:
    """Contract `a` with the free axes of y, and bring the axes back into the order of x."""
    free_x, free_y = ([i for i in range(z.ndim) if i not in of] for z, of in ((x, of_x), (y, of_y)))
    of_a = range(len(free_x), a.ndim) if left else range(len(free_y))
    g = tensordot_(a, y, axes=(tuple(of_a), tuple(free_y)))
    order = [*free_x, *(of_x[of_y.index(j)] for j in sorted(of_y))]
    return g.transpose(tuple(order.index(i) for i in range(x.ndim)))


@multilinear
class cross_:
    """The vector product of the last axes, of length 3."""

    broadcasts = True

    def forward(xp, x, y):
        return xp.cross(x, y)

    def adjoint(xp, a, x, y):
        return (lambda: cross_(conj(y), a)), (lambda: cross_(a, conj(x)))

    def metric(X, Y):
        return Space.bare(np.broadcast_shapes(X.shape, Y.shape), np.result_type(X.dtype, Y.dtype))


@implements(np.dot)
def _dot(a: Any, b: Any, out: Any = None) -> Any:
    refuse_out(out, "dot")
    a, b = arrays(a, b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if b.ndim <= 2:
        return matmul.entry(a, b)
    return np.tensordot(a, b, (-1, -2))


@implements(np.vdot)
def _vdot(a: Any, b: Any, /) -> Any:
    return matmul(np.ravel(conj(array(a))), np.ravel(array(b)))


@implements(np.inner)
def _inner(a: Any, b: Any, /) -> Any:
    a, b = arrays(a, b)
    return a * b if a.ndim == 0 or b.ndim == 0 else np.tensordot(a, b, (-1, -1))


@implements(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    refuse_out(out, "outer")
    return np.ravel(array(a))[:, None] * np.ravel(array(b))


@implements(np.linalg.outer)
def _linalg_outer(x1: Any, x2: Any, /) -> Any:
    return _outer(x1, x2)


@implements(np.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = arrays(a, b)
    if isinstance(axes, int):
        of_a, of_b = range(a.ndim - axes, a.ndim), range(axes)
    else:
        of_a, of_b = (i if isinstance(i, tuple | list) else (i,) for i in axes)
    axes = tuple(i % a.ndim for i in of_a), tuple(i % b.ndim for i in of_b)
    return tensordot_(a, b, axes=axes)


@implements(np.linalg.tensordot)
def _linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return _tensordot(x1, x2, axes)


@implements(np.linalg.matmul)
def _linalg_matmul(x1: Any, x2: Any, /) -> Any:
    return matmul(*arrays(x1, x2))


@implements(np.vecdot, np.linalg.vecdot)
def _vecdot(x1: Any, x2: Any, /, *, axis: int = -1, keepdims: bool = False) -> Any:
    """The sum of conj(x1) x2 along one axis."""
    x, y = (array(z) if axis == -1 else np.moveaxis(array(z), axis, -1) for z in (x1, x2))
    z = matmul(conj(x)[..., None, :], y[..., None])[..., 0, 0]
    return np.expand_dims(z, axis) if keepdims else z


def _matvec(x1: Any, x2: Any, /) -> Any:
    """Matrices x1 times vectors x2."""
    return matmul(array(x1), array(x2)[..., None])[..., 0]


def _vecmat(x1: Any, x2: Any, /) -> Any:
    """Conjugated vectors x1 times matrices x2."""
    return matmul(conj(array(x1))[..., None, :], array(x2))[..., 0, :]


if hasattr(np, "matvec"):  # NumPy 2.2
    _np_matvec, _np_vecmat = implements(np.matvec)(_matvec), implements(np.vecmat)(_vecmat)


@implements(np.cross)
def _cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = (np.moveaxis(array(x), i, -1) for x, i in ((a, axisa), (b, axisb)))
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise InvalidValue(
            f"np.cross was given vectors of lengths {a.shape[-1]} and {b.shape[-1]}; 3 and 3 are "
            "expected. In the plane write a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]."
        )
    return np.moveaxis(cross_(a, b), -1, axisc)


@implements(np.linalg.cross)
def _linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return _cross(x1, x2, axis=axis)


@implements(np.kron)
def _kron(a: Any, b: Any) -> Any:
    a, b = arrays(a, b)
    n = max(a.ndim, b.ndim)
    p, q = ((1,) * (n - x.ndim) + x.shape for x in (a, b))
    a = np.reshape(a, tuple(k for m in p for k in (m, 1)))
    b = np.reshape(b, tuple(k for m in q for k in (1, m)))
    return np.reshape(a * b, tuple(i * j for i, j in zip(p, q, strict=True)))


@implements(np.trace)
def _trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    refuse_out(out, "trace")
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


@implements(np.linalg.trace)
def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return _trace(x, offset, -2, -1, dtype)


@implements(np.linalg.multi_dot)
def _multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The product of several matrices, in the order that needs the fewest multiplications."""
    refuse_out(out, "linalg.multi_dot")
    A = [array(x) for x in arrays]
    if len(A) < 2:
        raise InvalidValue(f"np.linalg.multi_dot was given {len(A)} array(s); 2 are expected.")
    first, last = A[0].ndim == 1, A[-1].ndim == 1
    sizes = [1 if first else A[0].shape[0], *(x.shape[0] for x in A[1:])]
    sizes.append(1 if last else A[-1].shape[1])
    sizes[1] = A[0].shape[-1]
    return _multiply(A, _best_splits(sizes), 0, len(A) - 1)


def _best_splits(n: list[int]) -> dict[tuple[int, int], int]:
    """Where to split each chain i..j of matrices n[i] x n[i+1], by dynamic programming."""
    cost: dict[tuple[int, int], float] = {(i, i): 0 for i in range(len(n) - 1)}
    split = {}
    for length in range(1, len(n) - 1):
        for i in range(len(n) - 1 - length):
            j, best = i + length, math.inf
            for k in range(i, j):
                c = cost[i, k] + cost[k + 1, j] + n[i] * n[k + 1] * n[j + 1]
                if c < best:
                    best, split[i, j] = c, k
            cost[i, j] = best
    return split


def _multiply(A: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return A[i]
    k = split[i, j]
    return matmul(_multiply(A, split, i, k), _multiply(A, split, k + 1, j))
