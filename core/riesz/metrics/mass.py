"""The metric of a matrix: <u, v> = Re u' M v."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape, as_tolerance, point_map
from riesz.metrics.constant import Constant
from riesz.metrics.factor import Dense
from riesz.metrics.iterative import Iterative
from riesz.metrics.sparse_factor import Sparse

SOLVERS = ("auto", "cholesky", "lu", "cg")


class Mass(Metric):
    """R = M, a symmetric (Hermitian) positive definite matrix: dense, or sparse from SciPy.

    It acts on arrays of M's size whatever their shape, in C order. `solver` says how `solve` works:

    - "cholesky": M = L L', once; a sparse M by CHOLMOD, which needs scikit-sparse
    - "lu": a sparse M by SciPy's SuperLU, in symmetric mode
    - "cg": conjugate gradients on M scaled by its diagonal, until the residual has fallen to `rtol`
      of its size, by default eps^(3/4); there is no `sqrt`, and an M that is not positive definite
      is found out where one of these steps, 50 of which are tried at first, meets <u, u> <= 0
    - "auto": the first of these that is there. The factors of a sparse M lie on the host; on a
      device "auto" is "cg", by the device's own products or not at all.

    >>> import numpy as np
    >>> R = Mass(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> R.solve(R.apply([1.0, 5.0])).round(12)
    array([1., 5.])

    Raises InvalidValue, naming the entry or the pivot, for a matrix that is not square, symmetric
    and positive definite; MissingExtra for a solver that is not installed; UnsupportedOperator for
    a factorisation on a device.
    """

    def __init__(self, M: Any, solver: str = "auto", rtol: float | None = None) -> None:
        """Copy, check and factorise the matrix."""
        sparse = hasattr(M, "tocsc")
        M = _sparse(_square(M)) if sparse else _square(np.array(M))
        M = M.astype(np.complex128 if M.dtype.kind == "c" else np.float64)
        self.n = int(M.shape[0])
        self.solver, self.rtol = _solver(solver, sparse), as_tolerance(rtol)
        self._factor = _factor(_hermitian(M), solver, self.rtol)

    @property
    def M(self) -> Any:
        """The matrix."""
        M = self._factor.M
        return M.value if isinstance(M, Constant) else M

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u = M u."""
        return self._on_vector(xp, self._factor.apply, u)

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a = M^-1 a."""
        return self._on_vector(xp, self._factor.solve, a)

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u, where M = L L'."""
        return self._on_vector(xp, self._factor.sqrt, u)

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z."""
        return self._on_vector(xp, self._factor.unsqrt, z)

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Arrays of another size, and real arrays if M is complex."""
        if math.prod(shape) != self.n:
            raise InvalidValue(
                f"a mass matrix of shape {(self.n, self.n)} does not fit an array of shape "
                f"{shape}, which has {math.prod(shape)} entries: give one row per entry."
            )
        if self.M.dtype.kind == "c" and dtype.kind != "c":
            raise InvalidValue(
                f"a complex mass matrix does not fit arrays of dtype {dtype}: declare the space "
                f"complex128, or give Mass(M.real), which is the same inner product on real arrays."
            )

    @property
    def key(self) -> tuple[Any, ...]:
        """The entries."""
        return self._factor.key

    def __reduce__(self) -> tuple[Any, ...]:
        return Mass, (
            self.M,
            self.solver,
            self.rtol,
        )  # factors are not pickled, they are made again

    def __repr__(self) -> str:
        kind = "sparse" if hasattr(self.M, "tocsc") else "dense"
        how = "" if self.solver == "auto" else f", solver={self.solver!r}"
        return f"Mass(<{kind}, shape {(self.n, self.n)}>{how})"

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on arrays like u."""
        return self._factor.has_root(u)

    @staticmethod
    def _on_vector(xp: Any, rule: Any, u: Any) -> Any:
        return xp.reshape(rule(xp, xp.reshape(u, (-1,))), u.shape)


def _factor(M: Any, solver: str, rtol: float | None) -> Dense | Iterative:
    if solver == "cg":
        return Iterative(M, rtol).probed()
    return Sparse(M, solver, rtol) if hasattr(M, "tocsc") else Dense(M)


def _solver(solver: Any, sparse: bool) -> str:
    if solver not in SOLVERS or (solver == "lu" and not sparse):
        expected = SOLVERS if sparse else [name for name in SOLVERS if name != "lu"]
        raise InvalidValue(
            f"solver={solver!r}; for a {'sparse' if sparse else 'dense'} matrix one of "
            f"{', '.join(map(repr, expected))} is expected."
        )
    return str(solver)


def _sparse(M: Any) -> Any:
    """A copy in compressed columns, without duplicate or unsorted entries."""
    M = M.tocsc(copy=True)
    M.sum_duplicates()
    return M


def _square(M: Any) -> Any:
    if M.dtype.kind not in "biufc":
        raise InvalidType(f"a mass matrix has numbers as entries, but was given dtype {M.dtype}.")
    if M.ndim != 2 or M.shape[0] != M.shape[1]:
        raise InvalidValue(
            f"a mass matrix is square, but was given shape {M.shape}. "
            f"For one weight per entry use riesz.Weighted(w)."
        )
    return M


def _hermitian(M: Any) -> Any:
    """M, rid of asymmetry by roundoff; more is refused."""
    entries = M.data if hasattr(M, "tocsc") else M
    if not np.isfinite(entries).all():
        raise InvalidValue("a mass matrix has finite entries, but was given NaN or infinity.")
    gap = abs(M - M.conj().T)
    if gap.size and gap.max() > 1e-12 * abs(entries).max():
        i, j = _largest(gap)
        raise InvalidValue(
            f"a mass matrix is symmetric (Hermitian), but M[{i}, {j}] = {M[i, j]:g} and "
            f"M[{j}, {i}] = {M[j, i]:g}. Use (M + M.conj().T) / 2 if that is what is meant."
        )
    return 0.5 * (M + M.conj().T)


def _largest(gap: Any) -> tuple[int, int]:
    """Where a symmetric matrix is largest, above the diagonal."""
    if hasattr(gap, "tocoo"):
        entries = gap.tocoo()
        k = np.argmax(entries.data)
        i, j = entries.row[k], entries.col[k]
    else:
        i, j = np.unravel_index(np.argmax(gap), gap.shape)
    return int(min(i, j)), int(max(i, j))
