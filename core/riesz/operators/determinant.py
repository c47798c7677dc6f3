"""Determinants.

D det(A) U = tr(adj(A) U) with the adjugate adj(A) = det(A) A^-1, which a singular A has too. The
logarithm of a singular determinant, -inf, has no derivative: NumPy's LinAlgError is raised.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space

from .arguments import array
from .hermitian import H, columns, conj
from .linear_system import total

SlogdetResult = type(np.linalg.slogdet(np.eye(1)))


@operator
class det_:
    """The determinant."""

    def forward(xp, x):
        return xp.linalg.det(x)

    def adjoint(xp, a, Y, x):
        return a[..., None, None] * H(adjugate(x))

    def tangent(xp, u, Y, x):
        return xp.trace(adjugate(x) @ u[0], 0, -2, -1)

    def metric(X):
        return Space.bare(X.shape[:-2], X.dtype)


@operator
class adjugate:
    """det(A) A^-1, and its limit at a singular A, where it has no derivative of its own."""

    def forward(xp, x):
        d = xp.linalg.det(x)
        if xp.any(d == 0).item():
            return _adjugate_by_svd(xp, x)
        return d[..., None, None] * xp.linalg.inv(x)

    def adjoint(xp, a, y, x):
        inverse = xp.linalg.inv(x)
        by_det = xp.sum(conj(y) * a, axis=(-2, -1))[..., None, None]
        return by_det * H(inverse) - H(inverse) @ a @ H(y)

    def metric(X):
        return X


def _adjugate_by_svd(xp: Any, x: Any) -> Any:
    """det(U V^H) V adj(S) U^H, with adj(S)_kk the product of the other singular values."""
    u, s, vh = xp.linalg.svd(x)
    eye = xp.eye(s.shape[-1], dtype=s.dtype)
    others = xp.prod(columns(s) * (1 - eye) + eye, axis=-1)
    unit = xp.linalg.det(u) * xp.linalg.det(vh)
    return unit[..., None, None] * ((H(vh) * columns(others)) @ H(u))


@operator
class slogdet_:
    """The sign (a number of modulus 1) of the determinant and the logarithm of its modulus."""

    def forward(xp, x):
        return xp.linalg.slogdet(x)

    def adjoint(xp, a, y, x):
        turn = None
        if a[0] is not None and x.dtype.kind == "c":
            turn = (a[0] * conj(y[0])).imag * 1j
        slope = total(a[1], turn)
        return (None if slope is None else slope[..., None, None] * H(xp.linalg.inv(x)),)

    def tangent(xp, u, y, x):
        t = xp.trace(xp.linalg.solve(x, u[0]), 0, -2, -1)
        return (t.imag * y[0] * 1j, t.real) if x.dtype.kind == "c" else (0 * t, t)

    def metric(X):
        real = np.zeros((), X.dtype).real.dtype
        return Space.bare(X.shape[:-2], X.dtype), Space.bare(X.shape[:-2], real)


@implements(np.linalg.det)
def _det(a: Any) -> Any:
    return det_(array(a))


@implements(np.linalg.slogdet)
def _slogdet(a: Any) -> Any:
    return SlogdetResult(*slogdet_(array(a)))
