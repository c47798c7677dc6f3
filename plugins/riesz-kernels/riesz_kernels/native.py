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
from riesz_kernels.pair import Form, form_of

Array = Any


def moment(x: Array, y: Array, b: Array, *log: Array, **static: Any) -> Array:
    """`kernel_moment` on plain arrays."""
    form = form_of(x, y, b, *log, **static)
    if form is None:
        return blocked.moment(np, x, y, b, *log, **static)
    out = np.empty(blocked.result_shape(x, b, form.emit), form.dtype)
    columns = np.reshape(b, (y.shape[0], form.depth)).T
    _call(_built(source.moment, form), x, y.T, columns, *log, out=out)
    return out


def logsumexp(x: Array, y: Array, b: Array, *, kernel: str) -> Array:
    """`kernel_logsumexp` on plain arrays."""
    form = form_of(x, y, b[:, None], kernel=kernel)
    if form is None:
        return blocked.logsumexp(np, x, y, b, kernel=kernel)
    out = np.empty(x.shape[:1], form.dtype)
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
