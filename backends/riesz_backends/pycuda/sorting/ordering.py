"""Sorting and searching, and what NumPy makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz_backends.cuda.quantile import quantile as of_rows
from riesz_backends.pycuda.arrays import shape
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.indexing import flatnonzero
from riesz_backends.pycuda.elementwise.pointwise import convert, pointwise
from riesz_backends.pycuda.reductions.scan import scan
from riesz_backends.pycuda.sorting.order import places_in_order, search


def argsort(
    a: Array, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Array:
    """np.argsort; always stable."""
    a, axis = (a.ravel(), 0) if axis is None else (a, axis % max(a.ndim, 1))
    rows = convert(shape.moveaxis(a, axis, -1), a.dtype)
    return shape.moveaxis(places_in_order(rows), -1, axis)


def sort(
    a: Array, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Array:
    """np.sort."""
    a, axis = (a.ravel(), 0) if axis is None else (a, axis % max(a.ndim, 1))
    return take_along_axis(a, argsort(a, axis), axis)


def argpartition(
    a: Array, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Array:
    """np.argpartition: everything is put into order."""
    return argsort(a, axis)


def partition(
    a: Array, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Array:
    """np.partition: everything is put into order."""
    return sort(a, axis)


def take_along_axis(arr: Array, indices: Array, axis: int | None = -1) -> Array:
    """np.take_along_axis."""
    if axis is None:
        arr, axis = arr.ravel(), 0
    grid = [
        shape.arange(n).reshape(tuple(-1 if k == j else 1 for j in range(arr.ndim)))
        for k, n in enumerate(arr.shape)
    ]
    grid[axis % arr.ndim] = indices
    return arr[tuple(grid)]


def searchsorted(a: Array, v: Any, side: str = "left", sorter: Any = None) -> Array:
    """np.searchsorted."""
    a, v = shape.asarray(a), shape.asarray(v)
    a = a if sorter is None else a[sorter]
    dtype = np.result_type(a.dtype, v.dtype)
    a, v = convert(a, dtype), convert(v, dtype)
    return search(a, v, side == "right")


def digitize(x: Any, bins: Array, right: bool = False) -> Array:
    """np.digitize."""
    side = "left" if right else "right"
    if len(bins) < 2 or not (bins[0] > bins[-1]).item():
        return searchsorted(bins, x, side)
    return pointwise("subtract", bins.size, searchsorted(shape.flip(bins), x, side))


def isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *,
    kind: Any = None,
) -> Array:  # fmt: skip
    """np.isin."""
    x, known = shape.asarray(element), sort(shape.asarray(test_elements), None)
    if not known.size:
        return shape.full(x.shape, invert, dtype=bool)
    place = pointwise("minimum", searchsorted(known, x), known.size - 1)
    return pointwise("not_equal" if invert else "equal", known[place], x)


def unique(
    ar: Array, return_index: bool = False, return_inverse: bool = False,
    return_counts: bool = False, axis: Any = None, *, equal_nan: bool = True, sorted: bool = True,
) -> Any:  # fmt: skip
    """np.unique of all entries."""
    if axis is not None:
        raise UnsupportedOperator("unique along an axis has no kernel: of all entries it has.")
    order = argsort(ar, None)
    x = ar.ravel()[order]
    differs = pointwise("not_equal", x[1:], x[:-1])
    if equal_nan:
        differs = differs & ~(pointwise("isnan", x[1:]) & pointwise("isnan", x[:-1]))
    first = shape.concatenate((shape.ones(min(x.size, 1), bool), differs))
    begins = flatnonzero(first)
    found = [x[begins]]
    if return_index:
        found.append(order[begins])
    if return_inverse:
        inverse = Array.empty(x.shape, np.int64)
        inverse[order] = scan("cumsum", first, 0, np.int64) - 1
        found.append(inverse.reshape(ar.shape))
    if return_counts:
        ends = shape.concatenate((begins[1:], shape.full(min(x.size, 1), x.size, np.int64)))
        found.append(ends - begins)
    return found[0] if len(found) == 1 else tuple(found)


def quantile(
    a: Array, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: bool = False,
) -> Array:  # fmt: skip
    """np.quantile, by NumPy's own rule for the places 0, 1, ..., n - 1; NaN where there is one."""
    return _quantile(a, q, axis, method, keepdims, skip_nan=False)


def nanquantile(
    a: Array, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: bool = False,
) -> Array:  # fmt: skip
    """np.nanquantile; the host reads how many numbers there are in each row."""
    return _quantile(a, q, axis, method, keepdims, skip_nan=True)


def _quantile(a: Array, q: Any, *how: Any, skip_nan: bool) -> Array:
    from riesz_backends.pycuda.namespace import xp

    q = q.get() if isinstance(q, Array) else q
    y: Array = of_rows(xp, Array.get, a, q, *how, skip_nan=skip_nan)
    return y


def median(
    a: Array, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    keepdims: bool = False,
) -> Array:  # fmt: skip
    """np.median."""
    return quantile(a, 0.5, axis, keepdims=keepdims)


FUNCTIONS = {
    f.__name__: f
    for f in (
        argsort, sort, argpartition, partition, take_along_axis, searchsorted, digitize, isin,
        quantile, nanquantile, median, unique,
    )
}  # fmt: skip
