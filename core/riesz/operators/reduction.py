"""Reductions along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InvalidType
from ..front import implements
from ..protocol import linear
from ..space import Space


@linear
class sum_:
    """The sum along `axis` (a sorted tuple of axes)."""

    def forward(xp, x, *, axis, keepdims):
        return xp.sum(x, axis=axis, keepdims=keepdims)

    def adjoint(xp, a, X, *, axis, keepdims):
        a = a if keepdims else xp.expand_dims(a, axis)
        return xp.broadcast_to(a, X.shape)

    def metric(X, *, axis, keepdims):
        return Space.bare(reduced(X.shape, axis, keepdims), X.dtype)


def reduced(shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """The shape that remains when the axes in `axis` are reduced."""
    kept = ((1 if i in axis else n) for i, n in enumerate(shape))
    return tuple(kept if keepdims else (n for i, n in enumerate(shape) if i not in axis))


def axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """An `axis` argument (None, int, tuple, negative) as a sorted tuple of axes."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(given, ndim)))


def refuse_out(out: Any, name: str) -> None:
    """`out=` cannot hold a traced value."""
    if out is not None:
        raise InvalidType(
            f"np.{name} was given out= with a traced value. Leave it out and use the result."
        )


@implements(np.sum)
def _sum(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    initial: Any = 0, where: Any = True,
) -> Any:  # fmt: skip
    """np.sum."""
    refuse_out(out, "sum")
    a = a if where is True else np.where(where, a, 0)
    a = a if dtype is None else a.astype(dtype)
    y = sum_(a, axis=axes(axis, a.ndim), keepdims=bool(keepdims))
    return y if initial is np._NoValue or (type(initial) is int and initial == 0) else y + initial
