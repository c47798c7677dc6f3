"""Singular values and eigenvalues.

What a factorisation leaves free (signs, phases, bases of equal eigenvalues or of the complement of
a range) is no function of the matrix; only functions that do not depend on it have a derivative,
and for those the choices made here do not matter.

Equal eigenvalues or singular values: the rotation between their vectors counts as none. Functions
of the values alone, and of projectors onto whole eigenspaces, are then differentiated exactly. Of a
matrix function V diag(f(w)) V^H the terms f'(w) between equal eigenvalues are not in what eigh is
told, and are missing: write it by solve, matrix_power, expm, or keep the eigenvalues apart.

Formulas: M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); the complex ones by the same steps in Re<., .>.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space
from riesz.traced import looked_at, strip

from .arguments import array
from .factorization import folded
from .hermitian import H, columns, conj, hermitian_part, rows
from .linear_system import total

SVDResult = type(np.linalg.svd(np.eye(1)))
EighResult, EigResult = type(np.linalg.eigh(np.eye(1))), type(np.linalg.eig(np.eye(1)))


@operator
class svd_:
    """U, s, V^H with U diag(s) V^H = X, singular values descending; `full`: U and V square.

    Complex A: the common phase of u_k and v_k is free.
    """

    def forward(xp, x, *, full):
        return xp.linalg.svd(x, full_matrices=full)

    def adjoint(xp, a, y, X, *, full):
        k = min(X.shape[-2:])
        u, s, v = y[0][..., :k], y[1], H(y[2])[..., :k]
        a_u = None if a[0] is None else folded(a[0], y[0], k)
        a_v = None if a[2] is None else folded(H(a[2]), H(y[2]), k)
        inverse = _inverse(xp, s)
        inner = _svd_inner(xp, a_u, a[1], a_v, u, s, v, inverse)
        by_u = _outside(a_u, u, X.shape[-2] > k)
        by_v = _outside(a_v, v, X.shape[-1] > k)
        return total(
            u @ inner @ H(v),
            None if by_u is None else (by_u * columns(inverse)) @ H(v),
            None if by_v is None else u @ H(by_v * columns(inverse)),
        )

    def metric(X, *, full):
        *lead, m, n = X.shape
        k = min(m, n)
        U, V = ((m, m), (n, n)) if full else ((m, k), (k, n))
        real = np.zeros((), X.dtype).real.dtype
        shapes = ((*lead, *U), X.dtype), ((*lead, k), real), ((*lead, *V), X.dtype)
        return tuple(Space.bare(*X) for X in shapes)


def _svd_inner(xp: Any, a_u: Any, a_s: Any, a_v: Any, u: Any, s: Any, v: Any, inverse: Any) -> Any:
    """The covector of U^H A V: of the rotations within the singular spaces, and of s."""
    eye = xp.eye(s.shape[-1], dtype=u.dtype)
    m_u = None if a_u is None else H(u) @ a_u
    m_v = None if a_v is None else H(v) @ a_v
    sums = columns(s) + rows(s)
    gaps = _inverse_gaps(xp, s) / xp.where(sums == 0, 1.0, sums)  # of the s_i^2
    phase = None
    if u.dtype.kind == "c" and (m_u is not None or m_v is not None):
        turn = total(m_u, None if m_v is None else -m_v).imag
        phase = 0.5j * eye * (turn * columns(inverse))
    return (
        total(
            None if m_u is None else (gaps * (m_u - H(m_u))) * columns(s),
            None if m_v is None else rows(s) * (gaps * (m_v - H(m_v))),
            None if a_s is None else eye * columns(a_s),
            phase,
        )
        + 0 * eye
    )


def _outside(a: Any, u: Any, needed: bool) -> Any:
    """The part of `a` orthogonal to the columns of u."""
    return a - u @ (H(u) @ a) if needed and a is not None else None


def _inverse(xp: Any, s: Any) -> Any:
    """1 / s, and 0 where s is 0 up to rounding."""
    zero = s <= _rounding(xp, s)
    return xp.where(zero, 0.0, 1 / xp.where(zero, 1.0, s))


def _inverse_gaps(xp: Any, w: Any) -> Any:
    """F_ij = 1 / (w_j - w_i), and 0 where they are equal up to rounding."""
    gap = columns(w) - rows(w)
    equal = abs(gap) <= _rounding(xp, w)[..., None]
    return xp.where(equal, 0.0, 1 / xp.where(equal, 1.0, gap))


def _rounding(xp: Any, w: Any) -> Any:
    """How far rounding moves eigenvalues: eps n max|w|."""
    eps = float(xp.finfo(w.dtype).eps)
    return eps * w.shape[-1] * xp.max(abs(w), axis=-1, keepdims=True, initial=0.0)


@operator
class eigh_:
    """Eigenvalues w, ascending, and orthonormal eigenvectors V of a Hermitian A.

    The covector of A is Hermitian, whichever triangle is read; phases of eigenvectors are free.
    """

    def forward(xp, x, *, lower):
        return xp.linalg.eigh(x, "L" if lower else "U")

    def adjoint(xp, a, y, X, *, lower):
        w, v = y
        eye = xp.eye(w.shape[-1], dtype=v.dtype)
        by_w = None if a[0] is None else eye * columns(a[0])
        by_v = None if a[1] is None else _inverse_gaps(xp, w) * (H(v) @ a[1])
        return hermitian_part(v @ total(by_w, by_v) @ H(v))

    def tangent(xp, u, y, X, *, lower):
        w, v = y
        m = H(v) @ hermitian_part(u[0]) @ v
        return xp.diagonal(m, 0, -2, -1).real, v @ (_inverse_gaps(xp, w) * m)

    def metric(X, *, lower):
        return Space.bare(X.shape[:-1], np.zeros((), X.dtype).real.dtype), X


@operator
class eig_:
    """Eigenvalues w and eigenvectors V, of norm 1, of a general A with distinct eigenvalues.

    Phases are free: eigenvectors move orthogonally to themselves. A real A whose eigenvalues are
    all real has real results, as in NumPy; its dtype is told here as complex.
    """

    def forward(xp, x):
        return xp.linalg.eig(x)

    def adjoint(xp, a, y, X):
        w, v = y
        eye = xp.eye(w.shape[-1], dtype=v.dtype)
        by_w = by_v = None
        if a[0] is not None:
            by_w = eye * columns(a[0])
        if a[1] is not None:
            moved = a[1] - v * columns(xp.sum(conj(v) * a[1], axis=-2))
            by_v = conj(_inverse_gaps(xp, w)) * (H(v) @ moved)
        return xp.linalg.solve(H(v), total(by_w, by_v) @ H(v))

    def metric(X):
        dtype = np.result_type(X.dtype, np.complex64)
        return Space.bare(X.shape[:-1], dtype), Space.bare(X.shape, dtype)


@implements(np.linalg.svd)
def _svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    a = array(a)
    if hermitian:
        return _svd_by_eigh(a, compute_uv)
    full = bool(full_matrices) and bool(compute_uv) and a.shape[-1] != a.shape[-2]
    u, s, vh = svd_(a, full=full)
    return SVDResult(u, s, vh) if compute_uv else s


def _svd_by_eigh(a: Any, compute_uv: bool) -> Any:
    """A = V diag(w) V^H = V diag(|w|) (V diag(sign w))^H, in descending order of |w|."""
    w, v = eigh_(a, lower=True)
    order = np.argsort(abs(strip(w)), axis=-1)[..., ::-1]
    w, v = np.take_along_axis(w, order, -1), np.take_along_axis(v, columns(order), -1)
    if not compute_uv:
        return abs(w)
    return SVDResult(v, abs(w), H(v * columns(np.sign(strip(w)))))


@implements(np.linalg.svdvals)
def _svdvals(x: Any, /) -> Any:
    return svd_(array(x), full=False)[1]


@implements(np.linalg.eigh)
def _eigh(a: Any, UPLO: str = "L") -> Any:
    return EighResult(*eigh_(array(a), lower=UPLO.upper() == "L"))


@implements(np.linalg.eigvalsh)
def _eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return eigh_(array(a), lower=UPLO.upper() == "L")[0]


@implements(np.linalg.eig)
def _eig(a: Any) -> Any:
    return EigResult(*eig_(array(a)))


@implements(np.linalg.eigvals)
def _eigvals(a: Any) -> Any:
    return eig_(array(a))[0]


@implements(np.linalg.matrix_rank)
def _matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """An integer: locally constant, or nothing."""
    return np.linalg.matrix_rank(looked_at(A, "np.linalg.matrix_rank"), tol, hermitian, rtol=rtol)
