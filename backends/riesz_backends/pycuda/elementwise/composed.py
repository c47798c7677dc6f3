"""NumPy's functions that are formulas of others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import concatenate, full, moveaxis, stack, take, zeros
from riesz_backends.pycuda.elementwise.pointwise import convert, pointwise, stored
from riesz_backends.pycuda.reductions.reduction import reduce
from riesz_backends.pycuda.reductions.scan import scan


def round_(a: Array, decimals: int = 0, out: Any = None) -> Array:
    """np.round: halves to even."""
    if a.dtype.kind == "c":
        y = round_(a.real, decimals) + round_(a.imag, decimals) * 1j
    elif a.dtype.kind != "f":
        y = a if decimals >= 0 else convert(round_(convert(a, float), decimals), a.dtype)
    else:
        scale = 10.0 ** abs(decimals)
        up, down = ("multiply", "divide") if decimals > 0 else ("divide", "multiply")
        y = pointwise(down, pointwise("rint", pointwise(up, a, scale)), scale)
    return stored(y, out)


def fix(x: Array, out: Any = None) -> Array:
    """np.fix."""
    return stored(pointwise("trunc", x), out)


def isposinf(x: Array, out: Any = None) -> Array:
    """np.isposinf."""
    return stored(pointwise("equal", x, math.inf), out)


def isneginf(x: Array, out: Any = None) -> Array:
    """np.isneginf."""
    return stored(pointwise("equal", x, -math.inf), out)


def iscomplex(x: Array) -> Array:
    """np.iscomplex."""
    return pointwise("not_equal", x.imag, 0) if x.dtype.kind == "c" else zeros(x.shape, bool)


def isreal(x: Array) -> Array:
    """np.isreal."""
    return pointwise("logical_not", iscomplex(x))


def isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """np.isclose."""
    allowed = pointwise("absolute", b) * rtol + atol
    near = pointwise("less_equal", pointwise("absolute", a - b), allowed)
    close = (near & pointwise("isfinite", b)) | pointwise("equal", a, b)
    return close | (pointwise("isnan", a) & pointwise("isnan", b)) if equal_nan else close


def allclose(a: Any, b: Any, *args: Any, **keywords: Any) -> bool:
    """np.allclose, which waits for the device."""
    return bool(reduce("all", isclose(a, b, *args, **keywords).ravel(), (0,), False).item())


def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    """np.array_equal, which waits for the device."""
    same: Any = a1.shape == a2.shape and isclose(a1, a2, 0.0, 0.0, equal_nan).ravel()
    return same is not False and bool(reduce("all", same, (0,), False).item())


def iscomplexobj(x: Any) -> bool:
    """np.iscomplexobj."""
    return bool(x.dtype.kind == "c")


def isrealobj(x: Any) -> bool:
    """np.isrealobj."""
    return not iscomplexobj(x)


def real_if_close(a: Any, tol: float = 100) -> Any:
    """np.real_if_close, which waits for the device."""
    if a.dtype.kind != "c":
        return a
    limit = tol * np.finfo(a.dtype).eps if tol > 1 else tol
    return a.real if allclose(a.imag, 0, 0, limit) else a


def cross(a: Array, b: Array) -> Array:
    """np.cross of vectors of length 3 in the last axes."""
    x, y = (tuple(v[..., i] for i in range(3)) for v in (a, b))
    pairs = ((1, 2), (2, 0), (0, 1))
    return stack([x[i] * y[j] - x[j] * y[i] for i, j in pairs], axis=-1)


def diff(a: Array, axis: int = -1) -> Array:
    """The differences of neighbours along an axis."""
    rows = moveaxis(a, axis, -1)
    return moveaxis(rows[..., 1:] - rows[..., :-1], -1, axis)


def unwrap(
    p: Array, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi
) -> Any:
    """np.unwrap: jumps of more than half a period are made up for by whole ones."""
    step, half = diff(p, axis), period / 2
    turned = pointwise("remainder", step + half, period) - half
    edge = pointwise("equal", turned, -half) & (step > 0)
    turned = pointwise("where", edge, half, turned)
    small = pointwise("absolute", step) < (half if discont is None else discont)
    correction = pointwise("where", small, p.dtype.type(0), turned - step)
    first = zeros(tuple(1 if i == axis % p.ndim else n for i, n in enumerate(p.shape)), p.dtype)
    return p + scan("cumsum", concatenate((first, correction), axis), axis)


def pad(
    array: Array, pad_width: Any, mode: Any = "constant", constant_values: Any = 0
) -> Array:  # fmt: skip
    """np.pad with a constant, and in the modes that repeat entries: edge, reflect, ..."""
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    if mode == "constant":
        shape = tuple(n + sum(w) for n, w in zip(array.shape, widths, strict=True))
        y = full(shape, constant_values, array.dtype)
        y[tuple(slice(w[0], w[0] + n) for n, w in zip(array.shape, widths, strict=True))] = array
        return y
    for axis, (n, width) in enumerate(zip(array.shape, widths, strict=True)):
        array = take(array, Array.of(np.pad(np.arange(n), width, mode)), axis)
    return array


FUNCTIONS = {
    f.__name__: f
    for f in (
        fix, isposinf, isneginf, iscomplex, isreal, isclose, allclose, array_equal, iscomplexobj,
        isrealobj, real_if_close, cross, unwrap, pad,
    )
} | {"round": round_, "around": round_}  # fmt: skip
