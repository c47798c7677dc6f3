"""The reductions on the backend `native`: C compiled for the kernel and the shapes at hand.

The sums of a row are taken in one order whatever the number of threads, which share the rows.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from riesz_kernels import blocked, source
from riesz_kernels.profile import profile
from riesz_kernels.source import Form

PRECISIONS = (np.dtype(np.float32), np.dtype(np.float64))
LARGEST = 64  # numbers read and summed per pair: beyond it BLAS, on tiles, is faster

Array = np.ndarray[Any, Any]


def moment(
    x: Array, y: Array, b: Array, *log: Array, kernel: str, order: int, contract: int, emit: int
) -> Array:
    """`kernel_moment` on plain arrays."""
    (n, d), channels = x.shape, b.shape[-1]
    dtype = np.result_type(x, y, b, *log)
    width, depth = d**emit * channels, d**contract * channels
    shape = (n, *(d,) * emit, channels)
    if dtype not in PRECISIONS or not width * depth or d + width + depth > LARGEST:
        phi = profile(kernel, order)
        return np.reshape(blocked.moment(np, x, y, b, log, phi, contract, emit), shape)
    form = Form(kernel, order, d, channels, contract, emit, bool(log), dtype == PRECISIONS[0])
    out = np.empty(shape, dtype)
    columns = np.reshape(b, (y.shape[0], depth)).T
    _call(_built(source.moment, form), x, y.T, columns, *log, out=out)
    return out


def logsumexp(x: Array, y: Array, b: Array, *, kernel: str) -> Array:
    """`kernel_logsumexp` on plain arrays."""
    d, dtype = x.shape[1], np.result_type(x, y, b)
    if dtype not in PRECISIONS or not 0 < d <= LARGEST:
        host: Array = blocked.logsumexp(np, x, y, b, profile(kernel))
        return host
    form = Form(kernel, 0, d, 1, 0, 0, False, dtype == PRECISIONS[0])
    out = np.empty(x.shape[:1], dtype)
    _call(_built(source.logsumexp, form), x, y.T, b, out=out)
    return out


@cache
def _built(printed: Callable[[Form], str], form: Form) -> Any:
    from riesz_backends.native import build

    function = build(printed(form), ["logf" if form.single else "log"]).riesz_kernels_rows
    operands = 6 if form.log else 4
    function.argtypes = [ctypes.c_void_p] * operands + [ctypes.c_int64] * 2
    function.restype = None
    return function


def _call(function: Any, *operands: Array, out: Array) -> None:
    arrays = [np.ascontiguousarray(array, out.dtype) for array in operands]
    addresses = [array.ctypes.data for array in (*arrays, out)]
    function(*addresses, operands[0].shape[0], operands[1].shape[1])
