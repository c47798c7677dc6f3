"""np.pad: one rule per mode, axis by axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import namespace, select_backend
from riesz.errors import InvalidValue, UnsupportedOperator
from riesz.front import implements
from riesz.protocol import linear
from riesz.space import Space

from .arguments import along, array, beside

Pair = tuple[Any, Any]


@linear
class zero_pad:
    """Zeros before and after, `width` = ((before, after), ...) for each axis."""

    def forward(xp, x, *, width):
        y = xp.zeros(_padded(x.shape, width), dtype=x.dtype)
        y[inside(x.shape, width)] = x
        return y

    def adjoint(xp, a, X, *, width):
        return a[inside(X.shape, width)]

    def metric(X, *, width):
        return Space.bare(_padded(X.shape, width), X.dtype)


def _padded(shape: tuple[int, ...], width: Any) -> tuple[int, ...]:
    return tuple(n + i + j for n, (i, j) in zip(shape, width, strict=True))


def inside(shape: tuple[int, ...], width: Any) -> tuple[slice, ...]:
    """Where an array of this shape lies in the padded one."""
    return tuple(slice(i, i + n) for n, (i, _) in zip(shape, width, strict=True))


@implements(np.pad)
def _pad(array_: Any, pad_width: Any, mode: Any = "constant", **keywords: Any) -> Any:
    """np.pad, in every mode but a function; constant_values and end_values may be traced."""
    x = array(array_)
    widths = _widths(pad_width, x.ndim)
    if callable(mode):
        raise UnsupportedOperator(
            "np.pad with a function as mode writes into its argument, which cannot be "
            "differentiated. Use one of the named modes, or np.concatenate."
        )
    if mode not in ALLOWED or not ALLOWED[mode].issuperset(keywords):
        raise InvalidValue(
            f"np.pad has no mode {mode!r} with {', '.join(keywords) or 'no keyword'}."
        )
    if mode == "empty" or (mode == "constant" and _is_zero(keywords.get("constant_values", 0))):
        return zero_pad(x, width=widths)
    for axis, (width, rule) in enumerate(zip(widths, _rules(x, mode, keywords), strict=True)):
        if width != (0, 0):
            x = rule(x, axis, width)
    return x


def _is_zero(values: Any) -> bool:
    return type(values) in (int, float) and values == 0


def _widths(pad_width: Any, ndim: int) -> tuple[tuple[int, int], ...]:
    """One pair (before, after) of each axis, from any form NumPy takes."""
    if isinstance(pad_width, dict):
        given = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            given[axis] = width if isinstance(width, tuple | list) else (width, width)
        pad_width = given
    pairs = np.broadcast_to(np.asarray(pad_width), (ndim, 2))
    if pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise InvalidValue(f"np.pad was given pad_width={pad_width!r}; integers >= 0 are expected.")
    return tuple((int(i), int(j)) for i, j in pairs)


def _pairs(values: Any, ndim: int) -> list[Pair]:
    """One pair of values of each axis; the values may be traced."""
    flat = values if isinstance(values, tuple | list) else (values,)
    if len(flat) == ndim and all(isinstance(p, tuple | list) for p in flat):
        return [tuple(p) if len(p) == 2 else (p[0], p[0]) for p in flat]
    pair = flat[0] if len(flat) == 1 and isinstance(flat[0], tuple | list) else flat
    if isinstance(values, np.ndarray):
        return [tuple(p) for p in np.broadcast_to(values, (ndim, 2))]
    return [(pair[0], pair[-1])] * ndim


# One rule (x, axis, (before, after)) -> x padded along the axis, for each axis.

Rule = Callable[[Any, int, tuple[int, int]], Any]


def _rules(x: Any, mode: str, keywords: dict[str, Any]) -> list[Rule]:
    if mode == "constant":
        values = _pairs(keywords["constant_values"], x.ndim)
        return [_constant(pair) for pair in values]
    if mode == "linear_ramp":
        return [_ramp(pair) for pair in _pairs(keywords.get("end_values", 0), x.ndim)]
    if mode in STATISTICS:
        lengths = keywords.get("stat_length")
        pairs = [(None, None)] * x.ndim if lengths is None else _widths(lengths, x.ndim)
        return [_statistic(STATISTICS[mode], pair) for pair in pairs]
    if keywords.get("reflect_type", "even") == "odd":
        return [_by_matrix(mode)] * x.ndim
    return [_by_index(mode)] * x.ndim


def _around(x: Any, axis: int, width: tuple[int, int], ends: Pair) -> Any:
    """x between `ends`, each broadcast to its width."""
    sides = []
    for n, end in zip(width, ends, strict=True):
        shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
        sides.append(np.broadcast_to(_end(x, end), shape).astype(x.dtype))
    return np.concatenate((sides[0], x, sides[1]), axis=axis)


def _end(x: Any, end: Any) -> Any:
    return end if hasattr(end, "dtype") else beside(x, end)


def _constant(ends: Pair) -> Rule:
    return lambda x, axis, width: _around(x, axis, width, ends)


def _ramp(ends: Pair) -> Rule:
    """From the edge of x linearly to the end values."""

    def rule(x: Any, axis: int, width: tuple[int, int]) -> Any:
        arange, column = namespace(x).arange, tuple(-1 if i == axis else 1 for i in range(x.ndim))
        steps = [(arange(n) / max(n, 1)).reshape(column).astype(x.dtype) for n in width]
        left, right = steps[0], np.flip(steps[1], axis)
        first, last = x[along(slice(1), axis)], x[along(slice(-1, None), axis)]
        return _around(
            x, axis, width,
            (ends[0] + (first - ends[0]) * left, ends[1] + (last - ends[1]) * right),
        )  # fmt: skip

    return rule


def _statistic(function: Any, lengths: Pair) -> Rule:
    """The mean (maximum, ...) of the outer `lengths` entries on either side; None: of all."""

    def rule(x: Any, axis: int, width: tuple[int, int]) -> Any:
        n = x.shape[axis]
        if 0 in lengths and function in (np.max, np.min):
            raise InvalidValue("np.pad was given stat_length=0, which yields no value.")
        first, last = (n if k is None else min(k, n) for k in lengths)
        ends = (x[along(slice(first), axis)], x[along(slice(n - last, None), axis)])
        left, right = (function(end, axis=axis, keepdims=True) for end in ends)
        return _around(x, axis, width, (left, right))

    return rule


def _by_index(mode: str) -> Rule:
    """Each new entry is a copy of one of x: of that which padding the numbers 0, 1, ... shows."""

    def rule(x: Any, axis: int, width: tuple[int, int]) -> Any:
        xp = select_backend(x).xp
        places = xp.pad(xp.arange(x.shape[axis]), width, mode)
        return x[along(places, axis)]

    return rule


def _by_matrix(mode: str) -> Rule:
    """Odd reflection combines several entries: the matrix of the padding, times x."""

    def rule(x: Any, axis: int, width: tuple[int, int]) -> Any:
        identity = namespace(x).eye(x.shape[axis], dtype=x.dtype)
        M = np.pad(identity, (width, (0, 0)), mode, reflect_type="odd")
        return np.moveaxis(np.moveaxis(x, axis, -1) @ M.T, -1, axis)

    return rule


STATISTICS = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}
ALLOWED = {
    "constant": {"constant_values"}, "linear_ramp": {"end_values"}, "edge": set(), "wrap": set(),
    "empty": set(), "reflect": {"reflect_type"}, "symmetric": {"reflect_type"},
    **{mode: {"stat_length"} for mode in STATISTICS},
}  # fmt: skip
