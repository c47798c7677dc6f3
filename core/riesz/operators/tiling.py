"""Entries repeated and inserted, also in windows that overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from riesz.backend import namespace
from riesz.front import implements

from .arguments import along, array, beside, common, one_axis


@implements(np.tile)
def _tile(A: Any, reps: Any) -> Any:
    """np.tile."""
    A, reps = array(A), tuple(np.atleast_1d(reps).tolist())
    n = max(A.ndim, len(reps))
    reps, shape = (1,) * (n - len(reps)) + reps, (1,) * (n - A.ndim) + A.shape
    return _blown_up(A, shape, reps, outer=True)


def _blown_up(x: Any, shape: tuple[int, ...], reps: tuple[int, ...], outer: bool) -> Any:
    """x of `shape`, repeated along each axis: as a whole (outer) or entry by entry."""
    if all(r == 1 for r in reps):
        return x.reshape(shape)
    pairs = list(zip(reps, shape, strict=True) if outer else zip(shape, reps, strict=True))
    thin = [m for r, n in zip(reps, shape, strict=True) for m in ((1, n) if outer else (n, 1))]
    wide = [m for pair in pairs for m in pair]
    y = np.broadcast_to(x.reshape(tuple(thin)), tuple(wide))
    return y.reshape(tuple(r * n for r, n in pairs))


@implements(np.repeat)
def _repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """np.repeat."""
    a, repeats = array(a), np.asarray(repeats)
    a, i = (a.reshape(-1), 0) if axis is None else (a, one_axis(axis, a.ndim))
    if repeats.size != 1:
        return a[along(beside(a, np.repeat(np.arange(a.shape[i]), repeats)), i)]
    reps = tuple(int(repeats.item()) if j == i else 1 for j in range(a.ndim))
    return _blown_up(a, a.shape, reps, outer=False)


@implements(sliding_window_view)
def _sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """NumPy's windows, as a copy: the derivative adds up where they overlap."""
    x = array(x)
    places = np.arange(x.size).reshape(x.shape)
    return np.ravel(x)[beside(x, sliding_window_view(places, window_shape, axis))]


@implements(np.resize)
def _resize(a: Any, new_shape: Any) -> Any:
    """np.resize: the entries again and again until the shape is full."""
    a, shape = np.ravel(a), tuple(np.atleast_1d(new_shape).tolist())
    if not a.size:
        return namespace(a).zeros(shape, dtype=a.dtype)
    return a[beside(a, np.resize(np.arange(a.size), shape))]


@implements(np.insert)
def _insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """np.insert."""
    arr, values = common((arr, values))
    arr, i = (arr.reshape(-1), 0) if axis is None else (arr, one_axis(axis, arr.ndim))
    values = values.reshape((1,) * (arr.ndim - values.ndim) + values.shape)
    if np.ndim(obj) == 0 and not isinstance(obj, slice):
        values = np.moveaxis(values, 0, i)
        number = values.shape[i]
    else:
        number = len(np.insert(np.arange(arr.shape[i]), obj, 0)) - arr.shape[i]
    shape = (*arr.shape[:i], number, *arr.shape[i + 1 :])
    joined = np.concatenate((arr, np.broadcast_to(values, shape).astype(arr.dtype)), axis=i)
    n = arr.shape[i]
    order = np.insert(np.arange(n), obj, np.arange(n, n + number))
    return joined[along(beside(arr, order), i)]
