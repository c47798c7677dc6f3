"""Entries chosen by index, by condition or by range."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import elementwise
from riesz.traced import Traced, looked_at, strip

from .arguments import along, array, arrays, beside, given, one_axis, refuse_out
from .arithmetic import maximum, minimum, where
from .constant import locally_constant
from .index import _getitem, along_axis
from .update import at


@implements(np.take)
def _take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> Any:
    """np.take."""
    refuse_out(out, "take")
    a, indices = arrays(a, indices)
    a, axis = (a.reshape(-1), 0) if axis is None else (a, one_axis(axis, a.ndim))
    return _getitem(a, along(_within(indices, a.shape[axis], mode), axis))


def _within(i: Any, n: int, mode: str) -> Any:
    """Integers brought into 0 <= i < n as `mode` says; "raise" leaves them to NumPy."""
    if mode == "raise":
        return i
    return i % n if mode == "wrap" else np.minimum(np.maximum(i, 0), n - 1)


@implements(np.take_along_axis)
def _take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    """np.take_along_axis."""
    arr, indices = arrays(arr, indices)
    arr, axis = (arr.reshape(-1), 0) if axis is None else (arr, one_axis(axis, arr.ndim))
    if indices.ndim != arr.ndim:
        raise InvalidValue(
            f"np.take_along_axis was given indices with {indices.ndim} axes for {arr.ndim}."
        )
    return along_axis(arr, indices, axis)


@implements(np.compress)
def _compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    """np.compress."""
    refuse_out(out, "compress")
    a, condition = arrays(a, condition)
    a, axis = (a.reshape(-1), 0) if axis is None else (a, one_axis(axis, a.ndim))
    return _getitem(a, along(np.flatnonzero(condition), axis), unique=True)


@implements(np.extract)
def _extract(condition: Any, arr: Any) -> Any:
    """np.extract."""
    return _getitem(np.ravel(arr), np.flatnonzero(condition), unique=True)


@implements(np.delete)
def _delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """np.delete."""
    arr = array(arr)
    arr, axis = (arr.reshape(-1), 0) if axis is None else (arr, one_axis(axis, arr.ndim))
    kept = beside(arr, np.delete(np.arange(arr.shape[axis]), obj))
    return _getitem(arr, along(kept, axis), unique=True)


@implements(np.unique)
def _unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False,
    return_counts: bool = False, axis: Any = None, *, equal_nan: bool = True, **keywords: Any,
) -> Any:  # fmt: skip
    """np.unique: the derivative of each value is that of its first occurrence."""
    flags = {"return_inverse": return_inverse, "return_counts": return_counts}
    found = np.unique(
        looked_at(ar, "np.unique"), True, axis=axis, equal_nan=equal_nan, **flags, **keywords
    )
    y = np.take(ar, found[1], axis)
    rest = found[1:] if return_index else found[2:]
    return (y, *rest) if rest else y


@implements(np.select)
def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """np.select."""
    if len(condlist) != len(choicelist) or not condlist:
        raise InvalidValue(
            f"np.select was given {len(condlist)} conditions for {len(choicelist)} choices."
        )
    y = default
    for c, x in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = where(array(c), x, y)
    return y


@implements(np.choose)
def _choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """np.choose."""
    refuse_out(out, "choose")
    n = len(choices)
    k, *choices = arrays(a, *choices)
    if mode == "raise" and strip(np.any((k < 0) | (k >= n))).item():
        raise InvalidValue(f"np.choose was given an index outside 0, ..., {n - 1}.")
    k = _within(k, n, mode)
    y = np.broadcast_to(choices[0], np.broadcast_shapes(k.shape, choices[0].shape))
    for i in range(1, n):
        y = where(k == i, choices[i], y)
    return y


@implements(np.piecewise)
def _piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """np.piecewise: each function sees the entries of its own condition only."""
    x, conditions = array(x), _conditions(x, condlist, len(funclist))
    y = namespace(x).zeros(x.shape, dtype=x.dtype)
    for c, f in zip(conditions, funclist, strict=True):
        part = x[c] if callable(f) else None
        if part is None:
            y = at(y)[c].set(f)
        elif part.size:
            y = at(y)[c].set(f(part, *args, **kw))
    return y


def _conditions(x: Any, condlist: Any, n: int) -> list[Any]:
    """The masks, with the one for "otherwise" where there is a function more than conditions."""
    condlist = strip(condlist)
    if not isinstance(condlist, list | tuple):
        condlist = list(condlist) if condlist.ndim > x.ndim else [condlist]
    elif not (isinstance(condlist[0], list) or hasattr(condlist[0], "dtype")) and x.ndim != 0:
        condlist = [condlist]
    masks = [_mask(x, strip(c)) for c in condlist]
    if len(masks) == n - 1:
        masks.append(~reduce(or_, masks))
    if len(masks) != n:
        raise InvalidValue(f"np.piecewise was given {n} functions for {len(masks)} conditions.")
    return masks


def _mask(x: Any, c: Any) -> Any:
    return c.astype(bool) if type(c) is Traced else beside(x, c, bool)


@elementwise(real_only=True)
def clip_(m, x, low, high):
    """min(max(x, low), high); half the derivative at a bound."""
    return m.minimum(m.maximum(x, low), high)


@implements(np.clip)
def _clip(
    a: Any, a_min: Any = np._NoValue, a_max: Any = np._NoValue, out: Any = None, *,
    min: Any = np._NoValue, max: Any = np._NoValue, dtype: Any = None,
) -> Any:  # fmt: skip
    """np.clip; the bounds may be traced."""
    refuse_out(out, "clip")
    low, high = (y if given(y) else z for y, z in ((a_min, min), (a_max, max)))
    if not given(low):
        y = minimum(a, high) if given(high) else array(a)
    else:
        y = clip_(a, low, high) if given(high) else maximum(a, low)
    return y if dtype is None else y.astype(dtype)


@implements(np.nan_to_num)
def _nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """np.nan_to_num: derivative 0 where x is not finite."""
    if x.dtype.kind == "c":
        return _nan_to_num(x.real, copy, nan, posinf, neginf) + 1j * _nan_to_num(
            x.imag, copy, nan, posinf, neginf
        )
    static = (("nan", nan), ("neginf", neginf), ("posinf", posinf))
    finite = locally_constant(x, function="nan_to_num", names=("x",), static=static)
    return where(np.isfinite(x), x, finite)


@implements(np.interp)
def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """np.interp, differentiated by x, xp and fp; at a node, the slope to its right."""
    x, xp, fp = arrays(x, xp, fp)
    if period is not None:
        x, xp, fp = _periodic(x, xp, fp, period)
        left = right = None
    last = len(xp) - 1
    if last < 0:
        raise InvalidValue("np.interp was given no nodes.")
    i = _within(np.searchsorted(xp, x, side="right") - 1, max(last, 1), "clip")
    j = np.minimum(i + 1, last)
    (x0, y0), (x1, y1) = ([_getitem(table, k) for table in (xp, fp)] for k in (i, j))
    y = y0 + (y1 - y0) / (x1 - x0 + (last == 0)) * (x - x0)
    y = where(x < xp[0], fp[0] if left is None else left, y)
    y = where(x > xp[-1], fp[-1] if right is None else right, y)
    return y.astype(np.result_type(y.dtype, np.float64))


def _periodic(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    period = abs(period)
    x, xp = x % period, xp % period
    order = np.argsort(xp)
    xp, fp = (_getitem(table, order) for table in (xp, fp))
    xp = np.concatenate((xp[-1:] - period, xp, xp[:1] + period))
    return x, xp, np.concatenate((fp[-1:], fp, fp[:1]))
