"""P A = L U with partial pivoting, by halves of the columns.

    [A11 A12]   [L11    ] [U11 U12]    the left half is factorised as one panel, its exchanges of
    [A21 A22] = [L21 L22] [    U22]    rows follow on the right;
                                       U12 = L11^-1 A12,   L22 U22 = A22 - L21 U12

As S. Toledo, "Locality of reference in LU decomposition with partial pivoting", SIAM Journal on
Matrix Analysis and Applications 18 (1997).
"""

from __future__ import annotations

import numpy as np

from riesz_backends.pycuda.algebra.matrix import BLOCK, launch, middle, strides
from riesz_backends.pycuda.algebra.product import subtract_product
from riesz_backends.pycuda.algebra.triangular import forwards
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS


def factorize(A: Array) -> Array:
    """Replace A by L (without its diagonal of ones) and U; returns the pivots.

    Step k has exchanged the rows k and pivots[:, k]. A singular matrix has a zero on the diagonal
    of U.
    """
    pivots = Array.empty(A.shape[:2], np.int64)
    if A.size:
        _columns(A, pivots, 0, A.shape[-1])
    return pivots


def _columns(A: Array, pivots: Array, begin: int, end: int) -> None:
    """The columns from `begin` to `end`, in whole rows, after those on their left."""
    if end - begin <= BLOCK:
        _panel(A[:, :, begin:end], pivots, begin)
        return
    k = middle(begin, end)
    _columns(A, pivots, begin, k)
    right = A[:, :, k:end]
    exchange(right, pivots, begin, k)
    forwards(A[:, begin:k, begin:k], right[:, begin:k], unit=True)
    subtract_product(right[:, k:], A[:, k:, begin:k], right[:, begin:k])
    _columns(A, pivots, k, end)
    exchange(A[:, :, begin:k], pivots, k, end)


def _panel(A: Array, pivots: Array, first: int) -> None:
    count, rows, columns = A.shape
    words = [rows, columns, first, pivots.shape[1], *strides(A)]
    launch("lu", "riesz_lu_panel", count, [A, pivots], words, (THREADS,))


def exchange(X: Array, pivots: Array, begin: int, end: int) -> None:
    """Exchange the rows k and pivots[:, k] of X, for k from `begin` to `end` in turn."""
    count, _, columns = X.shape
    if X.size and begin < end:
        tiles = -(-columns // THREADS)
        words = [columns, tiles, begin, end, pivots.strides[0] // pivots.itemsize, *strides(X)]
        launch("lu", "riesz_exchange_rows", tiles * count, [X, pivots], words, (THREADS,))
