"""Products of a sparse matrix, whose places are fixed, with dense vectors and matrices.

The product is linear in the entries and in x: d(S x) = dS x + S dx, and what the entries receive is
a conj(x)^T, at the places only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.protocol import multilinear
from riesz.space import Space

from .hermitian import conj
from .host import scipy_kernel


@multilinear
class sparse_matmul:
    """S x, with the stored entries `data` of S at the places of `pattern`, and x 1-D or 2-D."""

    def forward(xp, data, x, *, pattern):
        return pattern.matrix(scipy_kernel("sparse", pattern.kind, data, x), data) @ x

    def adjoint(xp, a, data, x, *, pattern):
        def by_entries():
            rows, columns = pattern.places_beside(a)
            g = xp.take(a, rows, axis=0) * conj(xp.take(x, columns, axis=0))
            return g if g.ndim == 1 else xp.sum(g, axis=1)

        return by_entries, (lambda: sparse_matmul(conj(data), a, pattern=pattern.T))

    def metric(D, X, *, pattern):
        return Space.bare((pattern.shape[0], *X.shape[1:]), np.result_type(D.dtype, X.dtype))


def product(data: Any, x: Any, pattern: Any) -> Any:
    """S x."""
    return sparse_matmul(data, x, pattern=pattern)
