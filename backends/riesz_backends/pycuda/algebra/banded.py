"""Linear systems with a band matrix: one row after the other, for all right sides at once."""

from __future__ import annotations

import numpy as np

from riesz_backends.pycuda.algebra.linear_system import result_dtype
from riesz_backends.pycuda.algebra.matrix import launch
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS
from riesz_backends.pycuda.elementwise.pointwise import convert


def solve_banded(ab: Array, b: Array, *, lower: int, upper: int) -> Array:
    """scipy.linalg.solve_banded: a zero pivot is its LinAlgError."""
    dtype, n = result_dtype(ab, b), ab.shape[1]
    if b.shape[0] != n or ab.shape[0] != lower + upper + 1:
        raise ValueError(
            f"A band of {lower} + 1 + {upper} diagonals and right sides of as many rows as it has "
            f"columns are expected, not the shapes {ab.shape} and {b.shape}."
        )
    x = convert(b, dtype)
    if not n:
        return x
    given = ab if ab.dtype == dtype else convert(ab, dtype)
    w = Array.empty((n, 2 * lower + upper + 1), dtype)
    L = Array.empty((n, lower), dtype)
    pivots, columns = Array.empty((n,), np.int64), x.size // n
    words = [n, lower, upper, columns, *given.strides]
    launch("banded", "riesz_banded_factors", 1, [w, L, pivots, given], words, (THREADS,))
    if w.namespace.any(w.namespace.equal(w[:, lower], 0)).item():
        raise np.linalg.LinAlgError("singular matrix")
    blocks = -(-columns // THREADS)
    if blocks:
        launch("banded", "riesz_banded_solve", blocks, [x, w, L, pivots], words, (THREADS,))
    return x
