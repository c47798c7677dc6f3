"""Where covectors and tangents meet the space they must live in: the transpose of broadcasting.

An operator's rule never broadcasts, casts or takes real parts by hand; these two functions do.
"""

from __future__ import annotations

from typing import Any


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
    stretched = [lead + i for i, n in enumerate(shape) if n == 1 and g.shape[lead + i] != 1]
    g = g.sum(axis=(*range(lead), *stretched))
    return g if g.shape == shape else g.reshape(shape)


def to_codomain(u: Any, y: Any) -> Any:
    """The tangent `u` broadcast to the shape of `y`, its real part where y is real, its dtype."""
    if u.shape != y.shape:
        from .backend import namespace

        u = namespace(u, y).broadcast_to(u, y.shape)
    return u if u.dtype == y.dtype else _cast(u, y.dtype)


def _cast(g: Any, dtype: Any) -> Any:
    g = g.real if g.dtype.kind == "c" and dtype.kind != "c" else g
    return g if g.dtype == dtype else g.astype(dtype)
