"""Solvers of A x = b for a linear map A known by its products A(v) only.

Vectors are arrays of any backend, real or complex; the inner product is Re<u, v>, so that A
need be linear over the real numbers only. Each method returns x, the norm of b - A x, and how often
it used A.

Y. Saad, Iterative Methods for Sparse Linear Systems (2003): algorithms 6.18 (conjugate gradients)
and 6.11 (GMRES, here with the small problem solved by least squares).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.checking import count, nonnegative
from riesz.errors import InvalidValue, NotConverged
from riesz.traced import Traced, strip

Map = Callable[[Any], Any]
Solution = tuple[Any, float, int]
RESTART = 50


class Indefinite(InvalidValue):
    """A direction v with Re<v, A v> <= 0, where A was declared positive definite."""

    def __init__(self, curvature: float) -> None:
        """`curvature`: Re<v, A v>."""
        super().__init__(
            f"The linear map is not positive definite: Re<v, A v> = {curvature:.3g} for a v that "
            "is not 0. Use solver='gmres', which does not ask for it; a metric needs more damping."
        )
        self.curvature = curvature

    def __reduce__(self) -> Any:
        return Indefinite, (self.curvature,)


def inner(u: Any, v: Any) -> Any:
    """Re<u, v>, a float unless it is traced."""
    product: Any = namespace(u, v).vdot(u, v)
    return product.real if type(product) is Traced else number(product.real)


def number(x: Any) -> float:
    """The value of a scalar, maybe traced or on a device."""
    x = strip(x)
    return float(x.item() if hasattr(x, "item") else x)


def norm(u: Any) -> float:
    """|u|, a constant."""
    return math.sqrt(number(inner(u, u)))


def conjugate_gradients(A: Map, b: Any, target: float, maxiter: int) -> Solution:
    """For a symmetric positive definite A; b and A may be traced."""
    x, r, p = b * 0, b, b
    rho = inner(r, r)
    for k in range(maxiter):
        if number(rho) ** 0.5 <= target:
            return x, number(rho) ** 0.5, k
        q = A(p)
        curvature = inner(p, q)
        if not number(curvature) > 0:
            raise Indefinite(number(curvature))
        alpha = rho / curvature
        x, r = x + alpha * p, r - alpha * q
        rho, before = inner(r, r), rho
        p = r + (rho / before) * p
    return x, norm(b - A(x)), maxiter


def gmres(A: Map, b: Any, target: float, maxiter: int) -> Solution:
    """For any regular A: least residuals in Krylov spaces, started again every 50 products."""
    x, r, used, before = b * 0, b, 0, np.inf
    beta = norm(r)
    while beta > target and used < maxiter and beta < 0.999 * before:
        correction, products = _arnoldi(A, r, beta, target, min(RESTART, maxiter - used))
        x, used, before = x + correction, used + products, beta
        r = b - A(x)
        beta = norm(r)
    return x, beta, used


def _arnoldi(A: Map, r: Any, beta: float, target: float, m: int) -> tuple[Any, int]:
    """The v in the Krylov space of A and r of least |r - A v|, and the products it took."""
    V, H = [r / beta], np.zeros((m + 1, m))
    for j in range(m):
        w = A(V[j])
        for _ in range(2):  # twice is enough to be orthogonal
            for i, v in enumerate(V):
                h = inner(v, w)
                H[i, j] += h
                w = w - h * v
        H[j + 1, j] = norm(w)
        if not np.isfinite(H[: j + 2, j]).all():
            return w, j + 1  # so that the residual tells
        e = np.zeros(j + 2)
        e[0] = beta
        y = np.linalg.lstsq(H[: j + 2, : j + 1], e, rcond=None)[0]
        exhausted = H[j + 1, j] <= np.finfo(r.dtype).eps * np.linalg.norm(H[: j + 1, j])
        if exhausted or j + 1 == m or np.linalg.norm(e - H[: j + 2, : j + 1] @ y) <= target:
            break
        V.append(w / H[j + 1, j])
    return sum(float(c) * v for c, v in zip(y, V, strict=False)), j + 1


def iteration(A: Map, b: Any, target: float, maxiter: int) -> Solution:
    """x <- x + (b - A x), for an A near the identity: |I - A| < 1."""
    x = b
    for k in range(maxiter):
        r = b - A(x)
        residual = norm(r)
        if residual <= target or not np.isfinite(residual):
            return x, residual, k + 1
        x = x + r
    return x, residual, maxiter


def dense(A: Map, b: Any, target: float, maxiter: int) -> Solution:
    """By the matrix of A, a column for each entry of x (two for a complex one)."""
    xp, n, is_complex = namespace(b), b.shape[0], b.dtype.kind == "c"

    def row(v: Any) -> Any:
        return xp.concatenate((v.real, v.imag)) if is_complex else v

    basis = list(xp.eye(n, dtype=b.dtype))
    basis += [1j * e for e in basis] if is_complex else []
    matrix = xp.stack([row(A(e)) for e in basis], axis=-1) if n else xp.zeros((0, 0), dtype=b.dtype)
    try:
        x = xp.linalg.solve(matrix, row(b))
    except np.linalg.LinAlgError:
        return b, np.inf, n
    x = x[:n] + 1j * x[n:] if is_complex else x
    x = x.astype(b.dtype)
    return x, 0.0 if xp.all(xp.isfinite(x)).item() else np.inf, len(basis)


METHODS = {"cg": conjugate_gradients, "gmres": gmres, "iteration": iteration, "dense": dense}
ADVICE = {
    "cg": "Raise maxiter, loosen tol, or use solver='gmres' if A is not positive definite.",
    "gmres": "Raise maxiter or loosen tol; solver='dense' for small systems; A may be singular, "
    "or not linear in x.",
    "iteration": "Raise maxiter or loosen tol; use solver='gmres' if it is no contraction.",
    "dense": "The matrix is singular: there is no solution, or no unique one, here.",
}


@dataclass(frozen=True)
class Solver:
    """A method, and when it has done: |b - A x| <= tol |b|, or failed: after maxiter products."""

    method: str
    tol: float | None = None
    maxiter: int | None = None

    def __post_init__(self) -> None:
        """Raise InvalidValue for a method there is not, and for numbers that make no sense."""
        if self.method not in METHODS:
            raise InvalidValue(f"solver={self.method!r}; one of {', '.join(METHODS)} is expected.")
        if self.tol is not None:
            nonnegative("tol", self.tol)
        if self.maxiter is not None:
            count("maxiter", self.maxiter)

    def tolerance(self, dtype: Any) -> float:
        """tol, by default eps^(3/4): 2e-12 in double precision, 6e-6 in single."""
        return float(np.finfo(dtype).eps) ** 0.75 if self.tol is None else self.tol

    def solve(self, A: Map, b: Any, name: str) -> Any:
        """x with A x = b; raises NotConverged where it is not found."""
        tol, size = self.tolerance(b.dtype), norm(b)
        maxiter = max(1000, 10 * b.shape[0]) if self.maxiter is None else self.maxiter
        x, residual, used = METHODS[self.method](A, b, tol * size, maxiter)
        if not residual <= tol * size:
            raise NotConverged(
                f"{name}: a linear system of {b.shape[0]} unknowns was not solved by "
                f"{self.method!r} with {used} products: relative residual {residual / size:.3g}, "
                f"and {tol:.3g} is asked for. {ADVICE[self.method]}"
            )
        return x
