"""Products of sparse matrices with dense ones: their places by rows are kept on the device."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from riesz.sparse_matrix import Pattern
from riesz_backends.pycuda.algebra.product import arithmetic
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS, Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import convert

Rows = tuple[Array, Array, Array]
_known: WeakKeyDictionary[Pattern, Rows] = WeakKeyDictionary()


def sparse_matmul(data: Array, x: Array, *, pattern: Pattern) -> Array:
    """S x for the entries `data` of S at the places of `pattern`; x has one or two axes."""
    dtype = np.result_type(data.dtype, x.dtype)
    data, x = (v if v.dtype == dtype else convert(v, dtype) for v in (data, x))
    y = Array.empty((pattern.shape[0], *x.shape[1:]), dtype)
    if y.size:
        right = x[:, None] if x.ndim == 1 else x
        words = [y.shape[0], right.shape[1], *right.strides, *data.strides]
        layout = Parameter(8, "", np.array(words, np.int64).tobytes())
        parameters = [*map(pointer, (y, data, right, *_rows(pattern))), layout]
        device().launch(_text(dtype), "riesz_sparse_product", (-(-y.size // THREADS),), parameters)
    return y


def _rows(pattern: Pattern) -> Rows:
    """Where each row begins; the entries in the order of rows; their columns."""
    if pattern not in _known:
        found = (Array.of(v.astype(np.int64)) for v in pattern.rows)
        _known[pattern] = next(found), next(found), next(found)
    return _known[pattern]


@cache
def _text(dtype: np.dtype[Any]) -> str:
    body = files("riesz_backends.pycuda.algebra").joinpath("sparse.cu").read_text()
    return arithmetic(dtype) + body
