"""Linear systems and matrix equations of scipy.linalg on traced values."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.operators.arguments import array
from riesz.operators.hermitian import H, T, conj
from riesz.protocol.linear_map import linear_map
from riesz.registry import registry
from riesz.traced import strip

from .substitute import holds_traced, original, stands_for
from .triangle import identity_beside, mirrored, structured

here = stands_for("linalg")


@here
def solve(
    a: Any, b: Any, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
    check_finite: bool = True, assume_a: str | None = None, transposed: bool = False,
) -> Any:  # fmt: skip
    """scipy.linalg.solve."""
    a = structured(a, assume_a, lower)
    return np.linalg.solve(T(a) if transposed else a, array(b))


@here
def inv(
    a: Any, overwrite_a: bool = False, check_finite: bool = True, *, assume_a: str | None = None,
    lower: bool = False,
) -> Any:  # fmt: skip
    """scipy.linalg.inv."""
    return np.linalg.inv(structured(a, assume_a, lower))


@here
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """scipy.linalg.det."""
    return np.linalg.det(array(a))


@here
def pinv(
    a: Any, *, atol: Any = None, rtol: Any = None, return_rank: bool = False,
    check_finite: bool = True,
) -> Any:  # fmt: skip
    """scipy.linalg.pinv, at constant rank; `atol` is for one matrix, not for a stack of them."""
    a = array(a)
    if rtol is None:
        rtol = max(a.shape[-2:]) * np.finfo(a.dtype).eps if atol is None else 0.0
    s = np.linalg.svd(strip(a), compute_uv=False)
    if atol and a.ndim > 2:
        raise InvalidValue(
            f"pinv was given atol={atol!r} for a stack of matrices of shape {a.shape}; one matrix "
            "is expected. Use rtol=, or one call for each."
        )
    if atol and s.size:
        rtol = rtol + atol / s[0]
    y = np.linalg.pinv(a, rcond=float(rtol))
    return (y, np.sum(s > rtol * s[..., :1], axis=-1)) if return_rank else y


@here
def pinvh(
    a: Any, atol: Any = None, rtol: Any = None, lower: bool = True, return_rank: bool = False,
    check_finite: bool = True,
) -> Any:  # fmt: skip
    """scipy.linalg.pinvh, at constant rank."""
    return pinv(mirrored(a, lower), atol=atol, rtol=rtol, return_rank=return_rank)


@here
def lstsq(
    a: Any, b: Any, cond: Any = None, overwrite_a: bool = False, overwrite_b: bool = False,
    check_finite: bool = True, lapack_driver: Any = None,
) -> Any:  # fmt: skip
    """scipy.linalg.lstsq: the solution, its residues, the rank and the singular values."""
    a, b = array(a), array(b)
    cond = float(np.finfo(a.dtype).eps) if cond is None else cond
    x, residues, rank, s = np.linalg.lstsq(a, b, rcond=cond)
    if a.shape[0] > a.shape[1] and residues.size:
        residues = np.reshape(residues, b.shape[1:])
    return x, residues, rank, s


@here
def solve_triangular(a: Any, b: Any, *args: Any, **keywords: Any) -> Any:
    """scipy.linalg.solve_triangular."""
    return registry.names["linalg.solve_triangular"](a, b, *args, **keywords)


@here
def cho_factor(
    a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Any, bool]:
    """scipy.linalg.cho_factor, with zeros in the other triangle."""
    return cholesky(a, lower), lower


@here
def cholesky(
    a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> Any:
    """scipy.linalg.cholesky."""
    factor = np.linalg.cholesky(mirrored(a, lower))
    return factor if lower else H(factor)


@here
def cho_solve(
    c_and_lower: Any, b: Any, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """scipy.linalg.cho_solve."""
    c, lower = c_and_lower
    y = solve_triangular(c, b, 0 if lower else 2, lower)
    return solve_triangular(c, y, 2 if lower else 0, lower)


@here
def lu_solve(
    lu_and_piv: Any, b: Any, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """scipy.linalg.lu_solve for a constant factorisation."""
    if holds_traced(lu_and_piv):
        raise InvalidType(
            "lu_solve was given a traced factorisation, and pivots have no derivative. Use "
            "riesz.scipy.linalg.solve(a, b), which factorises a itself."
        )
    lu, pivots = lu_and_piv
    b = array(b)

    def solver(trans: int) -> Any:
        return lambda b: original("linalg").lu_solve((lu, pivots), b, trans)

    if trans == 1:  # A^T is the conjugate of A^H
        lu, trans = conj(lu), 2
    b = b.astype(np.result_type(lu.dtype, b.dtype))
    apply: Any = linear_map  # a class, for a type checker
    return apply(b, forward=solver(trans), transpose=solver(2 - trans), shape=b.shape)


@here
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """scipy.linalg.solve_sylvester."""
    return registry.names["linalg.solve_sylvester"](a, b, q)


@here
def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """scipy.linalg.solve_continuous_lyapunov: a x + x a^H = q."""
    return solve_sylvester(a, H(array(a)), q)


@here
def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """scipy.linalg.solve_discrete_lyapunov, a x a^H - x + q = 0, by its matrix of n^2 x n^2."""
    a, q = array(a), array(q)
    K = np.kron(a, conj(a))
    return np.linalg.solve(identity_beside(K) - K, q.reshape(-1)).reshape(q.shape)


@here
def solve_banded(
    l_and_u: Any, ab: Any, b: Any, overwrite_ab: bool = False, overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:  # fmt: skip
    """scipy.linalg.solve_banded."""
    return registry.names["linalg.solve_banded"](l_and_u, ab, b)


@here
def sqrtm(A: Any, **keywords: Any) -> Any:
    """scipy.linalg.sqrtm, of a matrix without eigenvalues <= 0."""
    return registry.names["linalg.sqrtm"](A)


@here
def expm(A: Any) -> Any:
    """scipy.linalg.expm."""
    return registry.names["linalg.expm"](A)


@here
def norm(
    a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True
) -> Any:
    """scipy.linalg.norm."""
    return np.linalg.norm(array(a), ord, axis, keepdims)
