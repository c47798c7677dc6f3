"""Stacks of matrices along one axis, and the kernels of dense linear algebra that work on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA
from riesz.formula.expression import Symbols
from riesz_backends.cuda.layout import Shape
from riesz_backends.pycuda.algebra.product import arithmetic, batched
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import assign

BLOCK, ROWS = 32, 8  # as in matrix.cu
QUOTIENT = """static __device__ __forceinline__ riesz_value riesz_quotient(riesz_value a,
                                                                 riesz_value b) {{
  {lines}
  return {value};
}}
"""


@cache
def _text(source: str, dtype: np.dtype[Any]) -> str:
    m = Symbols()
    a, b = m.argument(0), m.argument(1)
    root = m.node("divide", a, b)
    writer = Writer(CUDA, dict.fromkeys((a, b, root), dtype))
    writer.names |= {a: "a", b: "b"}
    writer.write(root)
    value = writer.operand(root, dtype)
    quotient = QUOTIENT.format(lines="\n  ".join(writer.lines), value=value)
    folder = files("riesz_backends.pycuda.algebra")
    parts = [folder.joinpath(f"{name}.cu").read_text() for name in ("matrix", source)]
    return "\n".join([arithmetic(dtype), *writer.helpers.values(), quotient, *parts])


def launch(
    source: str, name: str, blocks: int, arrays: Sequence[Array], words: Sequence[int],
    threads: tuple[int, ...],
) -> None:  # fmt: skip
    """Run a kernel of `source`.cu, whose entries have the dtype of the first array.

    `words` are the numbers that its layout consists of.
    """
    layout = Parameter(8, "", np.array(words, np.int64).tobytes())
    parameters = [*map(pointer, arrays), layout]
    device().launch(_text(source, arrays[0].dtype), name, (blocks,), parameters, threads)


def strides(x: Array) -> Shape:
    """Those of a stack: from row to row, from column to column, from matrix to matrix."""
    batch, row, column = x.strides
    return row, column, batch


def stacked(x: Array, lead: Shape) -> Array:
    """The matrices x, broadcast to `lead`, along one axis: a view where that is possible."""
    full, step = batched(x, lead)
    return full.seen((math.prod(lead), *x.shape[-2:]), (step, *full.strides[-2:]))


def fresh(x: Array, lead: Shape, dtype: Any) -> Array:
    """The same in a new array."""
    y = Array.empty((*lead, *x.shape[-2:]), dtype)
    assign(y, x)
    return y.reshape(math.prod(lead), *x.shape[-2:])


def middle(begin: int, end: int) -> int:
    """Where a matrix of several blocks is cut into two halves of whole blocks."""
    return begin + -(-(end - begin) // (2 * BLOCK)) * BLOCK
