"""Factorisations and eigenvalues of scipy.linalg on traced values."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.operators.arguments import array
from riesz.operators.hermitian import H, columns

from .substitute import stands_for
from .system import cholesky, inv
from .triangle import mirrored

here = stands_for("linalg")


@here
def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, overwrite_a: bool = False,
    check_finite: bool = True, lapack_driver: str = "gesdd",
) -> Any:  # fmt: skip
    """scipy.linalg.svd."""
    a = array(a)
    if not compute_uv:
        return np.linalg.svdvals(a)
    u, s, vh = np.linalg.svd(a, full_matrices=full_matrices)
    return u, s, vh


@here
def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """scipy.linalg.svdvals."""
    return np.linalg.svdvals(array(a))


@here
def qr(
    a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full",
    pivoting: bool = False, check_finite: bool = True,
) -> Any:  # fmt: skip
    """scipy.linalg.qr, of full rank and without pivoting."""
    if pivoting or mode not in ("full", "economic", "r"):
        raise InvalidValue(
            f"qr with pivoting={pivoting!r}, mode={mode!r} has no operator; pivoting=False and "
            "the mode 'full', 'economic' or 'r' are expected. Permute the columns beforehand."
        )
    q, r = np.linalg.qr(array(a), mode="reduced" if mode == "economic" else "complete")
    return (r,) if mode == "r" else (q, r)


@here
def polar(a: Any, side: str = "right") -> Any:
    """scipy.linalg.polar: a = u p, or a = p u for side="left"."""
    u, s, vh = np.linalg.svd(array(a), full_matrices=False)
    p = (u * columns(s)) @ H(u) if side == "left" else (H(vh) * columns(s)) @ vh
    return u @ vh, p


@here
def orthogonal_procrustes(A: Any, B: Any, check_finite: bool = True) -> Any:
    """scipy.linalg.orthogonal_procrustes: the unitary R of least |A R - B|, and a scale."""
    u, s, vh = np.linalg.svd(H(array(A)) @ array(B))
    return u @ vh, np.sum(s)


@here
def eigh(
    a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False,
    subset_by_index: Any = None, type: int = 1, subset_by_value: Any = None, **keywords: Any,
) -> Any:  # fmt: skip
    """scipy.linalg.eigh, also of a pair: a v = w b v with v^H b v = 1."""
    if type != 1 or subset_by_value is not None:
        raise InvalidValue(
            "eigh has an operator for type=1 and without subset_by_value only. Use "
            "subset_by_index, or choose among all eigenvalues."
        )
    a = mirrored(a, lower)
    back = None if b is None else inv(cholesky(mirrored(b, lower), lower=True))
    a = a if back is None else back @ a @ H(back)
    n = a.shape[-1]
    first, last = (0, n - 1) if subset_by_index is None else subset_by_index
    if subset_by_index is not None and not 0 <= first <= last < n:
        raise InvalidValue(
            f"eigh was given subset_by_index={subset_by_index!r} for {n} eigenvalues; the numbers "
            f"of the first and the last of them, from 0 to {n - 1}, are expected."
        )
    kept = slice(int(first), int(last) + 1)
    if eigvals_only:
        return np.linalg.eigvalsh(a)[..., kept]
    w, v = np.linalg.eigh(a)
    return w[..., kept], (v if back is None else H(back) @ v)[..., kept]


@here
def eigvalsh(a: Any, b: Any = None, **keywords: Any) -> Any:
    """scipy.linalg.eigvalsh."""
    return eigh(a, b, eigvals_only=True, **keywords)


@here
def eig(
    a: Any, b: Any = None, left: bool = False, right: bool = True, overwrite_a: bool = False,
    overwrite_b: bool = False, check_finite: bool = True, homogeneous_eigvals: bool = False,
) -> Any:  # fmt: skip
    """scipy.linalg.eig, with right eigenvectors of norm 1."""
    if left or homogeneous_eigvals:
        raise InvalidValue(
            "eig has no operator for left eigenvectors and homogeneous eigenvalues. Use "
            "those of a^H."
        )
    a = array(a) if b is None else np.linalg.solve(array(b), array(a))
    w, v = np.linalg.eig(a)
    w = w + 0j
    return (w, v) if right else w


@here
def eigvals(
    a: Any, b: Any = None, overwrite_a: bool = False, overwrite_b: bool = False,
    check_finite: bool = True, homogeneous_eigvals: bool = False,
) -> Any:  # fmt: skip
    """scipy.linalg.eigvals."""
    a = array(a) if b is None else np.linalg.solve(array(b), array(a))
    return np.linalg.eigvals(a) + 0j
