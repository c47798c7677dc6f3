"""Quantiles on a GPU: it puts rows into order, the host says between which entries they lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz_backends.cuda.rows import axes_of, rows

Host = np.ndarray[Any, Any]


def quantile(
    xp: Any, get: Callable[[Any], Host], a: Any, q: Any, axis: Any, method: str, keepdims: bool, *,
    skip_nan: bool,
) -> Any:  # fmt: skip
    """np.quantile, NaN where there is one, or np.nanquantile; `get` copies to the host.

    With `skip_nan`, the host reads how many numbers there are in each row.
    """
    axes = axes_of(axis, a.ndim)
    dtype = np.quantile(np.ones(1, a.dtype), q).dtype  # a number of Python's is weak
    x, q = xp.sort(rows(xp, a, axes).astype(dtype), axis=-1), np.asarray(q)
    lost = get(xp.sum(xp.isnan(x), axis=-1)) if skip_nan else np.zeros(x.shape[:-1], int)
    place = _places(x.shape[-1], q, method, lost)
    part = xp.asarray((place - np.floor(place)).astype(x.dtype))
    low, high = (xp.asarray(f(place).astype(np.int64)) for f in (np.floor, np.ceil))
    lower, upper = (xp.take_along_axis(x, i, -1) for i in (low, high))
    last = x[..., :1] if skip_nan else x[..., -1:]
    y = xp.where(xp.isnan(last), xp.nan, lower + part * (upper - lower)).astype(x.dtype)
    y = xp.moveaxis(y, -1, 0)
    tail = tuple(1 if i in axes else n for i, n in enumerate(a.shape)) if keepdims else y.shape[1:]
    return y.reshape((*q.shape, *tail))


def _places(n: int, q: Host, method: str, lost: Host) -> Host:
    """Where in sorted rows of n entries the quantiles are, rows of equal length together."""
    if not n:
        raise ValueError("A quantile of no entries was asked for.")
    place = np.zeros((*lost.shape, q.size))
    for missing in np.unique(lost):
        row = np.arange(max(n - missing, 1), dtype=float)
        place[lost == missing] = np.quantile(row, q.reshape(-1), method=method)  # type: ignore[call-overload]
    return place
