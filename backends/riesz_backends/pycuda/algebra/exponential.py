"""The exponential of matrices, by scaling and squaring.

With e^A = (e^(A / 2^s))^(2^s) and the diagonal Pade approximant of degree 13, which is exact to
double precision for |A|_1 <= 5.37: N. J. Higham, "The scaling and squaring method for the matrix
exponential revisited", SIAM Journal on Matrix Analysis and Applications 26 (2005).
"""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np

from riesz_backends.pycuda.algebra.linear_system import result_dtype, solve
from riesz_backends.pycuda.arrays.array import Array

DEGREE, RADIUS = 13, 5.37
TERMS = [
    factorial(DEGREE)
    * factorial(2 * DEGREE - k)
    / (factorial(2 * DEGREE) * factorial(k) * factorial(DEGREE - k))
    for k in range(DEGREE + 1)
]


def expm(a: Array) -> Array:
    """scipy.linalg.expm: that of each of a stack of square matrices."""
    a = a.astype(result_dtype(a), copy=False)
    s = _squarings(a)
    power = _pade(a * Array.of((0.5**s).astype(a.real.dtype)))
    for k in range(int(np.max(s, initial=0))):
        power = a.namespace.where(Array.of(k < s), power @ power, power)
    return power


def _squarings(a: Array) -> np.ndarray[Any, Any]:
    """How often each matrix is halved, and its exponential squared; read on the host."""
    xp = a.namespace
    sums = xp.sum(xp.abs(a), -2, keepdims=True).get()
    norms = np.max(sums, -1, keepdims=True, initial=0)
    with np.errstate(divide="ignore"):
        s = np.ceil(np.log2(norms / RADIUS))
    return np.where(np.isfinite(norms), np.maximum(s, 0), 0)


def _pade(a: Array) -> Array:
    """(V - U)^-1 (V + U), with the odd terms in U and the even ones in V."""
    xp, b = a.namespace, TERMS
    one, a2 = xp.eye(a.shape[-1], dtype=a.dtype), a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2

    def terms(k: int) -> Array:
        high = a6 @ (b[k + 12] * a6 + b[k + 10] * a4 + b[k + 8] * a2)
        y: Array = high + b[k + 6] * a6 + b[k + 4] * a4 + b[k + 2] * a2 + b[k] * one
        return y

    U, V = a @ terms(1), terms(0)
    return solve(V - U, V + U)
