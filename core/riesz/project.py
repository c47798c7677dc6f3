"""Where covectors and tangents meet the space they must live in: the transpose of broadcasting.

An operator's rule never broadcasts, casts or takes real parts by hand; these two functions do.
"""

from __future__ import annotations

from math import prod
from typing import Any

from .errors import InvalidValue


def to_space(g: Any, X: Any) -> Any:
    """The covector `g` as one of the space `X`: summed over broadcast axes, real part, dtype.

    `X` is anything with a shape and a dtype. This is the transpose of broadcasting and of the
    embedding of the reals in the complex numbers.
    """
    if g.shape != X.shape:
        g = _sum_to(g, X.shape)
    return g if g.dtype == X.dtype else _cast(g, X.dtype)


def _sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    lead = g.ndim - len(shape)
    pairs = zip(range(max(lead, 0), g.ndim), shape[max(-lead, 0) :], strict=True)
    stretched = [i for i, n in pairs if n == 1 and g.shape[i] != 1]
    summed = g.sum(axis=(*range(lead), *stretched))
    if summed.shape == shape:
        return summed
    if prod(summed.shape) != prod(shape):
        raise InvalidValue(
            f"An adjoint returned a covector of shape {g.shape} for an argument of shape {shape}. "
            "Return one of the shape of the argument, or of what it is broadcast to."
        )
    return summed.reshape(shape)


def to_codomain(u: Any, y: Any) -> Any:
    """The tangent `u` broadcast to the shape of `y`, its real part where y is real, its dtype."""
    if u.shape != y.shape:
        from .backend import namespace

        u = namespace(u, y).broadcast_to(u, y.shape)
    return u if u.dtype == y.dtype else _cast(u, y.dtype)


def _cast(g: Any, dtype: Any) -> Any:
    g = g.real if g.dtype.kind == "c" and dtype.kind != "c" else g
    return g if g.dtype == dtype else g.astype(dtype)
