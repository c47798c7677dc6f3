"""Reductions with NumPy's signatures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz_backends.pycuda import reduction
from riesz_backends.pycuda.array import Array
from riesz_backends.pycuda.pointwise import convert, pointwise, stored
from riesz_backends.pycuda.shape import normalize

NONE = np._NoValue


def _axes(axis: Any, x: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else tuple(sorted(normalize(axis, x.ndim)))


def _reducer(name: str) -> Callable[..., Array]:
    def call(
        x: Array, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
        initial: Any = NONE, where: Any = NONE,
    ) -> Array:  # fmt: skip
        if initial not in (NONE, None) or (where is not NONE and where is not True):
            raise UnsupportedOperator(f"{name} with initial= or where= has no kernel.")
        keep = keepdims is not NONE and bool(keepdims)
        return stored(reduction.reduce(name, x, _axes(axis, x), keep, dtype), out)

    call.__name__, call.__doc__ = name, f"np.{name}."
    return call


sum_, prod, all_, any_ = (_reducer(name) for name in ("sum", "prod", "all", "any"))


def max_(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Array:
    """np.max."""
    return _reducer("max")(x, axis, None, out, keepdims, **rest)


def min_(x: Array, axis: Any = None, out: Any = None, keepdims: Any = False, **rest: Any) -> Array:
    """np.min."""
    return _reducer("min")(x, axis, None, out, keepdims, **rest)


def argmax(x: Array, axis: int | None = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.argmax."""
    return stored(_place("argmax", x, axis, keepdims), out)


def argmin(x: Array, axis: int | None = None, out: Any = None, *, keepdims: Any = False) -> Array:
    """np.argmin."""
    return stored(_place("argmin", x, axis, keepdims), out)


def _place(name: str, x: Array, axis: int | None, keepdims: Any) -> Array:
    keep = keepdims is not NONE and bool(keepdims)
    return reduction.reduce(name, x, _axes(axis, x), keep)


def count(x: Array, axis: Any) -> int:
    """How many entries go into one result."""
    return math.prod(x.shape[i] for i in _axes(axis, x))


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
    from riesz_backends.pycuda.shape import diagonal

    return sum_(diagonal(x, offset, axis1, axis2), -1)


def convert_to(x: Array, dtype: Any) -> Array:
    """x in a dtype, itself where it has it."""
    return x if x.dtype == dtype else convert(x, dtype)


def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """np.linalg.norm of vectors and, for ord=None or "fro", of matrices."""
    axes = _axes(axis, x)
    if ord is None or (ord == 2 and len(axes) == 1) or ord == "fro":
        return reduction.norm(convert_to(x, np.result_type(x.dtype, np.float32)), axes, keepdims)
    raise UnsupportedOperator(f"linalg.norm with ord={ord!r} has no kernel.")


def vector_norm(x: Array, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    """np.linalg.vector_norm of order 2."""
    if ord != 2:
        raise UnsupportedOperator(f"linalg.vector_norm with ord={ord!r} has no kernel.")
    return reduction.norm(
        convert_to(x, np.result_type(x.dtype, np.float32)), _axes(axis, x), keepdims
    )
