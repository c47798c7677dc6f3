"""Linear systems with a band matrix, stored by diagonals: ab[upper + i - j, j] = A[i, j]."""

from __future__ import annotations

import numpy as np

from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space

from .arguments import array
from .hermitian import conj
from .host import scipy_kernel


@operator
class solve_banded_:
    """A^-1 b for `lower` diagonals below and `upper` above the main one; b a vector or several."""

    def forward(xp, ab, b, *, lower, upper):
        solve = scipy_kernel("linalg", "solve_banded", ab, b)
        return solve((lower, upper), ab, b)

    def adjoint(xp, a, y, x, B, *, lower, upper):
        w = solve_banded_(_transposed(xp, x, lower, upper), a, lower=upper, upper=lower)
        return (lambda: -_outer(xp, w, y, lower, upper)), w

    def metric(AB, B, *, lower, upper):
        return Space.bare(B.shape, np.result_type(AB.dtype, B.dtype))


def _transposed(xp, ab, lower, upper):
    """The diagonals of the Hermitian transpose; what lies outside the matrix is not read."""
    rows = [xp.roll(conj(ab[upper - d]), -d) for d in range(-lower, upper + 1)]
    return xp.stack(rows)


def _outer(xp, w, y, lower, upper):
    """The diagonals of w y^H, summed over several right sides."""
    n, rows = y.shape[0], []
    places = xp.arange(n)
    for d in range(-upper, lower + 1):
        inside = (places + d >= 0) & (places + d < n)
        product = xp.roll(w, -d, axis=0) * conj(y)
        rows.append((product if y.ndim == 1 else xp.sum(product, axis=1)) * inside)
    return xp.stack(rows)


@implements(name="linalg.solve_banded")
def _solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True):
    """A^-1 b."""
    lower, upper = l_and_u
    return solve_banded_(array(ab), array(b), lower=int(lower), upper=int(upper))
