"""Products that BLAS is slow at: a function in C where it pays.

Stacks of small matrices: NumPy multiplies one at a time, and BLAS prepares each as if it were
large. A large matrix times a vector: BLAS reads memory slower than the processor can.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz_backends.native.library import libraries
from riesz_backends.native.program import HEADER, THRESHOLD

SMALL = 16  # the largest length that the compiler unrolls to registers
LONG = 32  # rows, or terms of a sum, from which preparing pays
LARGE = 2**17  # entries of a matrix from which the speed of memory decides
NAMES = {"float32": "float", "float64": "double"}
Product = Callable[[Any, Any, Any], Any]


def product_of(X: Any, Y: Any) -> Product | None:
    """The function (x, y, out) for such operands; None where NumPy's is as good."""
    if X.dtype != Y.dtype or X.dtype.name not in NAMES:
        return None
    if min(X.ndim, Y.ndim) < 2:
        return _with_vector(X, Y)
    (m, k), n = X.shape[-2:], Y.shape[-1]
    if 0 in (*X.shape, *Y.shape) or n > SMALL:
        return None
    if k <= SMALL and (m >= LONG or max(X.ndim, Y.ndim) > 2):
        return _product(X.dtype.name, "r", k, n)
    if m <= SMALL and k >= LONG:
        return _product(X.dtype.name, "c", m, n)
    return None


def _with_vector(X: Any, Y: Any) -> Product | None:
    shape = X.shape + Y.shape
    if len(shape) != 3 or max(X.size, Y.size) < LARGE or min(shape) < LONG:
        return None
    return _compiled("vector.c", X.dtype.name, ("TRANSPOSED", int(X.ndim == 1)))


def _product(dtype: str, side: str, inner: int, n: int) -> Product:
    lengths = (("K" if side == "r" else "M", inner), ("N", n))
    return _compiled("product.c", dtype, ("SIDE", f"'{side}'"), *lengths)


@cache
def _compiled(file: str, dtype: str, *given: tuple[str, Any]) -> Product:
    names = dict(given) | {"T": NAMES[dtype], "HEADER": HEADER, "THRESHOLD": THRESHOLD}
    defined = "".join(f"#define {name} {value}\n" for name, value in names.items())
    text = files("riesz_backends.native").joinpath(file).read_text()
    run = libraries.load(defined + text).riesz_product
    run.argtypes, run.restype = (ctypes.py_object,) * 3, ctypes.c_int64
    matrix_last = names.get("TRANSPOSED", False)

    def product(x: Any, y: Any, out: Any) -> Any:
        if run(y, x, out) if matrix_last else run(x, y, out):
            np.matmul(x, y, out)
        return out

    return product
