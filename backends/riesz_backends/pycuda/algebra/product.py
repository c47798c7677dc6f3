"""Matrix products, and what is made of them."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.cuda.layout import Shape, broadcast
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import assign, convert

SIDE = 16  # threads along each side of a block
LARGE = 48  # from this size on, tiles of 64 entries pay
MOST_BATCHES = 65535
SCALAR_FMA = "return fma{f}(a, b, c);"
COMPLEX_FMA = """return {{fma{f}(a.x, b.x, fma{f}(-a.y, b.y, c.x)),
          fma{f}(a.x, b.y, fma{f}(a.y, b.x, c.y))}};"""
HEAD = """{prelude}
typedef {T} riesz_value;
static __device__ __forceinline__ riesz_value riesz_fma(riesz_value a, riesz_value b,
                                                        riesz_value c) {{
  {fma}
}}
"""


def arithmetic(dtype: np.dtype[Any]) -> str:
    """`riesz_value`, the type of entries, and `riesz_fma`, their multiplication and addition."""
    f = "f" if dtype.name in ("float32", "complex64") else ""
    rule = {"f": SCALAR_FMA, "c": COMPLEX_FMA}.get(dtype.kind, "return a * b + c;")
    fma = rule.format(f=f) if dtype.kind in "fc" else rule
    return HEAD.format(prelude=cuda_prelude(), T=CUDA.type(dtype), fma=fma)


@cache
def _text(dtype: np.dtype[Any], each: int) -> str:
    body = files("riesz_backends.pycuda.algebra").joinpath("matmul.cu").read_text()
    return f"{arithmetic(dtype)}#define RIESZ_EACH {each}\n{body}"


def matmul(x: Array, y: Array) -> Array:
    """x y: matrices in the last two axes, broadcast over the others; 1-D arguments are vectors."""
    if not x.ndim or not y.ndim:
        raise ValueError("matmul takes no numbers: multiply with *.")
    dtype = np.result_type(x.dtype, y.dtype)
    if dtype.kind == "b":
        raise InvalidType("matmul of truth values has no kernel. Use .astype first.")
    x, y = (z if z.dtype == dtype else convert(z, dtype) for z in (x, y))
    left = x.reshape(1, -1) if x.ndim == 1 else x
    right = y.reshape(-1, 1) if y.ndim == 1 else y
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"matmul of the shapes {x.shape} and {y.shape}: the inner lengths differ.")
    z = _product(left, right, dtype)
    tail = (*(z.shape[-2:-1] if x.ndim > 1 else ()), *(z.shape[-1:] if y.ndim > 1 else ()))
    return z.reshape(*z.shape[:-2], *tail)


def _product(x: Array, y: Array, dtype: np.dtype[Any]) -> Array:
    lead = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    z = Array.empty((*lead, x.shape[-2], y.shape[-1]), dtype)
    _launch(z, x, y, subtract=False)
    return z


def subtract_product(z: Array, x: Array, y: Array) -> None:
    """Replace z by z - x y, for stacks of matrices of one dtype, z of at most three axes."""
    _launch(z, x, y, subtract=True)


def _launch(z: Array, x: Array, y: Array, subtract: bool) -> None:
    if not z.size:
        return
    lead, m, n, k = z.shape[:-2], z.shape[-2], z.shape[-1], x.shape[-1]
    batch, operands = math.prod(lead), [batched(v, lead) for v in (z, x, y)]
    words = [m, n, k, batch, subtract]
    for v, step in operands:
        words += [*v.strides[-2:], step]
    layout = Parameter(8, "", np.array(words, np.int64).tobytes())
    each = 4 if min(m, n) >= LARGE else 1
    tiles = (-(-n // (SIDE * each)), -(-m // (SIDE * each)), min(batch, MOST_BATCHES))
    parameters = [*(pointer(v) for v, _ in operands), layout]
    device().launch(_text(z.dtype, each), "riesz_matmul", tiles, parameters, (SIDE, SIDE))


def batched(x: Array, lead: Shape) -> tuple[Array, int]:
    """Matrices of which number b begins b strides further, copied where they do not lie so."""
    matrix, batch = x.shape[-2:], math.prod(lead)
    strides = broadcast(x.shape, x.strides, (*lead, *matrix))
    full = x.seen((*lead, *matrix), (*strides[:-2], *x.strides[-2:]))
    steps = [(s, n) for s, n in zip(full.strides[:-2], lead, strict=True) if n != 1]
    if not steps or not full.size:
        return full, 0
    regular = all(a == b * n for (a, _), (b, n) in pairwise(steps))
    if regular:
        return full, steps[-1][0]
    copied = Array.empty(full.shape, x.dtype)
    assign(copied, full)
    return copied, copied.nbytes // batch


def tensordot(x: Array, y: Array, axes: Any = 2) -> Array:
    """The sum over pairs of axes."""
    of_x, of_y = _axes(axes, x.ndim, y.ndim)
    free_x, free_y = ([i for i in range(z.ndim) if i not in of] for z, of in ((x, of_x), (y, of_y)))
    n = math.prod(x.shape[i] for i in of_x)
    if [x.shape[i] for i in of_x] != [y.shape[i] for i in of_y]:
        raise ValueError(f"tensordot: {x.shape} and {y.shape} differ along {of_x} and {of_y}.")
    shape = [x.shape[i] for i in free_x] + [y.shape[i] for i in free_y]
    left = x.transpose(*free_x, *of_x).reshape(math.prod(shape[: len(free_x)]), n)
    right = y.transpose(*of_y, *free_y).reshape(n, math.prod(shape[len(free_x) :]))
    return matmul(left, right).reshape(tuple(shape))


def _axes(axes: Any, of_x: int, of_y: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(of_x - axes, of_x)), list(range(axes))
    pair = ([a] if isinstance(a, int) else list(a) for a in axes)
    first, second = ([i % n for i in a] for a, n in zip(pair, (of_x, of_y), strict=True))
    return first, second


def dot(x: Array, y: Array) -> Array:
    """np.dot."""
    if not isinstance(y, Array) or not x.ndim or not y.ndim:
        product: Array = x * y
        return product
    return matmul(x, y) if y.ndim <= 2 else tensordot(x, y, (-1, -2))
