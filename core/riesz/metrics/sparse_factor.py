"""Factorisations M = L L' of a sparse symmetric positive definite matrix, in the host's memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from riesz.errors import InvalidValue, MissingExtra, UnsupportedOperator
from riesz.metrics.base import backend_at, cast
from riesz.metrics.factor import check_pivots
from riesz.metrics.iterative import Iterative

Array = np.ndarray[Any, Any]
Map = Callable[[Array], Array]


class Sparse(Iterative):
    """M = P'L D L'P by CHOLMOD or SuperLU on the host; products, and what follows, elsewhere."""

    def __init__(self, M: Any, solver: str, rtol: float | None) -> None:
        """Factorise a Hermitian CSC matrix; raises InvalidValue if it is not positive definite."""
        super().__init__(M, rtol)
        self.solver = solver
        self._pivot = _cholmod(M, solver) or SuperLU(M)

    def solve(self, xp: Any, a: Any) -> Any:
        """M^-1 a; off the host by conjugate gradients, unless a factorisation was asked for."""
        if _on_host(a):
            return _map(a, self._solve_M, self._solve_M)
        if self.solver != "auto":
            raise _host_only(f"Mass(solver={self.solver!r}).solve", a, "'auto' or 'cg'")
        return super().solve(xp, a)

    def sqrt(self, xp: Any, u: Any) -> Any:
        """(P'L D^1/2)' u."""
        self._refuse_root(u)
        return _map(u, self._times_half, self._times_half_adjoint)

    def unsqrt(self, xp: Any, z: Any) -> Any:
        """(P'L D^1/2)'^-1 z = M^-1 (P'L D^1/2) z."""
        self._refuse_root(z)
        return _map(z, self._unsqrt, self._unsqrt_adjoint)

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on arrays like u."""
        return _on_host(u)

    def _refuse_root(self, u: Any) -> None:
        if not _on_host(u):
            raise _host_only("the square root of a sparse Mass", u, "a dense matrix")

    @cached_property
    def _half(self) -> Any:
        """P'L D^1/2, so that M = half half'."""
        return self._pivot.half()

    @cached_property
    def _half_adjoint(self) -> Any:
        return self._half.conj().T.tocsr()

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
            parts = self._pivot.solve(np.stack([a.real, a.imag], axis=1).astype(np.float64))
            return np.asarray(parts[:, 0] + 1j * parts[:, 1])
        return np.asarray(self._pivot.solve(a.astype(self.M.dtype)))


class SuperLU:
    """SciPy's factorisation in symmetric mode, its pivots taken from the diagonal."""

    def __init__(self, M: Any) -> None:
        """Factorise; raises InvalidValue if M is not positive definite."""
        try:
            from scipy.sparse.linalg import splu
        except ImportError:
            raise MissingExtra("Mass with a sparse matrix", "SciPy", "scipy") from None
        diagonal = M.diagonal().real
        check_pivots(diagonal, np.abs(diagonal), lambda k: k)
        try:
            self._lu = splu(
                M,
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
        except RuntimeError as singular:
            raise InvalidValue(f"the mass matrix is not positive definite: {singular}.") from None
        order = np.argsort(self._lu.perm_c)
        self._pivots = np.asarray(self._lu.U.diagonal().real)
        check_pivots(self._pivots, diagonal[order], lambda k: order[k])
        self.solve: Map = self._lu.solve

    def half(self) -> Any:
        """P'L D^1/2."""
        return _scaled(self._lu.L, self._pivots)[self._lu.perm_r]


class Cholmod:
    """scikit-sparse's factorisation (Y. Chen, T. Davis, W. Hager and S. Rajamanickam 2008)."""

    def __init__(self, M: Any, cholmod: Any) -> None:
        """Factorise; raises InvalidValue if M is not positive definite."""
        diagonal = M.diagonal().real
        check_pivots(diagonal, np.abs(diagonal), lambda k: k)
        try:
            self._factor = cholmod.cholesky(M, mode="simplicial")
        except cholmod.CholmodNotPositiveDefiniteError as error:
            SuperLU(M)  # which names the pivot
            raise InvalidValue(f"the mass matrix is not positive definite: {error}.") from None
        order = self._factor.P()
        check_pivots(self._factor.D().real, diagonal[order], lambda k: order[k])
        self.solve: Map = self._factor

    def half(self) -> Any:
        """P'L D^1/2."""
        L, D = self._factor.L_D()
        return _scaled(L, D.diagonal().real)[np.argsort(self._factor.P())]


def _cholmod(M: Any, solver: str) -> Cholmod | None:
    """CHOLMOD's factors; None where it is not asked for, or not there and not insisted on."""
    if solver == "lu":
        return None
    try:
        cholmod = import_module("sksparse.cholmod")
    except ImportError:
        if solver == "auto":
            return None
        raise MissingExtra("Mass(solver='cholesky')", "scikit-sparse", "cholmod") from None
    return Cholmod(M, cholmod)


def _scaled(L: Any, pivots: Array) -> Any:
    """L D^1/2, by rows."""
    import scipy.sparse as sp

    return (L @ sp.diags_array(np.sqrt(pivots))).tocsr()


def _map(u: Any, forward: Map, transpose: Map) -> Any:
    """A product with a stored matrix, differentiable by its transpose."""
    from riesz import protocol  # the operators are found above this layer

    linear_map: Any = protocol.linear_map
    return linear_map(u, forward=forward, transpose=transpose, shape=u.shape)


def _on_host(u: Any) -> bool:
    return "host" in backend_at(u).capabilities


def _host_only(what: str, u: Any, instead: str) -> UnsupportedOperator:
    return UnsupportedOperator(
        f"{what} needs a factorisation, which lies in the host's memory, but was given an array of "
        f"the backend {backend_at(u).name!r}: nothing is copied silently. Use {instead}, or "
        f"riesz.to_numpy(x)."
    )
