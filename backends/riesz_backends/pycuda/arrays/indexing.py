"""x[key]: views for slices and numbers, gathering and scattering for arrays and masks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import EllipsisType
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.arrays.array import SCALARS, Array
from riesz_backends.pycuda.arrays.shape import ascontiguousarray, stack
from riesz_backends.pycuda.device import THREADS, device, number, pointer
from riesz_backends.pycuda.elementwise.pointwise import assign, convert, pointwise
from riesz_backends.pycuda.reductions.scan import scan
from riesz_backends.pycuda.sorting.order import places_in_order

HEAD = """{prelude}
typedef {T} riesz_value;
"""


def get(x: Array, key: Any) -> Array:
    """x[key]: a view where the key has no arrays."""
    view, arrays = _view(x, key)
    return gather(view, arrays) if arrays else view


def put(x: Array, key: Any, value: Any) -> None:
    """x[key] = value; where a place is met twice, the last counts."""
    view, arrays = _view(x, key)
    if not arrays:
        assign(view, value)
        return
    _scatter("riesz_scatter", view, arrays, value)


def add_at(x: Array, key: Any, value: Any) -> None:
    """x[key] += value in place, equal indices adding up, always in the same order."""
    view, arrays = _view(x, key)
    if not arrays:
        assign(view, view + value)
        return
    _scatter("riesz_scatter_add", view, arrays, value)


def _scatter(name: str, view: Array, arrays: dict[int, Array], value: Any) -> None:
    places = offsets(view, arrays)
    y = Array.empty(places.shape, view.dtype)
    assign(y, value)
    _launch(name, view, y, places, places_in_order(places.ravel()))


def gather(view: Array, arrays: dict[int, Array]) -> Array:
    """The entries at indices along some axes of a view."""
    places = offsets(view, arrays)
    y = Array.empty(places.shape, view.dtype)
    _launch("riesz_gather", y, view, places)
    return y


def _launch(name: str, target: Array, *arrays: Array) -> None:
    """A kernel of one thread for each entry of the last array."""
    n = arrays[-1].size
    if n:
        parameters = [*map(pointer, (target, *arrays)), number(n, np.int64)]
        device().launch(_text(target.dtype), name, (-(-n // THREADS),), parameters)


@cache
def _text(dtype: np.dtype[Any]) -> str:
    head = HEAD.format(prelude=cuda_prelude(), T=CUDA.type(dtype))
    return head + files("riesz_backends.pycuda.arrays").joinpath("indexing.cu").read_text()


def flatnonzero(mask: Array) -> Array:
    """The places of entries that are not 0, in C order; the host reads how many there are."""
    flat = mask.ravel()
    kept = ascontiguousarray(flat if flat.dtype.kind == "b" else pointwise("not_equal", flat, 0))
    count = scan("cumsum", kept, 0, np.int64)
    places = Array.empty((count[-1].item() if kept.size else 0,), np.int64)
    if places.size:
        _launch("riesz_compact", places, kept, count)
    return places


def nonzero(mask: Array) -> tuple[Array, ...]:
    """The indices of entries that are not 0, one array for each axis."""
    rest: Any = flatnonzero(mask)
    found: list[Array] = []
    for n in reversed(mask.shape):
        found.append(rest % n)
        rest = rest // n
    return tuple(reversed(found))


def argwhere(mask: Array) -> Array:
    """np.argwhere."""
    return stack(nonzero(mask), axis=-1)


FUNCTIONS = {f.__name__: f for f in (flatnonzero, nonzero, argwhere, add_at)}


def _view(x: Array, key: Any) -> tuple[Array, dict[int, Array]]:
    """x with the slices and numbers of a key applied, and the arrays that index its axes."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = _expanded(parts, x.ndim, x.shape)
    shape: list[int] = []
    strides: list[int] = []
    arrays: dict[int, Array] = {}
    offset, axis = 0, 0
    for part in parts:
        if part is None or isinstance(part, NewAxis):
            if part is not None:
                arrays[len(shape)] = part.kept
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
            if part.dtype.kind not in "iu":
                raise IndexError(f"an index of dtype {part.dtype}: integers are expected")
            arrays[len(shape)] = part
            shape.append(n)
            strides.append(step)
        else:
            offset += _position(part, n) * step
    return x.seen(tuple(shape), tuple(strides), offset), arrays


def _expanded(parts: list[Any], ndim: int, shape: tuple[int, ...]) -> list[Any]:
    """A key with one part for each axis, masks as the indices of their entries."""
    for part in parts:
        if isinstance(part, np.ndarray | bool | np.bool_):
            raise UnsupportedOperator(
                f"An index of type {type(part).__name__} has no kernel: slices, numbers, and "
                "arrays of integers or truth values on the device have."
            )
    parts = [Array.of(np.asarray(p)) if isinstance(p, list) else p for p in parts]
    if not any(isinstance(p, EllipsisType) for p in parts):
        parts = [*parts, Ellipsis]
    taken = sum(map(_axes_of, parts))
    if taken > ndim:
        raise IndexError(f"{taken} indices for an array of {ndim} axes")
    k = next(i for i, p in enumerate(parts) if isinstance(p, EllipsisType))
    full = [*parts[:k], *[slice(None)] * (ndim - taken), *parts[k + 1 :]]
    found: list[Any] = []
    axis = 0
    for part in full:
        several = _selected(part, shape[axis : axis + part.ndim]) if _is_mask(part) else (part,)
        found.extend(several)
        axis += _axes_of(part)
    return found


def _axes_of(part: Any) -> int:
    """How many axes a part of a key takes."""
    if part is None or isinstance(part, EllipsisType):
        return 0
    return part.ndim if _is_mask(part) else 1


def _is_mask(part: Any) -> bool:
    return isinstance(part, Array) and part.dtype.kind == "b"


@dataclass(frozen=True)
class NewAxis:
    """What a mask without axes stands for: a new axis, of which it keeps the entry or none."""

    kept: Array


def _selected(mask: Array, shape: tuple[int, ...]) -> tuple[Any, ...]:
    if mask.shape != shape:
        raise IndexError(f"a mask of shape {mask.shape} for axes of lengths {shape}")
    return nonzero(mask) if mask.ndim else (NewAxis(flatnonzero(mask)),)


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
