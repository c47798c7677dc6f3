"""What an adjoint returned, as a covector of its argument's space; a misfit is named here."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType, InvalidValue
from riesz.project import to_space
from riesz.traced import Traced

if TYPE_CHECKING:
    from .operator import Operator

NUMBERS = (float, int, complex)


def covector(op: Operator, g: Any, X: Any, i: int, a: Any) -> Any:
    """`g`, made from `a`, as a covector of argument i, which is X or lies in it."""
    if g.__class__ is np.ndarray and g.shape == X.shape:  # as most are
        return to_space(g, X)
    if callable(g) and not isinstance(g, Traced):
        g = g()
    if g is None or getattr(g, "is_lazy", False):
        return g
    if X.shape == () and type(g) in NUMBERS:
        g = namespace(*(v for v in flat(a) if v is not None)).asarray(g)
    if getattr(g, "shape", None) != X.shape:
        _check_broadcast(op, g, X, i)
    return to_space(g, X)


def nothing_returned(op: Operator) -> InvalidType:
    """The error for an adjoint without a result, which is no zero."""
    return InvalidType(
        f"The adjoint of {op.name} returned None. End it by `return` and the covector of the "
        "argument, a tuple of them for several; adjoint = None in its class declares an operator "
        "without derivative."
    )


def _check_broadcast(op: Operator, g: Any, X: Any, i: int) -> None:
    """Raise unless g has the shape of what an argument of this operator may be broadcast to."""
    argument = f"argument {i} ({_name(op, i)})"
    if not hasattr(g, "shape"):
        raise InvalidType(
            f"The adjoint of {op.name} returned {g!r:.60} of type {type(g).__name__} for "
            f"{argument}; an array of shape {X.shape} is expected, or None where there is no "
            "derivative. Several arguments have a tuple of these."
        )
    if not (op.broadcasts and is_broadcast(X.shape, g.shape)):
        raise InvalidValue(
            f"The adjoint of {op.name} returned a covector of shape {tuple(g.shape)} for "
            f"{argument} of shape {X.shape}. Return one of the argument's shape; an operator that "
            "broadcasts its arguments says so by broadcasts = True in its class, and is summed for."
        )


def _name(op: Operator, i: int) -> str:
    """The name of array argument i in `forward`, the last one standing for all that follow."""
    names = list(inspect.signature(op.forward).parameters)[1:]
    return names[min(i, len(names) - 1)]


def is_broadcast(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether an array of this shape is one of the shape `to` by broadcasting."""
    try:
        return np.broadcast_shapes(shape, to) == tuple(to)
    except ValueError:
        return False


def flat(y: Any) -> tuple[Any, ...]:
    """One result or several as a tuple."""
    return y if isinstance(y, tuple) else (y,)
