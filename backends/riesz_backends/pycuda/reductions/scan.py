"""Cumulative reductions along an axis."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import convert, fits
from riesz_backends.pycuda.reductions.reduction import BUSY, CHUNK, JOIN, identity, reduce

RULES = {"cumsum": "sum", "cumprod": "prod", "cummax": "max", "cummin": "min"}
SHUFFLE = "return __shfl_up_sync(0xffffffffu, a, delta);"
SHUFFLE_COMPLEX = """return riesz_complex_of(__shfl_up_sync(0xffffffffu, a.x, delta),
                          __shfl_up_sync(0xffffffffu, a.y, delta));"""
HEAD = """{prelude}
typedef {T} riesz_value;
static __device__ __forceinline__ riesz_value riesz_identity() {{ return {identity}; }}
static __device__ __forceinline__ riesz_value riesz_join(riesz_value a, riesz_value b) {{
  {join}
}}
static __device__ __forceinline__ riesz_value riesz_shuffle_up(riesz_value a, int delta) {{
  {shuffle}
}}
"""


@cache
def _text(name: str, dtype: np.dtype[Any]) -> str:
    rule = RULES[name]
    head = HEAD.format(
        prelude=cuda_prelude(),
        T=CUDA.type(dtype),
        identity=Writer(CUDA, {}).literal(identity(rule, dtype), dtype),
        join=JOIN[rule],
        shuffle=SHUFFLE_COMPLEX if dtype.kind == "c" else SHUFFLE,
    )
    return head + files("riesz_backends.pycuda.reductions").joinpath("scan.cu").read_text()


def scan(
    name: str, x: Array, axis: int | None, dtype: Any = None, out: Array | None = None
) -> Array:
    """np.cumsum, np.cumprod, np.maximum.accumulate or np.minimum.accumulate.

    In `out` if that `fits` and its rows lie one after another.
    """
    if axis is None:
        x, axis = x.ravel(), 0
    axis %= x.ndim
    whole = getattr(np, RULES[name])(np.ones(1, x.dtype)).dtype
    result = np.dtype(dtype) if dtype is not None else whole
    order = [i for i in range(x.ndim) if i != axis] + [axis]
    rows = x.transpose(*order)
    rows = rows if rows.is_contiguous and x.dtype == result else convert(rows, result)
    y = _rows_of(out, x, rows, order)
    if out is not None and y is not None:
        _run(name, y, rows)
        return out
    y = Array.empty(rows.shape, result)
    _run(name, y, rows)
    return y.transpose(*(order.index(i) for i in range(x.ndim)))


def _rows_of(out: Array | None, x: Array, rows: Array, order: list[int]) -> Array | None:
    """The rows of `out` where a kernel may write them."""
    if out is None or out.shape != x.shape:
        return None
    y = out.transpose(*order)
    there = y.is_contiguous and fits(y, rows.shape, rows.dtype, (rows,), entrywise=True)
    return y if there else None


def _run(name: str, y: Array, rows: Array) -> None:
    """Scan rows that lie one after another; of long ones, the chunks' totals first."""
    if not y.size:
        return
    n = rows.shape[-1]
    count = rows.size // n
    most = 1 if count >= BUSY else min(-(-n // CHUNK), -(-BUSY // count))
    size = -(-n // most)
    chunks = -(-n // size)
    before = _before(name, rows, count, n, chunks - 1, size) if chunks > 1 else rows
    layout = Parameter(8, "", np.array([n, chunks, size], np.int64).tobytes())
    parameters = [pointer(y), pointer(rows), pointer(before), layout]
    device().launch(_text(name, rows.dtype), "riesz_scan", (count * chunks,), parameters)


def _before(name: str, rows: Array, count: int, n: int, chunks: int, size: int) -> Array:
    """What has been joined at the end of every chunk."""
    step = rows.itemsize
    cut = rows.seen((count, chunks, size), (n * step, size * step, step))
    totals = reduce(RULES[name], cut, (2,), False, rows.dtype)
    return scan(name, totals, 1, rows.dtype)
