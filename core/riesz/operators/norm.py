"""Norms of vectors and matrices.

At 0, and at zero entries, the subgradient 0 is taken; those by singular values follow `svd`: a zero
one contributes u v^H, an element of the subdifferential, of equal largest ones the first counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space

from .arguments import array, axes, one_axis, reduced


@operator
class p_norm:
    """(sum |x|^p)^(1/p) along `axis`, a tuple of axes."""

    def forward(xp, x, *, p, axis, keepdims):
        if len(axis) == 1:
            return xp.linalg.norm(x, p, axis[0], keepdims)
        if p == 2 and len(axis) == x.ndim and not keepdims:
            return xp.linalg.norm(x)
        return xp.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=p)

    def adjoint(xp, a, y, x, *, p, axis, keepdims):
        if not keepdims:
            a, y = xp.expand_dims(a, axis), xp.expand_dims(y, axis)
        zero = y == 0
        slope = xp.where(zero, 0.0, a / xp.where(zero, 1.0, y))
        return slope * (x if p == 2 else _power_direction(xp, x, y, p))

    def metric(X, *, p, axis, keepdims):
        return Space.bare(reduced(X.shape, axis, keepdims), np.zeros((), X.dtype).real.dtype)


def _power_direction(xp: Any, x: Any, y: Any, p: float) -> Any:
    """x (|x| / y)^(p - 2), and 0 where x is 0."""
    r = abs(x)
    zero = r == 0
    ratio = xp.where(zero, 1.0, r) / xp.where(y == 0, 1.0, y)
    return xp.where(zero, 0.0, x * ratio ** (p - 2))


@implements(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = array(x)
    whole = axis is None and (ord is None or x.ndim == 1 or (x.ndim == 2 and ord in ("fro", "f")))
    if axis is None and not whole and x.ndim != 2:
        raise InvalidValue(
            f"np.linalg.norm with ord={ord!r} takes a vector or a matrix, but was given "
            f"{x.ndim} axes. Say along which: axis=(-2, -1) for matrices, axis=-1 for vectors."
        )
    if whole:
        return _vector_norm(x, axes(None, x.ndim), keepdims, ord if x.ndim == 1 else None)
    if axis is None:
        axis = (0, 1)
    axis = tuple(one_axis(i, x.ndim) for i in (axis if isinstance(axis, tuple | list) else (axis,)))
    along = _vector_norm if len(axis) == 1 else _matrix_norm
    return along(x, axis, keepdims, ord)


@implements(np.linalg.vector_norm)
def _np_vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    x = array(x)
    return _vector_norm(x, axes(axis, x.ndim), keepdims, ord)


@implements(np.linalg.matrix_norm)
def _np_matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    x = array(x)
    return _matrix_norm(x, (x.ndim - 2, x.ndim - 1), keepdims, ord)


def _vector_norm(x: Any, axis: tuple[int, ...], keepdims: bool, ord: Any) -> Any:
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(abs(x), axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise InvalidValue(f"ord={ord!r}, but the norm of a vector has a number or None.")
    if ord == 0:
        return np.sum((x != 0).astype(np.finfo(x.dtype).dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(abs(x), axis=axis, keepdims=keepdims)
    p = 2 if ord is None else ord
    return p_norm(x, p=int(p) if p == int(p) else float(p), axis=axis, keepdims=bool(keepdims))


def _matrix_norm(x: Any, axis: tuple[int, ...], keepdims: bool, ord: Any) -> Any:
    if len(axis) != 2:
        raise InvalidValue(f"axis={axis}, but a norm is taken along one axis or two.")
    order = tuple(sorted(axis))
    if ord in (None, "fro", "f"):
        return p_norm(x, p=2, axis=order, keepdims=bool(keepdims))
    if ord not in (1, -1, 2, -2, np.inf, -np.inf, "nuc"):
        raise InvalidValue(
            f"ord={ord!r}, but a matrix norm is 'fro', 'nuc', 1, -1, 2, -2, inf, -inf."
        )
    if ord in (2, -2, "nuc"):
        s = np.linalg.svdvals(np.moveaxis(x, axis, (-2, -1)))
        y = np.sum(s, axis=-1) if ord == "nuc" else s[..., 0 if ord == 2 else -1]
        return np.expand_dims(y, order) if keepdims else y
    rows, columns = axis if abs(ord) == 1 else axis[::-1]
    sums = np.sum(abs(x), axis=rows, keepdims=True)
    y = (np.max if ord > 0 else np.min)(sums, axis=columns, keepdims=True)
    return y if keepdims else np.squeeze(y, order)


@implements(np.linalg.cond)
def _cond(x: Any, p: Any = None) -> Any:
    x = array(x)
    if p in (None, 2, -2):
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    last = (x.ndim - 2, x.ndim - 1)
    return _matrix_norm(x, last, False, p) * _matrix_norm(np.linalg.inv(x), last, False, p)
