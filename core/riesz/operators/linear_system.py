"""Linear systems: solve, inverses and least squares, triangular systems and Sylvester's equation.

With B = A^-1: dB = -B dA B. Singular matrices raise NumPy's LinAlgError; the pseudo-inverse is
differentiated at constant rank, where it is smooth: G. H. Golub and V. Pereyra, SIAM Journal on
Numerical Analysis 10 (1973).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space
from riesz.traced import Traced, strip

from .arguments import array, given
from .hermitian import H, T


@operator
class solve_:
    """A^-1 b for stacks of matrices A; a 1-D b is one vector, any other a stack of matrices."""

    broadcasts = True

    def forward(xp, A, b):
        return xp.linalg.solve(A, b)

    def adjoint(xp, a, y, x, B):
        w = solve_(H(x), _matrix(a, B))
        return (lambda: -w @ H(_matrix(y, B))), (lambda: w[..., 0] if B.ndim == 1 else w)

    def tangent(xp, u, y, x, B):
        by_matrix = None if u[0] is None else -(u[0] @ _matrix(y, B))
        by_vector = None if u[1] is None else _matrix(u[1], B)
        w = solve_(x, total(by_matrix, by_vector))
        return w[..., 0] if B.ndim == 1 else w

    def metric(A, B):
        lead = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
        return Space.bare((*lead, *B.shape[-2:]), np.result_type(A.dtype, B.dtype))


def _matrix(x: Any, B: Any) -> Any:
    """The vectors x as matrices of one column, where b is a vector."""
    return x[..., None] if B.ndim == 1 else x


def total(*terms: Any) -> Any:
    """The sum of the terms that are not None; None if all are."""
    found = [t for t in terms if t is not None]
    return sum(found[1:], start=found[0]) if found else None


@operator
class inv_:
    """The inverse."""

    def forward(xp, x):
        return xp.linalg.inv(x)

    def adjoint(xp, a, y, X):
        return -(H(y) @ a @ H(y))

    def tangent(xp, u, y, X):
        return -(y @ u[0] @ y)

    def metric(X):
        return X


@operator
class pinv_:
    """The Moore-Penrose inverse of matrices of constant rank."""

    def forward(xp, x, *, rtol, hermitian):
        return xp.linalg.pinv(x, rtol, hermitian)

    def adjoint(xp, a, y, x, *, rtol, hermitian):
        z, b = H(y), H(a)
        by_rows, by_range = z @ (y @ b), (b @ y) @ z
        outside = by_rows - (by_rows @ y) @ x + by_range - x @ (y @ by_range)
        return outside - z @ a @ z

    def metric(X, *, rtol, hermitian):
        return Space.bare((*X.shape[:-2], X.shape[-1], X.shape[-2]), X.dtype)


@operator
class solve_triangular_:
    """A^-1 b for a triangular A, of which only one triangle is read."""

    def forward(xp, A, b, *, lower, unit_diagonal):
        return xp.linalg.solve_triangular(A, b, lower=lower, unit_diagonal=unit_diagonal)

    def adjoint(xp, a, y, x, B, *, lower, unit_diagonal):
        w = solve_triangular_(H(x), a, lower=not lower, unit_diagonal=unit_diagonal)
        k = int(unit_diagonal)
        keep = (lambda g: xp.tril(g, -k)) if lower else (lambda g: xp.triu(g, k))
        return (lambda: -keep(_matrix(w, B) @ H(_matrix(y, B)))), w

    def metric(A, B, *, lower, unit_diagonal):
        return Space.bare(B.shape, np.result_type(A.dtype, B.dtype))


@operator
class solve_sylvester_:
    """The X with A X + X B = Q."""

    def forward(xp, A, B, Q):
        return xp.linalg.solve_sylvester(A, B, Q)

    def adjoint(xp, a, y, x1, x2, Q):
        w = solve_sylvester_(H(x1), H(x2), a)
        return (lambda: -w @ H(y)), (lambda: -H(y) @ w), w

    def tangent(xp, u, y, x1, x2, Q):
        by_left = None if u[0] is None else -(u[0] @ y)
        by_right = None if u[1] is None else -(y @ u[1])
        return solve_sylvester_(x1, x2, total(by_left, by_right, u[2]))

    def metric(A, B, Q):
        return Space.bare(Q.shape, np.result_type(A.dtype, B.dtype, Q.dtype))


@implements(np.linalg.solve)
def _solve(a: Any, b: Any) -> Any:
    return solve_(array(a), array(b))


@implements(np.linalg.inv)
def _inv(a: Any) -> Any:
    return inv_(array(a))


@implements(np.linalg.pinv)
def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    return pinv_(array(a), rtol=_cutoff(rcond, rtol, a), hermitian=bool(hermitian))


def _cutoff(rcond: Any, rtol: Any, a: Any) -> float:
    if given(rcond):
        return float(rcond)
    if given(rtol):
        return float(rtol)
    eps = float(np.finfo(a.dtype).eps)
    return 1e-15 if rtol is np._NoValue else eps * max(a.shape[-2:])


@implements(np.linalg.lstsq)
def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The least-norm solution by the pseudo-inverse; the rank is a constant.

    Where a program is recorded without values, the rank is an array, and the residuals that are
    left out for a rank below n are NaN.
    """
    a, b = array(a), array(b)
    m, n = a.shape
    rcond = (
        float(np.finfo(np.result_type(a.dtype, b.dtype)).eps) * max(m, n)
        if rcond is None
        else rcond
    )
    x = pinv_(a, rtol=float(rcond), hermitian=False) @ b
    s = np.linalg.svdvals(a)
    rank = strip(np.sum(s > rcond * s[0])) if s.size else np.int64(0)
    recorded = type(rank) is Traced
    rank = rank if recorded else int(rank.item())
    if m <= n or not (recorded or rank == n):
        return x, s[:0], rank, s
    r = b - a @ x
    residuals = np.sum(r.real**2 + r.imag**2 if r.dtype.kind == "c" else r * r, axis=0)
    residuals = np.where(rank == n, residuals, np.nan) if recorded else residuals
    return x, np.reshape(residuals, (-1,)), rank, s


@implements(np.linalg.tensorsolve)
def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = array(a), array(b)
    if axes is not None:
        last = tuple(axes)
        a = np.moveaxis(a, last, tuple(range(a.ndim - len(last), a.ndim)))
    shape = a.shape[b.ndim :]
    A = np.reshape(a, (math.prod(a.shape[: b.ndim]), math.prod(shape)))
    return np.reshape(solve_(A, np.ravel(b)), shape)


@implements(np.linalg.tensorinv)
def _tensorinv(a: Any, ind: int = 2) -> Any:
    shape = a.shape[ind:] + a.shape[:ind]
    return np.reshape(inv_(np.reshape(a, (math.prod(a.shape[:ind]), -1))), shape)


@implements(name="linalg.solve_triangular")
def _solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False,
    overwrite_b: bool = False, check_finite: bool = True,
) -> Any:  # fmt: skip
    """A, A^T or A^H (trans = 0, 1, 2 or "N", "T", "C") to the minus one, times b."""
    A, kind = array(a), "NTC".index(trans) if isinstance(trans, str) else trans
    A = (A, T(A), H(A))[kind] if kind else A
    lower = bool(lower) != bool(kind)
    return solve_triangular_(A, array(b), lower=lower, unit_diagonal=bool(unit_diagonal))


@implements(name="linalg.solve_sylvester")
def _solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The x with a x + x b = q."""
    return solve_sylvester_(array(a), array(b), array(q))
