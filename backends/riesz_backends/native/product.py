"""Products of stacks of small matrices: a function in C for two given lengths, where it pays.

NumPy multiplies a stack one matrix at a time, and BLAS prepares each product as if it were large.
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
NAMES = {"float32": "float", "float64": "double"}
Product = Callable[[Any, Any, Any], Any]


def small_product(X: Any, Y: Any) -> Product | None:
    """The function (x, y, out) for such operands; None where NumPy's is as good."""
    if X.dtype != Y.dtype or X.dtype.name not in NAMES or min(X.ndim, Y.ndim) < 2:
        return None
    (m, k), n = X.shape[-2:], Y.shape[-1]
    if 0 in (*X.shape, *Y.shape) or n > SMALL:
        return None
    if k <= SMALL and (m >= LONG or max(X.ndim, Y.ndim) > 2):
        return _product(X.dtype.name, "r", k, n)
    if m <= SMALL and k >= LONG:
        return _product(X.dtype.name, "c", m, n)
    return None


@cache
def _product(dtype: str, side: str, inner: int, n: int) -> Product:
    names = {"T": NAMES[dtype], "SIDE": f"'{side}'", "K" if side == "r" else "M": inner, "N": n}
    names |= {"HEADER": HEADER, "THRESHOLD": THRESHOLD}
    defined = "".join(f"#define {name} {value}\n" for name, value in names.items())
    text = files("riesz_backends.native").joinpath("product.c").read_text()
    run = libraries.load(defined + text).riesz_product
    run.argtypes, run.restype = (ctypes.py_object,) * 3, ctypes.c_int64

    def product(x: Any, y: Any, out: Any) -> Any:
        if run(x, y, out):
            np.matmul(x, y, out)
        return out

    return product
