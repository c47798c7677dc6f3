"""Products of sparse matrices with dense vectors and matrices."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.array import Array
from riesz_backends.pycuda.device import THREADS, device, number, pointer
from riesz_backends.pycuda.pointwise import convert

HEAD = """{prelude}
typedef {T} riesz_value;
"""
Rows = tuple[Array, Array, Array]  # where rows start, columns, places of the entries
_ROWS: WeakKeyDictionary[Any, Rows] = WeakKeyDictionary()


@cache
def _text(dtype: np.dtype[Any]) -> str:
    head = HEAD.format(prelude=cuda_prelude(), T=CUDA.type(dtype))
    return head + files("riesz_backends.pycuda").joinpath("sparse.cu").read_text()


def rows(pattern: Any) -> Rows:
    """A pattern by compressed rows, on the device."""
    if pattern not in _ROWS:
        row, column = pattern.places
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(pattern.shape[0] + 1))
        places = (start, np.asarray(column)[order], order)
        _ROWS[pattern] = tuple(Array.of(p.astype(np.int64)) for p in places)  # type: ignore[assignment]
    return _ROWS[pattern]


def product(data: Array, x: Array, *, pattern: Any) -> Array:
    """S x, with the entries `data` of S at the places of `pattern`, and x 1-D or 2-D."""
    dtype = np.result_type(data.dtype, x.dtype)
    y = Array.empty((pattern.shape[0], *x.shape[1:]), dtype)
    if y.size:
        arrays = (y, convert(data, dtype), convert(x, dtype), *rows(pattern))
        width = math.prod(x.shape[1:])
        sizes = [number(n, np.int64) for n in (pattern.shape[0], width)]
        blocks = (-(-y.size // THREADS),)
        parameters = [*map(pointer, arrays), *sizes]
        device().launch(_text(dtype), "riesz_sparse_product", blocks, parameters)
    return y
