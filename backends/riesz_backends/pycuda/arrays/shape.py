"""Creation, views and copies: NumPy's functions of these names on arrays of the device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz_backends.cuda.layout import broadcast
from riesz_backends.pycuda.arrays.array import SCALARS, Array
from riesz_backends.pycuda.elementwise.pointwise import assign, convert, pointwise

FLOAT = np.dtype(np.float64)


def asarray(x: Any, dtype: Any = None, copy: bool | None = None) -> Array:
    """x as an array of the device: arrays of it as they are, the host's copied."""
    if isinstance(x, Array):
        wanted = x.dtype if dtype is None else np.dtype(dtype)
        return convert(x, wanted) if copy or wanted != x.dtype else x
    return Array.of(np.asarray(x, dtype=dtype))


def array(x: Any, dtype: Any = None, copy: bool | None = True, order: str = "K") -> Array:
    """A new array with the entries of x, in C order whatever `order` asks for."""
    return asarray(x, dtype, copy=copy)


def ascontiguousarray(x: Any, dtype: Any = None) -> Array:
    """x in C order."""
    x = asarray(x, dtype)
    return x if x.is_contiguous else convert(x, x.dtype)


def _shape(shape: Any) -> tuple[int, ...]:
    return tuple(map(int, shape)) if isinstance(shape, Sequence) else (int(shape),)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Array:
    """An array of one number."""
    if dtype is None:
        dtype = fill_value.dtype if hasattr(fill_value, "dtype") else np.asarray(fill_value).dtype
    y = Array.empty(_shape(shape), dtype)
    assign(y, fill_value)
    return y


def empty(shape: Any, dtype: Any = FLOAT) -> Array:
    """An array of any content."""
    return Array.empty(_shape(shape), dtype or FLOAT)


def zeros(shape: Any, dtype: Any = FLOAT) -> Array:
    """An array of zeros."""
    return full(shape, 0, dtype or FLOAT)


def ones(shape: Any, dtype: Any = FLOAT) -> Array:
    """An array of ones."""
    return full(shape, 1, dtype or FLOAT)


def zeros_like(x: Array, dtype: Any = None) -> Array:
    """Zeros of the shape of x."""
    return zeros(x.shape, dtype or x.dtype)


def ones_like(x: Array, dtype: Any = None) -> Array:
    """Ones of the shape of x."""
    return ones(x.shape, dtype or x.dtype)


def empty_like(x: Array, dtype: Any = None) -> Array:
    """An array of the shape of x and any content."""
    return empty(x.shape, dtype or x.dtype)


def full_like(x: Array, fill_value: Any, dtype: Any = None) -> Array:
    """One number in the shape of x."""
    return full(x.shape, fill_value, dtype or x.dtype)


def arange(*limits: Any, dtype: Any = None) -> Array:
    """Numbers from `start` to `stop`."""
    return Array.of(np.arange(*limits, dtype=dtype))


def linspace(*limits: Any, **keywords: Any) -> Array:
    """Numbers at equal distances."""
    return Array.of(np.linspace(*limits, **keywords))


def eye(n: int, m: int | None = None, k: int = 0, dtype: Any = FLOAT) -> Array:
    """Ones on a diagonal."""
    m = n if m is None else m
    y = zeros((n, m), dtype)
    length = max(0, min(n + min(k, 0), m - max(k, 0)))
    offset = max(k, 0) * y.strides[1] + max(-k, 0) * y.strides[0]
    assign(y.seen((length,), (sum(y.strides),), offset if length else 0), 1)
    return y


def identity(n: int, dtype: Any = FLOAT) -> Array:
    """The unit matrix."""
    return eye(n, dtype=dtype)


# --- views -------------------------------------------------------------------------------------


def reshape(x: Array, shape: Any) -> Array:
    """The entries in another shape."""
    return x.reshape(_shape(shape))


def ravel(x: Array) -> Array:
    """All entries along one axis."""
    return x.ravel()


def transpose(x: Array, axes: Any = None) -> Array:
    """The axes in another order."""
    return x.transpose(axes)


def matrix_transpose(x: Array) -> Array:
    """The last two axes exchanged."""
    return x.mT


def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged."""
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return x.transpose(order)


def moveaxis(x: Array, source: Any, destination: Any) -> Array:
    """Axes at other places."""
    of, to = (normalize(a, x.ndim) for a in (source, destination))
    order = [i for i in range(x.ndim) if i not in of]
    for place, axis in sorted(zip(to, of, strict=True)):
        order.insert(place, axis)
    return x.transpose(order)


def expand_dims(x: Array, axis: Any) -> Array:
    """New axes of length 1."""
    new = normalize(axis, x.ndim + (len(axis) if isinstance(axis, tuple | list) else 1))
    lengths = iter(x.shape)
    shape = tuple(1 if i in new else next(lengths) for i in range(x.ndim + len(new)))
    return x.reshape(shape)


def squeeze(x: Array, axis: Any = None) -> Array:
    """Without axes of length 1."""
    gone = [i for i, n in enumerate(x.shape) if n == 1] if axis is None else normalize(axis, x.ndim)
    return x.reshape(tuple(n for i, n in enumerate(x.shape) if i not in gone))


def broadcast_to(x: Any, shape: Any) -> Array:
    """A view in which entries are repeated."""
    y, target = asarray(x), _shape(shape)
    if np.broadcast_shapes(y.shape, target) != target:
        raise ValueError(f"The shape {y.shape} cannot be broadcast to {target}.")
    return y.seen(target, broadcast(y.shape, y.strides, target))


def broadcast_arrays(*arrays: Array) -> tuple[Array, ...]:
    """Views of one common shape."""
    shape = np.broadcast_shapes(*(x.shape for x in arrays))
    return tuple(broadcast_to(x, shape) for x in arrays)


def flip(x: Array, axis: Any = None) -> Array:
    """A view with the entries in reverse order along axes."""
    axes = range(x.ndim) if axis is None else normalize(axis, x.ndim)
    y: Array = x[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(x.ndim))]
    return y


def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """A view of a diagonal, along a new last axis."""
    i, j = axis1 % x.ndim, axis2 % x.ndim
    m, n = x.shape[i], x.shape[j]
    length = max(0, min(m + min(offset, 0), n - max(offset, 0)))
    start = max(offset, 0) * x.strides[j] + max(-offset, 0) * x.strides[i]
    kept = [k for k in range(x.ndim) if k not in (i, j)]
    shape = (*(x.shape[k] for k in kept), length)
    strides = (*(x.strides[k] for k in kept), x.strides[i] + x.strides[j])
    return x.seen(shape, strides, start if length else 0)


# --- copies ------------------------------------------------------------------------------------


def concatenate(
    arrays: Sequence[Array], axis: int | None = 0, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    """Arrays one after another along an axis."""
    arrays = [asarray(x) for x in arrays]
    if axis is None:
        arrays, axis = [x.ravel() for x in arrays], 0
    axis %= arrays[0].ndim
    shape = list(arrays[0].shape)
    shape[axis] = sum(x.shape[axis] for x in arrays)
    if any(
        x.shape[:axis] + x.shape[axis + 1 :] != (*shape[:axis], *shape[axis + 1 :]) for x in arrays
    ):
        raise ValueError(
            f"These shapes cannot be joined along {axis}: {[x.shape for x in arrays]}."
        )
    y = Array.empty(tuple(shape), dtype or np.result_type(*(x.dtype for x in arrays)))
    begin = 0
    for x in arrays:
        part = slice(begin, begin + x.shape[axis])
        assign(y[(*(slice(None),) * axis, part)], x)
        begin += x.shape[axis]
    return y


def stack(arrays: Sequence[Array], axis: int = 0) -> Array:
    """Arrays side by side along a new axis."""
    ndim = asarray(arrays[0]).ndim + 1
    return concatenate([expand_dims(asarray(x), axis % ndim) for x in arrays], axis % ndim)


def roll(x: Array, shift: Any, axis: Any = None) -> Array:
    """Entries moved round."""
    if axis is None:
        return roll(x.ravel(), shift, 0).reshape(x.shape)
    for s, i in np.broadcast(shift, axis):
        n = x.shape[int(i)]
        k, before = (int(-s) % n if n else 0), (slice(None),) * (int(i) % x.ndim)
        x = concatenate((x[(*before, slice(k, None))], x[(*before, slice(k))]), int(i))
    return x


def tri(n: int, m: int | None = None, k: int = 0, dtype: Any = FLOAT) -> Array:
    """Ones in the lower triangle."""
    rows, columns = arange(k, k + n).reshape(n, 1), arange(n if m is None else m)
    return astype(pointwise("greater_equal", rows, columns), dtype, copy=False)


def tril(x: Array, k: int = 0) -> Array:
    """The lower triangle, the rest zero."""
    return _triangle(x, k, lower=True)


def triu(x: Array, k: int = 0) -> Array:
    """The upper triangle, the rest zero."""
    return _triangle(x, k, lower=False)


def _triangle(x: Array, k: int, lower: bool) -> Array:
    m, n = x.shape[-2:]
    mask, zero = tri(m, n, k if lower else k - 1, bool), zeros((), x.dtype)
    return pointwise("where", mask, x, zero) if lower else pointwise("where", mask, zero, x)


def repeat(x: Array, repeats: int, axis: int | None = None) -> Array:
    """Every entry `repeats` times."""
    if axis is None:
        x, axis = x.ravel(), 0
    axis %= x.ndim
    wide = expand_dims(x, axis + 1)
    shape = (*x.shape[: axis + 1], repeats, *x.shape[axis + 1 :])
    y = convert(broadcast_to(wide, shape), x.dtype)
    return y.reshape((*x.shape[:axis], x.shape[axis] * repeats, *x.shape[axis + 1 :]))


def take(x: Array, indices: Any, axis: int | None = None) -> Array:
    """Entries at indices along an axis; indices of the host are constants, which are moved."""
    if axis is None:
        x, axis = x.ravel(), 0
    y: Array = x[(*(slice(None),) * (axis % x.ndim), asarray(indices))]
    return y


def copyto(target: Array, x: Any, casting: str = "same_kind", where: Any = True) -> None:
    """target[...] = x, where a condition holds."""
    assign(target, x if where is True else target.namespace.where(where, x, target))


def copy(x: Array) -> Array:
    """A new array in C order."""
    return convert(x, x.dtype)


def astype(x: Array, dtype: Any, copy: bool = True) -> Array:
    """The entries in another dtype."""
    return convert(x, dtype) if copy or np.dtype(dtype) != x.dtype else x


def normalize(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes that are not negative."""
    axes = tuple(axis) if isinstance(axis, tuple | list) else (axis,)
    if any(not -ndim <= i < ndim for i in axes):
        raise ValueError(f"The axes {axes} are not among the {ndim} there are.")
    return tuple(int(i) % ndim for i in axes)


def result_type(*x: Any) -> Any:
    """The dtype in which these meet."""
    return np.result_type(*(v.dtype if isinstance(v, Array) else v for v in x))


def shape(x: Any) -> tuple[int, ...]:
    """The lengths of the axes."""
    return () if isinstance(x, SCALARS) else tuple(x.shape)


def size(x: Array) -> int:
    """The number of entries."""
    return math.prod(shape(x))


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(shape(x))
