"""Linear systems with stacks of dense matrices, with the arguments of NumPy and SciPy.

What is not square or not regular is NumPy's LinAlgError; to find out, the device is waited for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz_backends.cuda.layout import Shape
from riesz_backends.pycuda.algebra import lu, triangular
from riesz_backends.pycuda.algebra.matrix import fresh, stacked
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import diagonal, eye


def solve(a: Array, b: Array) -> Array:
    """np.linalg.solve: a^-1 b; a 1-D b is a vector, any other a stack of matrices."""
    require_square(a)
    right, lead, dtype = _system(a, b)
    A, pivots = factors(a, dtype)
    _require_regular(A, "Singular matrix")
    X = fresh(right, lead, dtype)
    A, pivots = stacked(A.reshape(a.shape), lead), stacked(pivots.reshape(*a.shape[:-1], 1), lead)
    lu.exchange(X, pivots[:, :, 0], 0, a.shape[-1])
    triangular.forwards(A, X, unit=True)
    triangular.backwards(A, X)
    return X.reshape(*lead, *b.shape[-2:])


def inv(a: Array) -> Array:
    """np.linalg.inv."""
    require_square(a)
    return solve(a, eye(a.shape[-1], dtype=result_dtype(a)))


def solve_triangular(
    a: Array, b: Array, *, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """scipy.linalg.solve_triangular: only one triangle of a is read, maybe without its diagonal."""
    require_square(a)
    right, lead, dtype = _system(a, b)
    A = stacked(a if a.dtype == dtype else a.astype(dtype), lead)
    if not unit_diagonal:
        _require_regular(A, "singular matrix: its diagonal has a zero")
    X = fresh(right, lead, dtype)
    (triangular.forwards if lower else triangular.backwards)(A, X, bool(unit_diagonal))
    return X.reshape(*lead, *b.shape[-2:])


def _system(a: Array, b: Array) -> tuple[Array, Shape, Any]:
    """The right sides as matrices; the axes in front of the matrices, and the dtype, of a^-1 b."""
    right = b[:, None] if b.ndim == 1 else b
    if right.ndim < 2 or right.shape[-2] != a.shape[-1]:
        raise ValueError(
            f"A system with matrices of shape {a.shape} has right sides of {a.shape[-1]} rows, but "
            f"was given the shape {b.shape}."
        )
    lead = np.broadcast_shapes(a.shape[:-2], right.shape[:-2])
    return right, lead, result_dtype(a, b)


def result_dtype(*x: Array) -> Any:
    """That of NumPy's results: float64 for integers."""
    dtype = np.result_type(*(v.dtype for v in x))
    return dtype if dtype.kind in "fc" else np.dtype(float)


def factors(a: Array, dtype: Any) -> tuple[Array, Array]:
    """The factors L and U in one stack of matrices, and the pivots."""
    A = fresh(a, a.shape[:-2], dtype)
    return A, lu.factorize(A)


def require_square(a: Array) -> None:
    """Refuse what is no stack of square matrices."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(
            f"Square matrices are expected in the last two axes, not the shape {a.shape}."
        )


def _require_regular(A: Array, text: str) -> None:
    """Refuse triangles with a zero on the diagonal."""
    xp = A.namespace
    if xp.any(xp.equal(diagonal(A, 0, -2, -1), 0)).item():
        raise np.linalg.LinAlgError(text)
