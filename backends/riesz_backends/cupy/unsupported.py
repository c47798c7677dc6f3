"""The operators that CuPy cannot compute although it has the functions' names, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from riesz.errors import UnsupportedOperator

REASONS: Mapping[str, str] = {
    "solve_banded": "CuPy has no banded solver; pycuda has",
    "sqrtm": "CuPy has no square root of matrices",
}


def refusals(backend: str) -> dict[tuple[str, str], Callable[..., Any]]:
    """A kernel for each of them, which says so."""
    return {(name, "forward"): _refusing(name, reason, backend) for name, reason in REASONS.items()}


def _refusing(operator: str, reason: str, backend: str) -> Callable[..., Any]:
    def kernel(*x: Any, **static: Any) -> NoReturn:
        raise UnsupportedOperator(
            f"{operator} cannot run on the backend {backend!r}: {reason}. Move its arguments with "
            "riesz.asarray(x, backend='numpy'), or register a kernel for it.",
            operator=operator,
        )

    return kernel
