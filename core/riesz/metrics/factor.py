"""The factorisation M = L L' of a dense symmetric positive definite matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.metrics.constant import Constant

Array = np.ndarray[Any, Any]


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

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on arrays like u: on every backend."""
        return True

    @property
    def key(self) -> tuple[Any, ...]:
        """The entries of M."""
        return self.M.key


def _cholesky(M: Array) -> Array:
    try:
        L = np.linalg.cholesky(M)
    except np.linalg.LinAlgError:
        raise _of_pivot(*_failing_pivot(M)) from None
    check_pivots(np.square(np.diagonal(L).real), np.diagonal(M).real, lambda k: k)
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


def check_pivots(pivots: Array, diagonal: Array, original: Callable[[int], int]) -> None:
    """Raise InvalidValue at the first pivot that is not positive to working precision."""
    roundoff = min(len(pivots) * np.finfo(np.float64).eps, 1e-12)
    bad = np.flatnonzero(~(pivots > roundoff * diagonal))
    if bad.size:
        raise _of_pivot(int(original(int(bad[0]))), float(pivots[bad[0]]))


def _of_pivot(k: int, pivot: float) -> InvalidValue:
    return not_definite(f"the pivot of row {k} is {pivot:g}, expected a positive number")


def not_definite(found: str) -> InvalidValue:
    """The refusal of a matrix that is no inner product, by what was found in it."""
    return InvalidValue(
        f"the mass matrix is not positive definite: {found}. Some u other than 0 would have "
        f"<u, u> <= 0; add the missing mass or boundary condition, or a small multiple of the "
        f"identity."
    )
