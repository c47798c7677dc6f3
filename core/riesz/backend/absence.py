"""What a backend lacks: said as `UnsupportedOperator`, naming the operator that asked for it."""

from __future__ import annotations

from typing import Any

from riesz.backend.base import Backend
from riesz.errors import UnsupportedOperator

#: What a rule raises on a backend that lacks a function, or has it for other dtypes only.
LACKING = (AttributeError, NotImplementedError, UnsupportedOperator)
PARTS = ("fft", "linalg", "special")


def unsupported(error: Exception, operator: str, backend: Backend) -> Exception:
    """`error` as an UnsupportedOperator, if all it says is that the backend lacks something."""
    if isinstance(error, AttributeError):
        name = _missing(error, backend.xp)
        if name is None:
            return error
        declared = ", ".join(sorted(backend.capabilities)) or "none"
        error = UnsupportedOperator(
            f"its namespace has no {name} (it declares the capabilities {declared})"
        )
    elif isinstance(error, NotImplementedError):
        error = UnsupportedOperator(str(error) or "its library has not implemented it")
    elif not isinstance(error, UnsupportedOperator) or error.operator:
        return error
    return UnsupportedOperator(
        f"{operator} cannot run on the backend {backend.name!r}: {str(error).rstrip('.')}. Move "
        "its arguments with riesz.asarray(x, backend=...), or register a kernel for it.",
        operator=operator,
    )


def _missing(error: AttributeError, xp: Any) -> str | None:
    """The function that was not found in the namespace or one of its parts."""
    if error.obj is xp:
        return f"xp.{error.name}"
    parts = (part for part in PARTS if getattr(xp, part, None) is error.obj is not None)
    return next((f"xp.{part}.{error.name}" for part in parts), None)
