"""x[key]: views for slices and numbers, gathering and scattering for arrays of integers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import EllipsisType
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.array import SCALARS, Array
from riesz_backends.pycuda.device import THREADS, device, number, pointer
from riesz_backends.pycuda.pointwise import assign, convert

ADD = "atomicAdd(p, x);"
ADD_COMPLEX = "atomicAdd(&p->x, x.x); atomicAdd(&p->y, x.y);"
ADD_INTEGER = "atomicAdd((unsigned long long *)p, (unsigned long long)x);"
HEAD = """{prelude}
typedef {T} riesz_value;
static __device__ __forceinline__ void riesz_add(riesz_value *p, riesz_value x) {{ {add} }}
"""
ATOMIC = frozenset("float32 float64 complex64 complex128 int64 int32 uint32".split())


def get(x: Array, key: Any) -> Array:
    """x[key]: a view where the key has no arrays."""
    view, arrays = _view(x, key)
    return gather(view, arrays) if arrays else view


def put(x: Array, key: Any, value: Any) -> None:
    """x[key] = value."""
    view, arrays = _view(x, key)
    if not arrays:
        assign(view, value)
        return
    places = offsets(view, arrays)
    y = Array.empty(places.shape, x.dtype)
    assign(y, value)
    _launch("riesz_scatter", view, y, places)


def add_at(x: Array, key: Any, value: Any) -> None:
    """x[key] += value in place, equal indices adding up."""
    view, arrays = _view(x, key)
    if not arrays:
        assign(view, view + value)
        return
    if x.dtype.name not in ATOMIC:
        raise UnsupportedOperator(f"add_at has no kernel for {x.dtype}.")
    places = offsets(view, arrays)
    y = Array.empty(places.shape, x.dtype)
    assign(y, value)
    _launch("riesz_scatter_add", view, y, places)


def gather(view: Array, arrays: dict[int, Array]) -> Array:
    """The entries at indices along some axes of a view."""
    places = offsets(view, arrays)
    y = Array.empty(places.shape, view.dtype)
    _launch("riesz_gather", y, view, places)
    return y


def _launch(name: str, target: Array, source: Array, places: Array) -> None:
    if places.size:
        arguments = [pointer(target), pointer(source), pointer(places)]
        n = number(places.size, np.int64)
        blocks = -(-places.size // THREADS)
        device().launch(_text(target.dtype), name, (blocks,), [*arguments, n])


@cache
def _text(dtype: np.dtype[Any]) -> str:
    add = {"c": ADD_COMPLEX, "f": ADD}.get(dtype.kind, ADD_INTEGER if dtype.itemsize == 8 else ADD)
    if dtype.name not in ATOMIC:
        add = "*p = *p + x;"  # never called
    head = HEAD.format(prelude=cuda_prelude(), T=CUDA.type(dtype), add=add)
    return head + files("riesz_backends.pycuda").joinpath("indexing.cu").read_text()


def _view(x: Array, key: Any) -> tuple[Array, dict[int, Array]]:
    """x with the slices and numbers of a key applied, and the arrays that index its axes."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = _expanded(parts, x.ndim)
    shape: list[int] = []
    strides: list[int] = []
    arrays: dict[int, Array] = {}
    offset, axis = 0, 0
    for part in parts:
        if part is None:
            shape.append(1)
            strides.append(0)
            continue
        n, step = x.shape[axis], x.strides[axis]
        axis += 1
        if isinstance(part, slice):
            start, stop, stride = part.indices(n)
            length = len(range(start, stop, stride))
            offset += start * step if length else 0
            shape.append(length)
            strides.append(stride * step)
        elif isinstance(part, Array):
            arrays[len(shape)] = part
            shape.append(n)
            strides.append(step)
        else:
            offset += _position(part, n) * step
    return x.seen(tuple(shape), tuple(strides), offset), arrays


def _expanded(parts: list[Any], ndim: int) -> list[Any]:
    """A key with one part for each axis."""
    for part in parts:
        if isinstance(part, np.ndarray | list | bool | np.bool_):
            raise UnsupportedOperator(
                f"An index of type {type(part).__name__} has no kernel: slices, numbers and arrays "
                "of integers on the device have."
            )
        if isinstance(part, Array) and part.dtype.kind not in "iu":
            raise UnsupportedOperator(
                "x[mask] has a shape that depends on data, which the device does not tell. Use "
                "np.where(mask, x, 0)."
            )
    if not any(isinstance(p, EllipsisType) for p in parts):
        parts = [*parts, Ellipsis]
    taken = sum(1 for p in parts if p is not None and not isinstance(p, EllipsisType))
    if taken > ndim:
        raise IndexError(f"{taken} indices for an array of {ndim} axes")
    k = next(i for i, p in enumerate(parts) if isinstance(p, EllipsisType))
    return [*parts[:k], *[slice(None)] * (ndim - taken), *parts[k + 1 :]]


def _position(i: Any, n: int) -> int:
    if not isinstance(i, SCALARS) or not hasattr(i, "__index__"):
        raise IndexError(f"{i!r} is no index")
    k = i.__index__()
    if not -n <= k < n:
        raise IndexError(f"index {k} is out of bounds for an axis of length {n}")
    return k % n


def offsets(x: Array, arrays: dict[int, Array]) -> Array:
    """How many entries of memory lie between the first of x and each that is meant.

    As with NumPy, the indices are broadcast together, and their axes stand where the first of them
    stood, or in front where slices lie between them.
    """
    indexed = sorted(arrays)
    together = indexed == list(range(indexed[0], indexed[-1] + 1))
    common = np.broadcast_shapes(*(a.shape for a in arrays.values()))
    front = indexed[0] if together else 0
    others = [i for i in range(x.ndim) if i not in arrays]
    before, after = others[:front], others[front:]
    shape = (*(x.shape[i] for i in before), *common, *(x.shape[i] for i in after))
    total = Array.empty(shape, np.int64)
    total[...] = 0
    for i in indexed:
        places = _checked(arrays[i], x.shape[i]) * (x.strides[i] // x.itemsize)
        total += places.reshape(*places.shape, *(1,) * len(after))
    for k, i in enumerate(others):
        place = k if k < front else k + len(common)
        steps = np.arange(x.shape[i]) * (x.strides[i] // x.itemsize)
        total += Array.of(steps.reshape(-1, *(1,) * (len(shape) - place - 1)))
    return total


def _checked(index: Array, n: int) -> Array:
    """Indices without negative ones. That they are in bounds is asked of the device."""
    if index.size and not (-n <= index.min().item() and index.max().item() < n):
        raise IndexError(f"an index is out of bounds for an axis of length {n}")
    index = convert(index, np.int64)
    wrapped: Array = index.namespace.where(index < 0, index + n, index)
    return wrapped
