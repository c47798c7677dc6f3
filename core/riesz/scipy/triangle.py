"""Matrices of which scipy.linalg reads a part only: the rest has derivative 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidValue
from riesz.operators.arguments import array
from riesz.operators.hermitian import H, T


def mirrored(a: Any, lower: bool, hermitian: bool = True) -> Any:
    """The symmetric (Hermitian) matrix of which one triangle is given."""
    a = array(a)
    part, strict = (np.tril(a), np.tril(a, -1)) if lower else (np.triu(a), np.triu(a, 1))
    if not hermitian or a.dtype.kind != "c":
        return part + T(strict)
    return strict + H(strict) + np.real(a) * identity_beside(a)


def identity_beside(a: Any) -> Any:
    """The identity matrix of the size of a, where a lies and in its precision."""
    return namespace(a).eye(a.shape[-1], dtype=np.finfo(a.dtype).dtype)


def structured(a: Any, assume_a: str | None, lower: bool) -> Any:
    """The matrix that SciPy sees when it is told to assume a structure."""
    a = array(a)
    match assume_a:
        case None | "gen" | "general" | "banded":
            return a
        case "sym" | "symmetric":
            return mirrored(a, lower, hermitian=False)
        case "her" | "hermitian" | "pos" | "positive definite":
            return mirrored(a, lower)
        case "diagonal":
            return a * identity_beside(a)
        case "tridiagonal":
            return np.tril(np.triu(a, -1), 1)
        case "lower triangular":
            return np.tril(a)
        case "upper triangular":
            return np.triu(a)
    raise InvalidValue(
        f"assume_a={assume_a!r} is no structure that is known here. Use 'general', 'symmetric', "
        "'hermitian', 'positive definite', 'diagonal', 'tridiagonal', 'lower triangular' or "
        "'upper triangular'."
    )
