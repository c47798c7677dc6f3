"""Sorting and order statistics: linear in the entries, once their order is known.

Where entries tie, the order is the one that NumPy's sort gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidType, UnsupportedOperator
from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space
from riesz.traced import Traced

from .arguments import array, axes, beside, flag, given, one_axis, reduced, refuse_out, rows
from .index import along_axis


def _flat(a: Any, axis: Any) -> tuple[Any, int]:
    a = array(a)
    return (a.reshape(-1), 0) if axis is None else (a, one_axis(axis, a.ndim))


@implements(np.sort)
def _sort(
    a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    """np.sort."""
    a, i = _flat(a, axis)
    return along_axis(a, np.argsort(a, i, kind, order, stable=stable), i, unique=True)


@implements(np.partition)
def _partition(
    a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None
) -> Any:
    """np.partition."""
    a, i = _flat(a, axis)
    return along_axis(a, np.argpartition(a, kth, i, kind, order), i, unique=True)


@operator
class running_argument:
    """Where along `axis` the running maximum or minimum was last attained; locally constant."""

    real_only = True

    def forward(xp, x, *, extreme, axis):
        best = getattr(xp, extreme).accumulate(x, axis=axis)
        place = xp.arange(x.shape[axis]).reshape(
            tuple(-1 if i == axis else 1 for i in range(x.ndim))
        )
        hit = xp.logical_or(x == best, xp.isnan(x))
        return xp.maximum.accumulate(xp.where(hit, place, 0), axis=axis)

    adjoint = None

    def metric(X, *, extreme, axis):
        return Space.bare(X.shape, np.dtype(np.intp))


@implements(name="cummax")
def _cummax(x: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    """np.maximum.accumulate; at a tie, the last entry counts."""
    refuse_out(out, "maximum.accumulate")
    i = one_axis(axis, x.ndim)
    return along_axis(x, running_argument(x, extreme="maximum", axis=i), i)


@implements(name="cummin")
def _cummin(x: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    """np.minimum.accumulate; at a tie, the last entry counts."""
    refuse_out(out, "minimum.accumulate")
    i = one_axis(axis, x.ndim)
    return along_axis(x, running_argument(x, extreme="minimum", axis=i), i)


@operator
class quantile_place:
    """Between which entries of the sorted rows of x the quantiles q lie: (low, high, part).

    Locally constant. It is the quantile of the places 0, 1, ... themselves, so every method of
    NumPy's is covered. NaNs stand last: they make `part` NaN, or are left out.
    """

    def forward(xp, x, q, *, method, skip_nan):
        places = xp.where(xp.isnan(x), xp.nan, xp.arange(x.shape[-1], dtype=float))
        quantile = xp.nanquantile if skip_nan else xp.quantile
        place = xp.moveaxis(quantile(places, q, axis=-1, method=method), 0, -1)
        low, high = xp.floor(place), xp.nan_to_num(xp.ceil(place)).astype(int)
        return xp.nan_to_num(low).astype(int), high, (place - low).astype(x.dtype)

    adjoint = None

    def metric(X, Q, *, method, skip_nan):
        shape = (*X.shape[:-1], *Q.shape)
        return tuple(Space.bare(shape, np.dtype(t)) for t in (int, int, X.dtype))


def _quantiles(
    a: Any, q: Any, axis: Any, method: str, keepdims: Any, weights: Any, skip_nan: bool
) -> Any:
    a = array(a)
    if given(weights):
        raise UnsupportedOperator(
            "Quantiles with weights= have no operator. Sort, and use np.cumsum and np.interp."
        )
    if type(q) is Traced:
        raise InvalidType("q of a quantile is a constant, but a traced value was given.")
    q, reduced_axes = beside(a, q, float), axes(axis, a.ndim)
    x = np.sort(rows(a, reduced_axes), axis=-1)
    low, high, part = quantile_place(x, q.reshape(-1), method=method, skip_nan=skip_nan)
    lower = along_axis(x, low, x.ndim - 1)
    y = np.moveaxis(lower + part * (along_axis(x, high, x.ndim - 1) - lower), -1, 0)
    return y.reshape((*q.shape, *reduced(a.shape, reduced_axes, flag(keepdims))))


@implements(np.quantile)
def _quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: bool = False, *, weights: Any = None,
    interpolation: Any = None,
) -> Any:  # fmt: skip
    """np.quantile, differentiated by a."""
    refuse_out(out, "quantile")
    return _quantiles(a, q, axis, interpolation or method, keepdims, weights, skip_nan=False)


@implements(np.nanquantile)
def _nanquantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: Any = False, *, weights: Any = None,
    interpolation: Any = None,
) -> Any:  # fmt: skip
    """np.nanquantile, differentiated by a."""
    refuse_out(out, "nanquantile")
    return _quantiles(a, q, axis, interpolation or method, keepdims, weights, skip_nan=True)


@implements(np.percentile)
def _percentile(a: Any, q: Any, *args: Any, **keywords: Any) -> Any:
    """np.percentile, differentiated by a."""
    return _quantile(a, _hundredth(q), *args, **keywords)


@implements(np.nanpercentile)
def _nanpercentile(a: Any, q: Any, *args: Any, **keywords: Any) -> Any:
    """np.nanpercentile, differentiated by a."""
    return _nanquantile(a, _hundredth(q), *args, **keywords)


def _hundredth(q: Any) -> Any:
    return q if type(q) is Traced else np.true_divide(q, 100)


@implements(np.median)
def _median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """np.median."""
    refuse_out(out, "median")
    return _quantile(a, 0.5, axis, keepdims=keepdims)


@implements(np.nanmedian)
def _nanmedian(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False
) -> Any:
    """np.nanmedian."""
    refuse_out(out, "nanmedian")
    return _nanquantile(a, 0.5, axis, keepdims=keepdims)
