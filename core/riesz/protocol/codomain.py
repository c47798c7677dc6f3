"""What `forward` returned, held against the space that `metric` tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue

from .covector import flat

if TYPE_CHECKING:
    from .operator import Operator


def spaces(op: Operator, Y: Any) -> tuple[Any, ...]:
    """The space of each result, of what `metric` returned."""
    found = flat(Y)
    if not all(hasattr(Yi, "shape") and hasattr(Yi, "dtype") for Yi in found):
        raise InvalidType(
            f"The metric of {op.name} returned {Y!r:.60} of type {type(Y).__name__}. Return the "
            "space of the result: one of the arguments' spaces, or riesz.Space(shape, dtype)."
        )
    return found


def check_codomain(op: Operator, y: Any, Y: tuple[Any, ...]) -> None:
    """Raise unless each result lies in its space: of its shape, and of a dtype that it holds."""
    results = flat(y)
    if len(results) != len(Y) or not all(map(_holds, Y, results)):
        raise InvalidValue(
            f"The metric of {op.name} tells {', '.join(map(_text, Y))}, but its forward returned "
            f"{', '.join(map(_text, results))}. Return riesz.Space(shape, dtype) of what forward "
            "returns."
        )


def _holds(Y: Any, y: Any) -> bool:
    if getattr(y, "shape", None) != Y.shape:
        return False
    return bool(y.dtype == Y.dtype or np.can_cast(y.dtype, Y.dtype))  # real eigenvalues of eig


def _text(y: Any) -> str:
    return f"shape {y.shape}, {y.dtype}" if hasattr(y, "dtype") else f"{y!r:.60}"
