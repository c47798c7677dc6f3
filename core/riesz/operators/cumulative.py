"""Running sums and products, and differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType, InvalidValue
from riesz.front import implements
from riesz.protocol import linear, operator
from riesz.space import Space

from .arguments import along, array, arrays, given, one_axis, refuse_out
from .reduction import masked


@linear
class cumsum_:
    """y_k = x_0 + ... + x_k along `axis`; the transpose sums from the other end."""

    def forward(xp, x, *, axis):
        return xp.cumsum(x, axis=axis)

    def adjoint(xp, a, X, *, axis):
        return xp.flip(xp.cumsum(xp.flip(a, axis), axis=axis), axis)

    def metric(X, *, axis):
        return Space.bare(X.shape, np.cumsum(np.ones(1, X.dtype)).dtype)


@operator
class cumprod_:
    """y_k = x_0 ... x_k along `axis`. The derivative divides by no entry, so entries may be 0."""

    def forward(xp, x, *, axis):
        return xp.cumprod(x, axis=axis)

    def adjoint(xp, a, Y, x, *, axis):
        x = xp.conj(x)
        later = _recurrence(xp, _delayed(xp, xp.flip(x, axis), axis), xp.flip(a, axis), axis)
        return xp.cumprod(_delayed(xp, x, axis), axis=axis) * xp.flip(later, axis)

    def tangent(xp, u, Y, x, *, axis):
        return _recurrence(xp, x, u[0] * xp.cumprod(_delayed(xp, x, axis), axis=axis), axis)

    def metric(X, *, axis):
        return Space.bare(X.shape, np.cumprod(np.ones(1, X.dtype)).dtype)


def _delayed(xp: Any, x: Any, axis: int) -> Any:
    """1, x_0, ..., x_{n-2} along `axis`."""
    one = xp.ones((*x.shape[:axis], 1, *x.shape[axis + 1 :]), dtype=x.dtype)
    return xp.concatenate((one, x), axis=axis)[along(slice(-1), axis)]


def _recurrence(xp: Any, m: Any, b: Any, axis: int) -> Any:
    """t_k = b_k + m_k t_{k-1} along `axis`, t_{-1} = 0, in log2 n steps on the whole array.

    After the step of width w, b_k is the part of t_k due to the last 2w terms and m_k the product
    of as many factors (Hillis and Steele, Data parallel algorithms, 1986).
    """
    width, n = 1, b.shape[axis]
    while width < n:
        head, tail, early = (
            along(s, axis) for s in (slice(width), slice(width, None), slice(None, -width))
        )
        b = xp.concatenate((b[head], b[tail] + m[tail] * b[early]), axis=axis)
        m = xp.concatenate((m[head], m[tail] * m[early]), axis=axis)
        width *= 2
    return b


# NumPy's functions


def _running(op: Any, a: Any, axis: Any, dtype: Any) -> Any:
    a = array(a)
    a = a if dtype is None else a.astype(dtype)
    if axis is None or a.ndim == 0:
        a, axis = a.reshape(-1), 0
    return op(a, axis=one_axis(axis, a.ndim))


@implements(np.cumsum)
def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.cumsum."""
    refuse_out(out, "cumsum")
    return _running(cumsum_, a, axis, dtype)


@implements(np.cumprod)
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.cumprod."""
    refuse_out(out, "cumprod")
    return _running(cumprod_, a, axis, dtype)


@implements(np.nancumsum)
def _nancumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.nancumsum."""
    return np.cumsum(masked(array(a), np.logical_not(np.isnan(a)), 0), axis, dtype, out)


@implements(np.nancumprod)
def _nancumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.nancumprod."""
    return np.cumprod(masked(array(a), np.logical_not(np.isnan(a)), 1), axis, dtype, out)


def _cumulative_sum(
    x: Any,
    /,
    *,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Any:
    """np.cumulative_sum."""
    return _from_start(np.cumsum(_one_way(x, axis), axis, dtype, out), axis, include_initial, 0)


def _cumulative_prod(
    x: Any,
    /,
    *,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Any:
    """np.cumulative_prod."""
    return _from_start(np.cumprod(_one_way(x, axis), axis, dtype, out), axis, include_initial, 1)


if hasattr(np, "cumulative_sum"):  # from NumPy 2.1 on
    cumulative_sum = implements(np.cumulative_sum)(_cumulative_sum)
    cumulative_prod = implements(np.cumulative_prod)(_cumulative_prod)


def _one_way(x: Any, axis: Any) -> Any:
    x = np.atleast_1d(array(x))
    if axis is None and x.ndim > 1:
        raise InvalidValue(f"A cumulative function was given {x.ndim} axes and no axis=. Give one.")
    return x


def _from_start(y: Any, axis: Any, include_initial: bool, start: int) -> Any:
    if not include_initial:
        return y
    i = one_axis(0 if axis is None else axis, y.ndim)
    shape = (*y.shape[:i], 1, *y.shape[i + 1 :])
    first = namespace(y).full(shape, start, dtype=y.dtype)
    return np.concatenate((first, y), axis=i)


@implements(np.diff)
def _diff(
    a: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue
) -> Any:
    """np.diff."""
    a = array(a)
    if n < 0:
        raise InvalidValue(
            f"np.diff was given n={n}; a number of differences, 0 or more, is meant."
        )
    i = one_axis(axis, a.ndim)
    if given(prepend) or given(append):
        parts = (_end(prepend, a, i), a, _end(append, a, i))
        a = np.concatenate([x for x in parts if x is not None], axis=i)
    for _ in range(n):
        a = a[along(slice(1, None), i)] - a[along(slice(None, -1), i)]
    return a


def _end(end: Any, a: Any, axis: int) -> Any:
    if not given(end):
        return None
    _, end = arrays(a, end)
    return end if end.ndim else np.broadcast_to(end, (*a.shape[:axis], 1, *a.shape[axis + 1 :]))


@implements(np.ediff1d)
def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """np.ediff1d."""
    d = np.diff(np.ravel(ary))
    parts = [p for p in (to_begin, d, to_end) if p is not None]
    return np.concatenate([np.ravel(p).astype(d.dtype) for p in arrays(*parts)])


@implements(np.gradient)
def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """np.gradient: second differences inside, differences of order `edge_order` at the ends."""
    f = array(f)
    chosen = [one_axis(i, f.ndim) for i in (range(f.ndim) if axis is None else np.atleast_1d(axis))]
    steps = varargs or (1.0,)
    steps = steps * len(chosen) if len(steps) == 1 and np.ndim(steps[0]) == 0 else steps
    if len(steps) != len(chosen):
        raise InvalidType(f"np.gradient was given {len(steps)} spacings for {len(chosen)} axes.")
    slopes = tuple(_slope(f, h, i, edge_order) for h, i in zip(steps, chosen, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """The derivative along one axis: by parabolas through neighbours, by chords at the ends."""
    n = f.shape[axis]
    if n < edge_order + 1 or edge_order not in (1, 2):
        raise InvalidValue(
            f"np.gradient needs more than edge_order={edge_order} (1 or 2) points; has {n}."
        )
    f = np.moveaxis(f, axis, -1)
    h = np.diff(arrays(f, h)[1]) if np.ndim(h) else h * namespace(f).ones(n - 1, dtype=f.dtype)
    chord = np.diff(f, axis=-1) / h
    left, right = h[:-1], h[1:]
    inside = (right * chord[..., :-1] + left * chord[..., 1:]) / (left + right)
    first, last = chord[..., :1], chord[..., -1:]
    if edge_order == 2:
        first, last = 2 * first - inside[..., :1], 2 * last - inside[..., -1:]
    return np.moveaxis(np.concatenate((first, inside, last), axis=-1), -1, axis)


@operator
class unwrap_offset:
    """What np.unwrap adds to x: multiples of the period, locally constant."""

    def forward(xp, x, *, discont, axis, period):
        return xp.unwrap(x, discont=discont, axis=axis, period=period) - x

    adjoint = None

    def metric(X, *, discont, axis, period):
        return X


@implements(np.unwrap)
def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    """np.unwrap, differentiated by p."""
    return p + unwrap_offset(p, discont=discont, axis=axis, period=period)
