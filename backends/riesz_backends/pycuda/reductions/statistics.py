"""Reductions with NumPy's signatures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import concatenate, full, normalize, squeeze
from riesz_backends.pycuda.elementwise.pointwise import convert, pointwise, stored
from riesz_backends.pycuda.reductions import reduction

NONE = np._NoValue


def _axes(axis: Any, x: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else tuple(sorted(normalize(axis, x.ndim)))


def _reducer(name: str) -> Callable[..., Array]:
    def call(
        a: Array, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
        initial: Any = NONE, where: Any = NONE,
    ) -> Array:  # fmt: skip
        x, keep = a, keepdims is not NONE and bool(keepdims)
        if where is not NONE and where is not True:
            neutral = reduction.identity(name, x.dtype)
            x = pointwise("where", where, x, x.dtype.type(neutral))
        if initial is not NONE and initial is not None and name in JOINED:
            shape = tuple(1 if i in _axes(axis, x) else n for i, n in enumerate(x.shape))
            first = full(shape, initial, x.dtype)
            x = concatenate((_merged(x, axis), _merged(first, axis)), -1)
            y = reduction.reduce(name, x, (x.ndim - 1,), False, dtype)
            return stored(y.reshape(shape) if keep else y, out)
        return stored(reduction.reduce(name, x, _axes(axis, x), keep, dtype, out), out)

    call.__name__, call.__doc__ = name, f"np.{name}."
    return call


JOINED = frozenset(("sum", "prod", "max", "min"))  # those that take initial=


def _merged(x: Array, axis: Any) -> Array:
    """x with the axes that are reduced as one, the last."""
    axes = _axes(axis, x)
    kept = [i for i in range(x.ndim) if i not in axes]
    n = math.prod(x.shape[i] for i in axes)
    return x.transpose(*kept, *axes).reshape((*(x.shape[i] for i in kept), n))


sum_, prod, all_, any_ = (_reducer(name) for name in ("sum", "prod", "all", "any"))


def max_(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Array:
    """np.max."""
    return _reducer("max")(x, axis, None, out, keepdims, **rest)


def min_(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Array:
    """np.min."""
    return _reducer("min")(x, axis, None, out, keepdims, **rest)


def nanmax(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False) -> Array:
    """np.nanmax, without its warning."""
    return _without_nan("max", x, axis, out, keepdims)


def nanmin(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False) -> Array:
    """np.nanmin, without its warning."""
    return _without_nan("min", x, axis, out, keepdims)


def _without_nan(name: str, x: Array, axis: Any, out: Any, keepdims: Any) -> Array:
    if x.dtype.kind != "f":
        return _reducer(name)(x, axis, None, out, keepdims)
    lost = pointwise("isnan", x)
    kept = pointwise("where", lost, x.dtype.type(reduction.identity(name, x.dtype)), x)
    y = _reducer(name)(kept, axis, keepdims=keepdims)
    none = all_(lost, axis, keepdims=keepdims)
    return stored(pointwise("where", none, x.dtype.type(math.nan), y), out)


def nanargmax(a: Array, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.nanargmax."""
    return argmax(_filled(a, -math.inf), axis, out, keepdims=keepdims)


def nanargmin(a: Array, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.nanargmin."""
    return argmin(_filled(a, math.inf), axis, out, keepdims=keepdims)


def _filled(x: Array, value: float) -> Array:
    return pointwise("where", pointwise("isnan", x), x.dtype.type(value), x)


def count_nonzero(a: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """np.count_nonzero."""
    return sum_(pointwise("not_equal", a, 0), axis, keepdims=keepdims)


def argmax(a: Array, axis: int | None = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.argmax."""
    return stored(_place("argmax", a, axis, keepdims, out), out)


def argmin(a: Array, axis: int | None = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.argmin."""
    return stored(_place("argmin", a, axis, keepdims, out), out)


def _place(name: str, x: Array, axis: int | None, keepdims: Any, out: Any) -> Array:
    keep = keepdims is not NONE and bool(keepdims)
    return reduction.reduce(name, x, _axes(axis, x), keep, out=out)


def count(x: Array, axis: Any) -> int:
    """How many entries go into one result."""
    return math.prod(x.shape[i] for i in _axes(axis, x))


def logsumexp(x: Array, *, axis: Any, keepdims: bool) -> Array:
    """log(sum(exp(x))) along axes: in one pass for real x, which keeps the largest term apart."""
    if x.dtype.kind != "c":
        x = convert_to(x, np.result_type(x.dtype, np.float32))
        return reduction.reduce("logsumexp", x, _axes(axis, x), keepdims)
    top = max_(x.real, axis, keepdims=True)
    top = pointwise("where", pointwise("isfinite", top), top, 0.0)
    total = sum_(pointwise("exp", pointwise("subtract", x, top)), axis, keepdims=True)
    none = pointwise("equal", total, 0)
    logarithm = pointwise("log", pointwise("where", none, 1.0, total))
    y = pointwise("add", top, pointwise("where", none, -math.inf, logarithm))
    return y if keepdims else squeeze(y, axis)


def mean(
    x: Array, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False
) -> Array:
    """np.mean."""
    wanted = np.dtype(dtype) if dtype is not None else np.mean(np.ones(1, x.dtype)).dtype
    total = sum_(convert_to(x, wanted), axis, keepdims=keepdims)
    return stored(pointwise("divide", total, count(x, axis)), out)


def var(
    x: Array, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0,
    keepdims: Any = False,
) -> Array:  # fmt: skip
    """np.var: real also for complex x."""
    centred = pointwise("subtract", x, mean(x, axis, dtype, keepdims=True))
    squares = pointwise("square", centred.real)
    if centred.dtype.kind == "c":
        squares = pointwise("add", squares, pointwise("square", centred.imag))
    total = sum_(squares, axis, keepdims=keepdims)
    return stored(pointwise("divide", total, max(count(x, axis) - ddof, 0)), out)


def std(x: Array, axis: Any = None, **keywords: Any) -> Array:
    """np.std."""
    return pointwise("sqrt", var(x, axis, **keywords))


def trace(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """np.trace."""
    from riesz_backends.pycuda.arrays.shape import diagonal

    return sum_(diagonal(x, offset, axis1, axis2), -1)


def convert_to(x: Array, dtype: Any) -> Array:
    """x in a dtype, itself where it has it."""
    return x if x.dtype == dtype else convert(x, dtype)


def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """np.linalg.norm, of matrices without the norms that need singular values."""
    axes = tuple(range(x.ndim)) if axis is None else normalize(axis, x.ndim)
    if len(axes) == 1 or ord is None:
        return vector_norm(x, axis=axes, keepdims=keepdims, ord=2 if ord is None else ord)
    if ord in ("fro", "f"):
        return vector_norm(x, axis=axes, keepdims=keepdims)
    if ord not in (1, -1, math.inf, -math.inf):
        raise UnsupportedOperator(
            f"The matrix norm ord={ord!r} needs singular values, for which there is no kernel: "
            "'fro', 1, -1, inf and -inf have one."
        )
    rows, columns = axes if abs(ord) == 1 else axes[::-1]
    sums = vector_norm(x, axis=rows, keepdims=True, ord=1)
    y = (max_ if ord > 0 else min_)(sums, columns, keepdims=True)
    return y if keepdims else squeeze(y, axes)


def vector_norm(x: Array, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    """np.linalg.vector_norm of any order: (sum |x|^p)^(1/p), its limits, and how many are not 0."""
    x, axes = convert_to(x, np.result_type(x.dtype, np.float32)), _axes(axis, x)
    if ord == 2:
        return reduction.norm(x, axes, keepdims)
    if abs(ord) == math.inf:
        return (max_ if ord > 0 else min_)(pointwise("absolute", x), axes, keepdims=keepdims)
    if ord == 0:
        return sum_(pointwise("not_equal", x, 0), axes, x.real.dtype, keepdims=keepdims)
    powers = pointwise("power", pointwise("absolute", x), ord)
    return pointwise("power", sum_(powers, axes, keepdims=keepdims), 1 / ord)


FUNCTIONS = {
    f.__name__: f
    for f in (nanmax, nanmin, nanargmax, nanargmin, count_nonzero, argmax, argmin, mean, var, std,
              trace)
}  # fmt: skip
