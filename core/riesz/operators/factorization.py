"""Matrix factorisations: Cholesky and QR.

What QR leaves free (a basis of the complement of the range) is no function of the matrix; only
functions that do not depend on it have a derivative, and for those the choice made here does not
matter. The formulas: M. B. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008); the complex ones by the same steps in Re<., .>.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space

from .arguments import array
from .hermitian import H, hermitian_part
from .linear_system import total

QRResult = type(np.linalg.qr(np.eye(1)))


@operator
class cholesky_:
    """The lower L with L L^H = A; the covector of the Hermitian A is Hermitian."""

    def forward(xp, x):
        return xp.linalg.cholesky(x)

    def adjoint(xp, a, y, X):
        inverse = xp.linalg.inv(y)
        half = _half_lower(xp, y.shape[-1], y.dtype) * (H(y) @ a)
        return hermitian_part(H(inverse) @ half @ inverse)

    def tangent(xp, u, y, X):
        inverse = xp.linalg.inv(y)
        return y @ (
            _half_lower(xp, y.shape[-1], y.dtype) * (inverse @ hermitian_part(u[0]) @ H(inverse))
        )

    def metric(X):
        return X


def _half_lower(xp: Any, n: int, dtype: Any) -> Any:
    """The weights of the lower triangle with half of the diagonal: A = L + L^H for this part L."""
    return xp.tril(xp.ones((n, n), dtype=dtype)) - 0.5 * xp.eye(n, dtype=dtype)


@operator
class qr_:
    """Q with orthonormal columns and R upper triangular with Q R = X, for m >= n and full rank.

    `complete` adds a basis of the complement to Q (and zeros to R); it is free but for the space
    it spans.
    """

    def forward(xp, x, *, complete):
        return xp.linalg.qr(x, mode="complete" if complete else "reduced")

    def adjoint(xp, a, y, X, *, complete):
        n = X.shape[-1]
        q, r = y[0][..., :n], y[1][..., :n, :]
        a_q = None if a[0] is None else folded(a[0], y[0], n)
        a_r = None if a[1] is None else a[1][..., :n, :]
        m = total(None if a_r is None else r @ H(a_r), None if a_q is None else -(H(a_q) @ q))
        lower = xp.tril(m, -1)
        diagonal = xp.eye(n, dtype=m.dtype) * m.real
        g = total(a_q, q @ (lower + H(lower) + diagonal))
        return H(xp.linalg.solve(r, H(g)))

    def metric(X, *, complete):
        *lead, m, n = X.shape
        k = m if complete else n
        return Space.bare((*lead, m, k), X.dtype), Space.bare((*lead, k, n), X.dtype)


def folded(a: Any, q: Any, k: int) -> Any:
    """The covector of the first k columns of the unitary q, with that of the others folded in.

    The others stay orthogonal to the first ones, and move no more than that asks for.
    """
    if q.shape[-1] == k:
        return a
    return a[..., :k] - q[..., k:] @ (H(a[..., k:]) @ q[..., :k])


@implements(np.linalg.cholesky)
def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return H(cholesky_(H(array(a)))) if upper else cholesky_(array(a))


@implements(np.linalg.qr)
def _qr(a: Any, mode: str = "reduced") -> Any:
    a = array(a)
    if mode not in ("reduced", "complete", "r"):
        raise InvalidValue(f"mode={mode!r} has no derivative; use 'reduced', 'complete' or 'r'.")
    m, n = a.shape[-2:]
    q, r = qr_(a[..., : min(m, n)], complete=mode == "complete" and m > n)
    if m < n:
        r = np.concatenate((r, H(q) @ a[..., m:]), axis=-1)
    return r if mode == "r" else QRResult(q, r)
