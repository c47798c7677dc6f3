"""Functions of square matrices: powers and the exponential."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.front import implements
from riesz.protocol import operator

from .arguments import array
from .hermitian import H
from .product import matmul


@operator
class expm_:
    """The matrix exponential.

    Its Frechet derivative L(A, U) is the upper right block of exp([[A, U], [0, A]]), and the
    adjoint of L(A, .) is L(A^H, .): N. J. Higham, Functions of Matrices (2008), section 3.2.
    """

    def forward(xp, x):
        return xp.linalg.expm(x)

    def adjoint(xp, a, Y, x):
        return _frechet(xp, H(x), a)

    def tangent(xp, u, Y, x):
        return _frechet(xp, x, u[0])

    def metric(X):
        return X


def _frechet(xp: Any, x: Any, u: Any) -> Any:
    n = x.shape[-1]
    upper = xp.concatenate((x, u), axis=-1)
    lower = xp.concatenate((xp.zeros(x.shape, dtype=x.dtype), x), axis=-1)
    return expm_(xp.concatenate((upper, lower), axis=-2))[..., :n, n:]


@implements(name="linalg.expm")
def _expm(A: Any) -> Any:
    """The exponential of a matrix, or of each of a stack."""
    return expm_(array(A))


@implements(np.linalg.matrix_power)
def _matrix_power(a: Any, n: int) -> Any:
    """By repeated squaring; a negative power is that of the inverse."""
    a, n = array(a), index(n)
    if n == 0:
        return np.broadcast_to(namespace(a).eye(a.shape[-1], dtype=a.dtype), a.shape).copy()
    square, n, power = (np.linalg.inv(a) if n < 0 else a), abs(n), None
    while n:
        if n % 2:
            power = square if power is None else matmul(power, square)
        n //= 2
        square = matmul(square, square) if n else None
    return power
