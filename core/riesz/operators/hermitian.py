"""Conjugates and Hermitian transposes of arrays and traced values, for rules."""

from __future__ import annotations

from typing import Any


def conj(x: Any) -> Any:
    """The conjugate; x itself where it is real, which NumPy would copy."""
    return x.conj() if x.dtype.kind == "c" else x


def T(A: Any) -> Any:
    """The transposes of a stack of matrices."""
    return A.swapaxes(-1, -2)


def H(A: Any) -> Any:
    """The Hermitian transposes of a stack of matrices."""
    return conj(A).swapaxes(-1, -2)


def hermitian_part(A: Any) -> Any:
    """(A + A^H) / 2: the covector of a matrix that is known to be Hermitian."""
    return 0.5 * (A + H(A))


def columns(w: Any) -> Any:
    """A stack of vectors as rows that scale the columns of a matrix: A diag(w) = A * columns(w)."""
    return w[..., None, :]


def rows(w: Any) -> Any:
    """A stack of vectors as columns that scale the rows of a matrix: diag(w) A = rows(w) * A."""
    return w[..., None]
