"""Cholesky factors, by halves.

[A11  .  ]   [L11    ] [L11^H L21^H]
[A21  A22] = [L21 L22] [      L22^H]    L21 = A21 L11^-H,   L22 L22^H = A22 - L21 L21^H
"""

from __future__ import annotations

from riesz.operators.hermitian import H, conj
from riesz_backends.pycuda.algebra.matrix import BLOCK, ROWS, launch, middle, strides
from riesz_backends.pycuda.algebra.product import subtract_product
from riesz_backends.pycuda.algebra.triangular import forwards
from riesz_backends.pycuda.arrays.array import Array


def factorize(A: Array) -> None:
    """Replace A by L with L L^H = A, for a stack of which the lower triangles are read.

    Where a matrix is not positive definite, some entry of the diagonal of L is not positive.
    """
    n = A.shape[-1]
    if n <= BLOCK:
        if A.size:
            words = [n, *strides(A)]
            launch("cholesky", "riesz_cholesky", A.shape[0], [A], words, (BLOCK, ROWS))
        return
    k = middle(0, n)
    L11, L21, A22 = A[:, :k, :k], A[:, k:, :k], A[:, k:, k:]
    factorize(L11)
    forwards(conj(L11), L21.mT)
    subtract_product(A22, L21, H(L21))
    factorize(A22)
    A[:, :k, k:] = 0
