"""Weighted counts: linear in the weights, locally constant in what is counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.front import implements
from riesz.traced import Traced, looked_at, strip

from .arguments import arrays
from .index import PLACE, Key, index_add


@implements(np.bincount)
def _bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """np.bincount, linear in the weights."""
    x = arrays(weights, looked_at(x, "np.bincount"))[1]
    if type(weights) is not Traced:
        return np.bincount(x, weights, minlength)
    n = max(x.max().item() + 1 if x.size else 0, minlength)
    return _counted(x, weights.astype(float), n)


def _counted(i: Any, weights: Any, n: int) -> Any:
    return index_add(
        namespace(weights).zeros(n, dtype=weights.dtype),
        weights,
        i,
        key=Key((PLACE,), unique=False),
    )


@implements(np.histogram)
def _histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """np.histogram, linear in the weights and locally constant in `a`."""
    values = np.ravel(looked_at(a, "np.histogram"))
    edges = np.histogram_bin_edges(values, strip(bins), range)
    if type(weights) is not Traced:
        return np.histogram(values, edges, density=density, weights=weights)
    n = len(edges) - 1
    i = np.where(values == edges[-1], n - 1, np.searchsorted(edges, values, side="right") - 1)
    inside = (i >= 0) & (i < n)
    y = _counted(i[inside], np.ravel(weights)[inside], n)
    return (y / np.diff(edges) / np.sum(y) if density else y), edges
