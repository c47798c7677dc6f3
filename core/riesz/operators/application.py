"""Python functions applied along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.front import implements

from .arguments import array, one_axis


@implements(np.apply_along_axis)
def _apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any
) -> Any:
    """np.apply_along_axis: a loop over the vectors, stacked."""
    arr = array(arr)
    i = one_axis(axis, arr.ndim)
    x = np.moveaxis(arr, i, -1)
    vectors = x.reshape((-1, x.shape[-1]))
    y = np.stack([array(func1d(v, *args, **kwargs)) for v in vectors])
    y = y.reshape((*x.shape[:-1], *y.shape[1:]))
    batch, new = x.ndim - 1, y.ndim - x.ndim + 1
    return np.moveaxis(y, [*range(batch, batch + new)], [*range(i, i + new)])


@implements(np.apply_over_axes)
def _apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """np.apply_over_axes."""
    y = array(a)
    for axis in np.atleast_1d(axes).tolist():
        reduced = func(y, axis)
        y = reduced if reduced.ndim == y.ndim else np.expand_dims(reduced, axis)
    return y
