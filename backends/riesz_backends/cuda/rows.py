"""Several axes of an array as one, the last: what NumPy does along many, libraries do along one."""

from __future__ import annotations

import math
from typing import Any


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """An `axis` argument as a sorted tuple."""
    given = range(ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(sorted(i % ndim for i in given))


def rows(xp: Any, a: Any, axes: tuple[int, ...]) -> Any:
    """The entries along the axes as the last axis, behind the others."""
    kept = [i for i in range(a.ndim) if i not in axes]
    shape = (*(a.shape[i] for i in kept), math.prod(a.shape[i] for i in axes))
    return xp.transpose(a, (*kept, *axes)).reshape(shape)
