"""Reductions along axes: sums, means, variances and products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import elementwise, linear, operator
from riesz.space import Space

from .arguments import along, array, arrays, axes, count, flag, one_axis, reduced, refuse_out, rows
from .arithmetic import where as where_

NONE = np._NoValue


@linear
class sum_:
    """The sum along `axis` (a sorted tuple of axes)."""

    def forward(xp, x, *, axis, keepdims):
        return x.sum(axis=axis, keepdims=keepdims)

    def adjoint(xp, a, X, *, axis, keepdims):
        return xp.broadcast_to(_with_axes(a, X, axis, keepdims), X.shape)

    def metric(X, *, axis, keepdims):
        return _codomain(np.sum, X, axis, keepdims)


@linear
class mean_:
    """The mean along `axis`."""

    def forward(xp, x, *, axis, keepdims):
        return x.mean(axis=axis, keepdims=keepdims)

    def adjoint(xp, a, X, *, axis, keepdims):
        a = _with_axes(a, X, axis, keepdims)
        return xp.broadcast_to(a / max(count(X.shape, axis), 1), X.shape)

    def metric(X, *, axis, keepdims):
        return _codomain(np.mean, X, axis, keepdims)


@operator
class var_:
    """sum |x - mean x|^2 / (n - ddof) along `axis`: real, also for complex x."""

    def forward(xp, x, *, axis, ddof, keepdims):
        return xp.var(x, axis=axis, ddof=ddof, keepdims=keepdims)

    def adjoint(xp, a, Y, x, *, axis, ddof, keepdims):
        centred = x - xp.mean(x, axis=axis, keepdims=True)
        return _with_axes(a, x, axis, keepdims) * _slope(x.shape, axis, ddof) * centred

    def tangent(xp, u, Y, x, *, axis, ddof, keepdims):
        centred = x - xp.mean(x, axis=axis, keepdims=True)
        product = xp.real(xp.conj(centred) * u[0])
        return xp.sum(product, axis=axis, keepdims=keepdims) * _slope(x.shape, axis, ddof)

    def metric(X, *, axis, ddof, keepdims):
        return _codomain(np.var, X, axis, keepdims)


def _slope(shape: tuple[int, ...], axis: tuple[int, ...], ddof: float) -> float:
    """2 / (n - ddof); NaN where no degree of freedom is left and NumPy's variance is no number."""
    freedom = count(shape, axis) - ddof
    return 2 / freedom if freedom > 0 else math.nan


@elementwise(real_only=True)
def deviation(m, v):
    """sqrt v for a variance v: a norm of x, so that its derivative where it is 0 is taken as 0."""
    y = m.sqrt(v)
    return y, 0.5 / m.where(m.equal(y, 0), float("inf"), y)


@operator
class prod_:
    """The product along `axis`. The derivative divides by no entry, so entries may be 0."""

    def forward(xp, x, *, axis, keepdims):
        return x.prod(axis=axis, keepdims=keepdims)

    def adjoint(xp, a, Y, x, *, axis, keepdims):
        return _with_axes(a, x, axis, keepdims) * xp.conj(_others(xp, x, axis))

    def tangent(xp, u, Y, x, *, axis, keepdims):
        return xp.sum(_others(xp, x, axis) * u[0], axis=axis, keepdims=keepdims)

    def metric(X, *, axis, keepdims):
        return _codomain(np.prod, X, axis, keepdims)


def _codomain(reduce: Any, X: Any, axis: tuple[int, ...], keepdims: bool) -> Space:
    """The reduced shape, and the dtype that NumPy's reduction gives."""
    return Space.bare(reduced(X.shape, axis, keepdims), reduce(np.ones(1, X.dtype)).dtype)


def _with_axes(a: Any, X: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """A covector of the reduced space, with the reduced axes back as axes of length 1."""
    return a if keepdims or len(axis) == 0 else a.reshape(reduced(X.shape, axis, True))


def _others(xp: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """For each entry the product of the others along `axis`: those before times those after."""
    X = rows(x, axis)
    ones = xp.ones((*X.shape[:-1], 1), dtype=X.dtype)
    before, after = (
        xp.cumprod(xp.concatenate((ones, Z), axis=-1), axis=-1)[..., :-1]
        for Z in (X, xp.flip(X, -1))
    )
    return unrows(before * xp.flip(after, -1), x.shape, axis)


def unrows(X: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Undo `rows`: split the last axis into those of `axis` and put them where they were."""
    order = (*(i for i in range(len(shape)) if i not in axis), *axis)
    x = X.reshape(tuple(shape[i] for i in order))
    return x if order == tuple(range(len(shape))) else np.transpose(x, np.argsort(order).tolist())


# NumPy's functions


def masked(a: Any, where: Any, fill: Any) -> Any:
    """a where the mask `where` holds, else `fill`."""
    if where is True or where is NONE:
        return a
    mask = arrays(a, where)[1]
    if np.broadcast_shapes(mask.shape, a.shape) != a.shape:
        raise InvalidValue(
            f"where= has shape {mask.shape} for an array of shape {a.shape}. Give a mask that "
            "broadcasts to the shape of the array."
        )
    return where_(mask, a, fill)


def _prepared(a: Any, dtype: Any) -> Any:
    a = array(a)
    return a if dtype is None else a.astype(dtype)


@implements(np.sum)
def _sum(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    initial: Any = 0, where: Any = True,
) -> Any:  # fmt: skip
    """np.sum."""
    refuse_out(out, "sum")
    a = masked(_prepared(a, dtype), where, 0)
    y = sum_(a, axis=axes(axis, a.ndim), keepdims=flag(keepdims))
    return y if initial is NONE or (type(initial) is int and initial == 0) else y + initial


@implements(np.prod)
def _prod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    initial: Any = 1, where: Any = True,
) -> Any:  # fmt: skip
    """np.prod."""
    refuse_out(out, "prod")
    a = masked(_prepared(a, dtype), where, 1)
    y = prod_(a, axis=axes(axis, a.ndim), keepdims=flag(keepdims))
    return y if initial is NONE or (type(initial) is int and initial == 1) else y * initial


@implements(np.mean)
def _mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    *, where: Any = True,
) -> Any:  # fmt: skip
    """np.mean."""
    refuse_out(out, "mean")
    a = _prepared(a, dtype)
    if where is True or where is NONE:
        return mean_(a, axis=axes(axis, a.ndim), keepdims=flag(keepdims))
    return np.sum(masked(a, where, 0), axis, keepdims=keepdims) / _number(a, axis, where, keepdims)


def _number(a: Any, axis: Any, where: Any, keepdims: Any) -> Any:
    """How many entries of `a` the mask keeps, along `axis`, in the dtype of `a`."""
    real = a.dtype.type(0).real.dtype
    mask = np.broadcast_to(arrays(a, where)[1], a.shape)
    return np.sum(mask, axis=axis, keepdims=keepdims, dtype=real)


@implements(np.var)
def _var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0,
    keepdims: Any = False, *, where: Any = True, mean: Any = NONE, correction: Any = NONE,
) -> Any:  # fmt: skip
    """np.var."""
    refuse_out(out, "var")
    a, ddof = _prepared(a, dtype), ddof if correction is NONE else correction
    if (where is True or where is NONE) and mean is NONE:
        return var_(a, axis=axes(axis, a.ndim), ddof=ddof, keepdims=flag(keepdims))
    return _masked_var(a, axis, ddof, keepdims, where is NONE or where, mean, 0.0)


def _masked_var(
    a: Any, axis: Any, ddof: Any, keepdims: Any, where: Any, mean: Any, none: float
) -> Any:
    """The variance of the n entries that `where` keeps; `none` for an n - ddof that is negative."""
    mean = np.mean(a, axis, keepdims=True, where=where) if mean is NONE else mean
    total = np.sum(_square(masked(a - mean, where, 0)), axis, keepdims=keepdims)
    n = _number(a, axis, where, keepdims)
    return total / where_(n > ddof, n - ddof, none)


def _square(d: Any) -> Any:
    return np.square(d) if d.dtype.kind != "c" else np.square(d.real) + np.square(d.imag)


@implements(np.std)
def _std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0,
    keepdims: Any = False, *, where: Any = True, mean: Any = NONE, correction: Any = NONE,
) -> Any:  # fmt: skip
    """np.std: derivative 0 where it is 0."""
    refuse_out(out, "std")
    return deviation(
        _var(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction)
    )


@implements(np.average)
def _average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = NONE
) -> Any:
    """np.average."""
    a, keep = array(a), flag(keepdims)
    if weights is None:
        y = np.mean(a, axis, keepdims=keep)
        n = count(a.shape, axes(axis, a.ndim))
        total: Any = namespace(y).full(y.shape, n, dtype=y.dtype)
    else:
        w = _aligned(arrays(a, weights)[1], a, axis)
        total = np.sum(w, axis, keepdims=keep)
        y = np.sum(a * w, axis, keepdims=keep) / total
    return (y, np.broadcast_to(total, y.shape)) if returned else y


def _aligned(w: Any, a: Any, axis: Any) -> Any:
    """Weights broadcast to the shape of `a`, from that shape or the shape of its axes `axis`."""
    if w.shape == a.shape:
        return w
    given_axes = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    where = [i % a.ndim for i in given_axes]
    if axis is None or w.shape != tuple(a.shape[i] for i in where):
        raise InvalidValue(
            f"np.average was given weights of shape {w.shape} for an array of shape {a.shape}, "
            f"axis={axis}. Give them that shape, or the lengths of the axes averaged."
        )
    w = np.transpose(w, np.argsort(where).tolist())
    return np.broadcast_to(
        w.reshape([n if i in where else 1 for i, n in enumerate(a.shape)]), a.shape
    )


@implements(np.trapezoid)
def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """np.trapezoid, differentiated by y, x and dx."""
    y = array(y)
    i = one_axis(axis, y.ndim)
    width = dx if x is None else _widths(arrays(y, x)[1], y.ndim, i)
    left, right = y[along(slice(None, -1), i)], y[along(slice(1, None), i)]
    return np.sum(width * (left + right) / 2.0, axis=i)


def _widths(x: Any, ndim: int, axis: int) -> Any:
    if x.ndim > 1:
        return np.diff(x, axis=axis)
    return np.diff(x).reshape([-1 if i == axis else 1 for i in range(ndim)])


# without the NaNs


def _numbers(a: Any, where: Any) -> tuple[Any, Any]:
    """The array, and the mask of its entries that are numbers and that `where` keeps."""
    a = array(a)
    kept = np.logical_not(np.isnan(a))
    return a, kept if where is True or where is NONE else np.logical_and(kept, where)


@implements(np.nansum)
def _nansum(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NONE,
    initial: Any = NONE, where: Any = NONE,
) -> Any:  # fmt: skip
    """np.nansum."""
    a, kept = _numbers(a, where)
    return _sum(a, axis, dtype, out, keepdims, initial, kept)


@implements(np.nanprod)
def _nanprod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NONE,
    initial: Any = NONE, where: Any = NONE,
) -> Any:  # fmt: skip
    """np.nanprod."""
    a, kept = _numbers(a, where)
    return _prod(a, axis, dtype, out, keepdims, initial, kept)


@implements(np.nanmean)
def _nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NONE, *,
    where: Any = NONE,
) -> Any:  # fmt: skip
    """np.nanmean."""
    a, kept = _numbers(a, where)
    return _mean(a, axis, dtype, out, flag(keepdims), where=kept)


@implements(np.nanvar)
def _nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0,
    keepdims: Any = NONE, *, where: Any = NONE, mean: Any = NONE, correction: Any = NONE,
) -> Any:  # fmt: skip
    """np.nanvar: NaN where no degree of freedom is left."""
    refuse_out(out, "nanvar")
    a, kept = _numbers(_prepared(a, dtype), where)
    ddof = ddof if correction is NONE else correction
    return _masked_var(a, axis, ddof, flag(keepdims), kept, mean, np.nan)


@implements(np.nanstd)
def _nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0,
    keepdims: Any = NONE, *, where: Any = NONE, mean: Any = NONE, correction: Any = NONE,
) -> Any:  # fmt: skip
    """np.nanstd: derivative 0 where it is 0."""
    refuse_out(out, "nanstd")
    return deviation(
        _nanvar(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction)
    )
