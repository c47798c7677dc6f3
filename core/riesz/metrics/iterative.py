"""M by its products alone: M^-1 by conjugate gradients, scaled by the diagonal."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.metrics.constant import Constant
from riesz.metrics.factor import check_pivots, not_definite

PROBE = 50  # products with a matrix, to see whether it is positive definite


class Iterative:
    """A Hermitian matrix, dense or CSC, on every backend that has products with such a matrix.

    Scaled by D^-1/2 on both sides, D its diagonal, the mass matrix of simplices has a condition
    number that does not depend on the mesh: A. Wathen, IMA J. Numer. Anal. 7 (1987).
    """

    def __init__(self, M: Any, rtol: float | None) -> None:
        """Raise InvalidValue where the diagonal is not positive."""
        self.M, self.rtol = M, rtol
        diagonal = np.asarray(M.diagonal().real)
        check_pivots(diagonal, np.abs(diagonal), lambda k: k)
        self._scale = Constant(1 / np.sqrt(diagonal))
        self._entries = Constant(M.data.copy() if self.is_sparse else M)

    def apply(self, xp: Any, u: Any) -> Any:
        """M u."""
        if not self.is_sparse:
            return self._entries.like(u) @ u
        from riesz.operators.sparse import product  # the operators are found above this layer

        return product(self._entries.like(u), u, self._pattern)

    def solve(self, xp: Any, a: Any) -> Any:
        """M^-1 a: D^-1/2 z, where (D^-1/2 M D^-1/2) z = D^-1/2 a to the tolerance `rtol`."""
        from riesz.control import linear_solve  # solvers are found above this layer
        from riesz.control.solver import Indefinite

        s = self._scale.like(a)

        def scaled(z: Any) -> Any:
            return s * self.apply(xp, s * z)

        scaled.__name__ = "Mass"
        try:
            return s * linear_solve(scaled, s * a, symmetric=True, tol=self.rtol)
        except Indefinite as found:
            raise _indefinite(found) from None

    def probed(self) -> Iterative:
        """Itself, after some steps for a vector without structure, which misses no direction."""
        from riesz.control.solver import Indefinite, conjugate_gradients, norm

        s = self._scale.like(np.zeros(0))
        b = np.random.default_rng(0).standard_normal(len(s))
        try:
            conjugate_gradients(lambda z: s * (self.M @ (s * z)), b, 1e-6 * norm(b), PROBE)
        except Indefinite as found:
            raise _indefinite(found) from None
        return self

    def sqrt(self, xp: Any, u: Any) -> Any:
        """No L is known."""
        raise UnsupportedOperator(
            "Mass(solver='cg') has no factor L with M = L L', so there is no sqrt, unsqrt or "
            "change of variables. Use solver='cholesky' or 'lu'."
        )

    unsqrt = sqrt

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on arrays like u."""
        return False

    @property
    def is_sparse(self) -> bool:
        """Whether M is a matrix of SciPy."""
        return hasattr(self.M, "tocsc")

    @cached_property
    def _pattern(self) -> Any:
        from riesz.sparse_matrix import Pattern

        return Pattern(self.M.indices, self.M.indptr, self.M.shape, by_rows=False)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The entries of M."""
        if not self.is_sparse:
            return self._entries.key
        places = (Constant(part.copy()).key for part in (self.M.indices, self.M.indptr))
        return (self._entries.key, *places)


def _indefinite(found: Any) -> Exception:
    return not_definite(f"a u that is not 0 has <u, u> = {found.curvature:.3g}")
