"""How many entries there are of each kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz_backends.pycuda.arrays import shape
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.indexing import add_at
from riesz_backends.pycuda.elementwise.composed import diff
from riesz_backends.pycuda.elementwise.pointwise import pointwise
from riesz_backends.pycuda.reductions.reduction import reduce
from riesz_backends.pycuda.reductions.statistics import sum_
from riesz_backends.pycuda.sorting.ordering import searchsorted


def bincount(x: Array, /, weights: Any = None, minlength: int = 0) -> Array:
    """np.bincount; the host reads how many bins there are."""
    n = reduce("max", x, (0,), keepdims=False).item() + 1 if x.size else 0
    y = shape.zeros(max(n, minlength), np.int64 if weights is None else np.float64)
    add_at(y, x, 1 if weights is None else weights)
    return y


def histogram(
    a: Array, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Array, Array]:
    """np.histogram for a number of bins, or edges."""
    x: Any = a.ravel()
    edges = histogram_bin_edges(x, bins, range)
    n = edges.size - 1
    place = searchsorted(edges, x, side="right") - 1
    place = pointwise("where", pointwise("equal", x, edges[-1]), n - 1, place)
    inside = (place >= 0) & (place < n)
    given = None if weights is None else weights.ravel()[inside]
    y: Any = bincount(place[inside], given, n)
    return (y / diff(edges) / sum_(y) if density else y), edges


def histogram_bin_edges(a: Array, bins: Any = 10, range: Any = None, weights: Any = None) -> Array:
    """np.histogram_bin_edges for a number of bins, or edges."""
    if isinstance(bins, str):
        raise UnsupportedOperator(f"bins={bins!r} has no kernel: a number or edges have.")
    if not isinstance(bins, int):
        return shape.asarray(bins)
    flat = a.ravel()
    if range is None and flat.size:
        range = tuple(reduce(name, flat, (0,), keepdims=False).item() for name in ("min", "max"))
    return shape.asarray(np.histogram_bin_edges(np.zeros(0, a.dtype), bins, range))


FUNCTIONS = {f.__name__: f for f in (bincount, histogram, histogram_bin_edges)}
