"""scipy.linalg on traced values.

Where SciPy reads one triangle of a matrix only, so do these: the other has derivative 0. What does
not change a result (`overwrite_a`, `check_finite`, `lapack_driver`) is not looked at.
"""

from __future__ import annotations

from typing import Any

from .factorization import (
    eig,
    eigh,
    eigvals,
    eigvalsh,
    orthogonal_procrustes,
    polar,
    qr,
    svd,
    svdvals,
)
from .structured import (
    block_diag,
    circulant,
    companion,
    convolution_matrix,
    hankel,
    khatri_rao,
    matmul_toeplitz,
    solve_circulant,
    solve_toeplitz,
    toeplitz,
)
from .substitute import unknown
from .system import (
    cho_factor,
    cho_solve,
    cholesky,
    det,
    expm,
    inv,
    lstsq,
    lu_solve,
    norm,
    pinv,
    pinvh,
    solve,
    solve_banded,
    solve_continuous_lyapunov,
    solve_discrete_lyapunov,
    solve_sylvester,
    solve_triangular,
    sqrtm,
)

__all__ = [
    "block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "companion",
    "convolution_matrix", "det", "eig", "eigh", "eigvals", "eigvalsh", "expm", "hankel", "inv",
    "khatri_rao", "lstsq", "lu_solve", "matmul_toeplitz", "norm", "orthogonal_procrustes", "pinv",
    "pinvh", "polar", "qr", "solve", "solve_banded", "solve_circulant",
    "solve_continuous_lyapunov", "solve_discrete_lyapunov", "solve_sylvester", "solve_toeplitz",
    "solve_triangular", "sqrtm", "svd", "svdvals", "toeplitz",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise unknown("linalg", name, __all__)
