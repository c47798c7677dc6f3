"""The order of the entries of rows, by a network of comparisons."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.arrays import shape
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS, Parameter, device, number, pointer
from riesz_backends.pycuda.elementwise.pointwise import convert

TILE = 512  # places that a block sorts in shared memory
LESS = {
    "f": "a < b || (b != b && a == a)",
    "c": "a.x < b.x || (a.x == b.x && a.y < b.y) || (b != b && a == a)",
}
HEAD = """{prelude}
typedef {T} riesz_value;
static __device__ __forceinline__ bool riesz_less(riesz_value a, riesz_value b) {{
  return {less};
}}
"""


@cache
def text(dtype: np.dtype[Any]) -> str:
    """The source of the kernels for a dtype."""
    less = LESS.get(dtype.kind, "a < b")
    head = HEAD.format(prelude=cuda_prelude(), T=CUDA.type(dtype), less=less)
    return head + files("riesz_backends.pycuda.sorting").joinpath("order.cu").read_text()


def words(*values: int) -> list[Parameter]:
    """Integers as parameters."""
    return [number(v, np.int64) for v in values]


def places_in_order(x: Array) -> Array:
    """The stable order of the rows of x, which are contiguous: places, NaN last."""
    n = x.shape[-1]
    size = 1 << max(n - 1, 0).bit_length()
    rows = x.size // max(n, 1)
    start = shape.broadcast_to(shape.arange(size), (rows, size))
    place = convert(start, np.int64)
    if rows and size > 1:
        _sort(place, x, n, size)
    return convert(place[:, :n], np.int64).reshape(x.shape)


def _sort(place: Array, x: Array, n: int, size: int) -> None:
    source, places = text(x.dtype), place.size
    fixed = [pointer(place), pointer(x), *words(n, size)]

    def tiles(first: int, last: int) -> None:
        grid = (-(-places // TILE),)
        device().launch(source, "riesz_sort_tile", grid, [*fixed, *words(first, last, places)])

    tiles(2, min(size, TILE))
    span = 2 * TILE
    while span <= size:
        step = span // 2
        while step >= TILE:
            grid = (places // (2 * THREADS),)
            device().launch(source, "riesz_sort_step", grid, [*fixed, *words(span, step)])
            step //= 2
        tiles(span, span)
        span *= 2


def search(a: Array, v: Array, right: bool) -> Array:
    """How many of the sorted entries of a come before each of v, or (right) not after it."""
    y = Array.empty(v.shape, np.int64)
    if y.size:
        parameters = [pointer(y), pointer(a), pointer(v), *words(a.size, v.size, right)]
        device().launch(text(a.dtype), "riesz_search", (-(-v.size // THREADS),), parameters)
    return y
