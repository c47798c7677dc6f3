"""The square root of a matrix."""

from __future__ import annotations

import numpy as np

from riesz import errors
from riesz.front import implements
from riesz.protocol import operator
from riesz.traced import Traced, strip

from .arguments import array
from .hermitian import H
from .host import scipy_kernel
from .linear_system import solve_sylvester_


@operator
class sqrtm_:
    """The principal Y with Y Y = X, for an X without eigenvalues <= 0: Y dY + dY Y = dX."""

    def forward(xp, x):
        y = scipy_kernel("linalg", "sqrtm", x)(x)
        if y.dtype.kind != x.dtype.kind:
            raise errors.InvalidValue(
                "sqrtm was given a real matrix whose square root is complex: it has negative "
                "eigenvalues. Use sqrtm(A.astype(complex))."
            )
        return y.astype(x.dtype)

    def adjoint(xp, a, y, X):
        return solve_sylvester_(H(y), H(y), a)

    def tangent(xp, u, y, X):
        return solve_sylvester_(y, y, u[0])

    def metric(X):
        return X


@implements(name="linalg.sqrtm")
def _sqrtm(A):
    """The principal square root; it is complex where an eigenvalue is negative.

    A recorded matrix, of which nobody knows that, has a root of its own dtype or, when run, none.
    """
    A = array(A)
    return sqrtm_(A.astype(np.result_type(A.dtype, 1j)) if _negative(strip(A)) else A)


def _negative(A):
    if type(A) is Traced:
        return False
    w = np.linalg.eigvals(A)
    return bool(np.any((w.real < 0) & (w.imag == 0)))
