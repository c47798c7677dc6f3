"""`xp.linalg`: what of NumPy's linear algebra there are kernels for, and why not for the rest.

Stacks of matrices, in single and double precision, real and complex. What is not positive definite
is NumPy's LinAlgError; to find out, the device is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.operators.hermitian import H
from riesz_backends.pycuda.algebra import cholesky
from riesz_backends.pycuda.algebra.exponential import expm
from riesz_backends.pycuda.algebra.linear_system import (
    factors,
    inv,
    require_square,
    result_dtype,
    solve,
    solve_triangular,
)
from riesz_backends.pycuda.algebra.matrix import fresh
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import diagonal

SlogdetResult = type(np.linalg.slogdet(np.eye(1)))
SPECTRUM = "eigenvalues and singular values have no kernel in CUDA of our own"
REASONS: Mapping[str, str] = {
    **dict.fromkeys("eig eigvals eigh eigvalsh svd svdvals".split(), SPECTRUM),
    **dict.fromkeys("pinv lstsq matrix_rank".split(), f"a rank is counted by them, and {SPECTRUM}"),
    "qr": "QR factors have no kernel in CUDA of our own",
    "solve_sylvester": f"it is solved in a basis of Schur vectors, and {SPECTRUM}",
}


def slogdet(a: Array) -> Any:
    """np.linalg.slogdet: sign 0 and logarithm -inf for a singular matrix."""
    require_square(a)
    A, pivots = factors(a, result_dtype(a))
    xp, u = a.namespace, diagonal(A, 0, -2, -1)
    exchanged = xp.sum(pivots != xp.arange(a.shape[-1]), -1)
    parity = xp.where(exchanged % 2 == 1, -1, 1).astype(u.dtype)
    sign, logarithm = parity * xp.prod(xp.sign(u), -1), xp.sum(xp.log(xp.abs(u)), -1)
    return SlogdetResult(*(v.reshape(a.shape[:-2]) for v in (sign, logarithm)))


def det(a: Array) -> Array:
    """np.linalg.det, by the logarithm as there: no product on the way overflows."""
    sign, logarithm = slogdet(a)
    modulus = a.namespace.exp(logarithm)
    value: Array = sign * modulus
    return value


def cholesky_(a: Array, /, *, upper: bool = False) -> Array:
    """np.linalg.cholesky: the lower triangle (with `upper`, the upper one) is read alone."""
    require_square(a)
    a = H(a) if upper else a
    L = fresh(a, a.shape[:-2], result_dtype(a))
    cholesky.factorize(L)
    if not a.namespace.all(diagonal(L, 0, -2, -1).real > 0).item():
        raise np.linalg.LinAlgError("Matrix is not positive definite")
    L = L.reshape(a.shape)
    return H(L) if upper else L


def _refusing(name: str, reason: str) -> Callable[..., NoReturn]:
    def call(*x: Any, **static: Any) -> NoReturn:
        raise UnsupportedOperator(f"pycuda has no linalg.{name}: {reason}")

    return call


FUNCTIONS: Mapping[str, Any] = {
    "solve": solve, "inv": inv, "det": det, "slogdet": slogdet, "cholesky": cholesky_,
    "solve_triangular": solve_triangular, "expm": expm,
} | {name: _refusing(name, reason) for name, reason in REASONS.items()}  # fmt: skip
