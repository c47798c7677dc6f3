"""Factorisations M = L L' of a symmetric positive definite matrix, dense and sparse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from riesz.errors import InvalidValue, MissingExtra
from riesz.metrics.base import cast
from riesz.metrics.constant import Constant

Array = np.ndarray[Any, Any]
Map = Callable[[Array], Array]


class Dense:
    """M = L L' by Cholesky; L^-1 is kept, so that every map is a matrix product on any backend."""

    def __init__(self, M: Array) -> None:
        """Factorise a Hermitian matrix; raises InvalidValue if it is not positive definite."""
        L = _cholesky(M)
        n = len(M)
        inverse = np.linalg.solve(L, np.eye(n, dtype=L.dtype)) if n else L
        self.M = Constant(M)
        self._half = Constant(L.conj().T.copy())
        self._inverse_half = Constant(inverse.conj().T.copy())

    def apply(self, xp: Any, u: Any) -> Any:
        """M u."""
        return self.M.like(u) @ u

    def solve(self, xp: Any, a: Any) -> Any:
        """M^-1 a = L'^-1 (L^-1 a)."""
        half = self._inverse_half.like(a)
        # half' a, without a conjugated copy of the matrix
        z = a @ half if half.dtype.kind == "f" else xp.conj(xp.conj(a) @ half)
        return half @ z

    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u."""
        return self._half.like(u) @ u

    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z."""
        return self._inverse_half.like(z) @ z

    @property
    def key(self) -> tuple[Any, ...]:
        """The entries of M."""
        return self.M.key


class Sparse:
    """M = P'L D L'P by SuperLU in symmetric mode, its pivots D taken from the diagonal."""

    def __init__(self, M: Any) -> None:
        """Factorise a Hermitian CSC matrix; raises InvalidValue if it is not positive definite."""
        self.M = M
        self._lu = _symmetric_lu(M)

    def apply(self, xp: Any, u: Any) -> Any:
        """M u."""
        return _map(u, self._times_M, self._times_M)

    def solve(self, xp: Any, a: Any) -> Any:
        """M^-1 a."""
        return _map(a, self._solve_M, self._solve_M)

    def sqrt(self, xp: Any, u: Any) -> Any:
        """(P'L D^1/2)' u."""
        return _map(u, self._times_half, self._times_half_adjoint)

    def unsqrt(self, xp: Any, z: Any) -> Any:
        """(P'L D^1/2)'^-1 z = M^-1 (P'L D^1/2) z."""
        return _map(z, self._unsqrt, self._unsqrt_adjoint)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The entries of M."""
        return tuple(Constant(part.copy()).key for part in (self.M.data, self.M.indices)) + (
            Constant(self.M.indptr.copy()).key
        )

    @cached_property
    def _half(self) -> Any:
        """P'L D^1/2, so that M = half half'."""
        import scipy.sparse as sp

        root = np.sqrt(_pivots(self._lu))
        return (self._lu.L @ sp.diags_array(root)).tocsr()[self._lu.perm_r]

    @cached_property
    def _half_adjoint(self) -> Any:
        return self._half.conj().T.tocsr()

    def _times_M(self, u: Array) -> Any:
        return cast(self.M @ u, u.dtype)

    def _solve_M(self, a: Array) -> Any:
        return cast(self._solve(a), a.dtype)

    def _times_half(self, u: Array) -> Any:
        return cast(self._half_adjoint @ u, u.dtype)

    def _times_half_adjoint(self, z: Array) -> Any:
        return cast(self._half @ z, z.dtype)

    def _unsqrt(self, z: Array) -> Any:
        return cast(self._solve(self._half @ z), z.dtype)

    def _unsqrt_adjoint(self, a: Array) -> Any:
        return cast(self._half_adjoint @ self._solve(a), a.dtype)

    def _solve(self, a: Array) -> Array:
        """M^-1 a in the precision of the factors."""
        if a.dtype.kind == "c" and self.M.dtype.kind != "c":
            parts = self._lu.solve(np.stack([a.real, a.imag], axis=1).astype(np.float64))
            return np.asarray(parts[:, 0] + 1j * parts[:, 1])
        return np.asarray(self._lu.solve(a.astype(self.M.dtype)))


def _map(u: Any, forward: Map, transpose: Map) -> Any:
    """A product with a stored matrix, differentiable by its transpose."""
    from riesz import protocol  # the operators are found above this layer

    linear_map: Any = protocol.linear_map
    return linear_map(u, forward=forward, transpose=transpose, shape=u.shape)


def _cholesky(M: Array) -> Array:
    try:
        L = np.linalg.cholesky(M)
    except np.linalg.LinAlgError:
        raise _not_definite(*_failing_pivot(M)) from None
    _check_pivots(np.square(np.diagonal(L).real), np.diagonal(M).real, lambda k: k)
    return L


def _failing_pivot(M: Array) -> tuple[int, float]:
    """The first k whose leading minor is not positive definite, and its pivot."""
    good, bad = 0, len(M)
    while bad - good > 1:
        k = (good + bad) // 2
        try:
            np.linalg.cholesky(M[:k, :k])
            good = k
        except np.linalg.LinAlgError:
            bad = k
    column = M[:good, good]
    correction = np.vdot(column, np.linalg.solve(M[:good, :good], column)).real if good else 0.0
    return good, float(M[good, good].real - correction)


def _symmetric_lu(M: Any) -> Any:
    """SuperLU's factors with the pivots on the diagonal, all positive."""
    try:
        from scipy.sparse.linalg import splu
    except ImportError:
        raise MissingExtra("Mass with a sparse matrix", "SciPy", "scipy") from None
    diagonal = M.diagonal().real
    _check_pivots(diagonal, np.abs(diagonal), lambda k: k)
    try:
        lu = splu(
            M,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError as singular:
        raise InvalidValue(f"the mass matrix is not positive definite: {singular}.") from None
    order = np.argsort(lu.perm_c)
    _check_pivots(_pivots(lu), diagonal[order], lambda k: order[k])
    return lu


def _pivots(lu: Any) -> Array:
    return np.asarray(lu.U.diagonal().real)


def _check_pivots(pivots: Array, diagonal: Array, original: Callable[[int], int]) -> None:
    """Raise InvalidValue at the first pivot that is not positive to working precision."""
    roundoff = min(len(pivots) * np.finfo(np.float64).eps, 1e-12)
    bad = np.flatnonzero(~(pivots > roundoff * diagonal))
    if bad.size:
        raise _not_definite(int(original(int(bad[0]))), float(pivots[bad[0]]))


def _not_definite(k: int, pivot: float) -> InvalidValue:
    return InvalidValue(
        f"the mass matrix is not positive definite: the pivot of row {k} is {pivot:g}, expected a "
        f"positive number. Some u other than 0 would have <u, u> <= 0; add the missing mass or "
        f"boundary condition, or a small multiple of the identity."
    )
