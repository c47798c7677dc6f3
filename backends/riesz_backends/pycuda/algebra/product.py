"""Matrix products, and what is made of them."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz.formula.expression import Symbols
from riesz.plan.cluster import Cluster, Load, Result
from riesz_backends.cuda.kernel import Kernel
from riesz_backends.cuda.layout import Shape, broadcast
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import assign, convert, fits
from riesz_backends.pycuda.launcher import launcher
from riesz_backends.pycuda.reductions.reduction import reduce

SIDE = 16  # threads along each side of a block
BUSY = 128  # blocks that fill a device
LONG = 512  # terms of a sum that are worth a block of their own
MOST_BLOCKS = 65535  # along the second and the third axis of a grid
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


def matmul(x: Array, y: Array, out: Array | None = None) -> Array:
    """x y: matrices in the last two axes, broadcast over the others; 1-D arguments are vectors.

    In `out` if that `fits` and a kernel can write there.
    """
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
    lead = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    m, n = left.shape[-2:-1], right.shape[-1:]
    shape = (*lead, *(m if x.ndim > 1 else ()), *(n if y.ndim > 1 else ()))
    there = out is not None and out.is_contiguous and fits(out, shape, dtype, (x, y))
    z = out if out is not None and there else Array.empty(shape, dtype)
    _product(z.reshape((*lead, *m, *n)), left, right)
    return z


def _product(z: Array, x: Array, y: Array) -> None:
    """z = x y: a vector's as sums of products, a long one in parts that are added up."""
    m, n, k = z.shape[-2], z.shape[-1], x.shape[-1]
    if z.dtype.kind in "fc" and z.size and k > 1 and 1 in (m, n):
        _inner(*((z, x, y) if n == 1 else (z, y.mT, x.mT)))
    elif (chunks := _chunks(z, k)) > 1:
        parts = Array.empty((chunks, *z.shape), z.dtype)
        _launch(parts, x, y, part=-(-k // chunks))
        reduce("sum", parts, (0,), False, out=z, dtype=z.dtype)
    else:
        _launch(z, x, y)


def _chunks(z: Array, k: int) -> int:
    """Into how many parts a sum of k terms is cut, so that the device is busy."""
    blocks = math.prod(z.shape[:-2]) * math.prod(_tiles(z, _each(z)))
    return min(2 * BUSY // blocks, k // LONG) if 0 < blocks < BUSY else 1


def _inner(z: Array, x: Array, y: Array) -> None:
    """z = x y for one column y, or rows as columns: sums of products, read as they lie."""
    lead, y = z.shape[:-2], y.mT
    neighbours = abs(x.strides[-1]) <= abs(x.strides[-2])  # along the sums, else across them
    x, y = (x, y) if neighbours else (x.mT, y.mT)
    kernel = _products((*lead, *x.shape[-2:]), x.shape, y.shape, len(lead) + neighbours, z.dtype)
    kernel((z.reshape((*lead, z.size // math.prod(lead))),), (x, y))


@lru_cache(maxsize=1024)
def _products(domain: Shape, x: Shape, y: Shape, axis: int, dtype: np.dtype[Any]) -> Kernel:
    """The kernel of a sum of products along an axis."""
    m = Symbols()
    a, b = m.argument(0), m.argument(1)
    root = m.node("multiply", a, b)
    results = (Result(root, dtype, ("sum", (axis,), False)),)
    loads = (Load(dtype, x), Load(dtype, y))
    return Kernel(Cluster(domain, m, loads, results, dict.fromkeys((a, b, root), dtype)), launcher)


def subtract_product(z: Array, x: Array, y: Array) -> None:
    """Replace z by z - x y, for stacks of matrices of one dtype, z of at most three axes."""
    _launch(z, x, y, subtract=True)


def _each(z: Array) -> int:
    """How many rows and columns of a tile a thread has: as many as leave a device busy."""
    small, batch = min(z.shape[-2:]), math.prod(z.shape[:-2])
    if z.itemsize <= 4 and small >= 6 * SIDE and batch * math.prod(_tiles(z, 8)) >= BUSY:
        return 8
    return 4 if small >= 3 * SIDE else 1


def _tiles(z: Array, each: int) -> tuple[int, int]:
    m, n = z.shape[-2:]
    return -(-n // (SIDE * each)), -(-m // (SIDE * each))


def _launch(z: Array, x: Array, y: Array, part: int = 0, subtract: bool = False) -> None:
    """`part`: z is a stack of products, of so many terms each, that add up to x y."""
    if not z.size:
        return
    chunks, step = (z.shape[0], z.strides[0]) if part else (1, 0)
    z = z[0] if part else z
    lead, m, n, k = z.shape[:-2], z.shape[-2], z.shape[-1], x.shape[-1]
    batch, operands = math.prod(lead), [batched(v, lead) for v in (z, x, y)]
    words = [m, n, k, batch, chunks, part or k, subtract]
    (c, c_batch), *factors = operands
    words += [*c.strides[-2:], c_batch, step]
    for v, each_batch in factors:
        words += [*v.strides[-2:], each_batch]
    layout = Parameter(8, "", np.array(words, np.int64).tobytes())
    each = _each(z)
    columns, rows = _tiles(z, each)
    grid = (columns, min(rows, MOST_BLOCKS), min(batch * chunks, MOST_BLOCKS))
    parameters = [*(pointer(v) for v, _ in operands), layout]
    device().launch(_text(z.dtype, each), "riesz_matmul", grid, parameters, (SIDE, SIDE))


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
