"""Cumulative reductions along an axis."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import device, number, pointer
from riesz_backends.pycuda.elementwise.pointwise import convert
from riesz_backends.pycuda.reductions.reduction import JOIN, identity

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


def scan(name: str, x: Array, axis: int | None, dtype: Any = None) -> Array:
    """np.cumsum, np.cumprod, np.maximum.accumulate or np.minimum.accumulate."""
    if axis is None:
        x, axis = x.ravel(), 0
    axis %= x.ndim
    whole = getattr(np, RULES[name])(np.ones(1, x.dtype)).dtype
    result = np.dtype(dtype) if dtype is not None else whole
    order = [i for i in range(x.ndim) if i != axis] + [axis]
    rows = convert(x.transpose(*order), result)
    y = Array.empty(rows.shape, result)
    n = rows.shape[-1]
    if y.size:
        parameters = [pointer(y), pointer(rows), number(n, np.int64)]
        device().launch(_text(name, result), "riesz_scan", (y.size // n,), parameters)
    return y.transpose(*(order.index(i) for i in range(x.ndim)))
