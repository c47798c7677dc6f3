"""A `Formula`: the value of an elementwise function and one partial per array argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from riesz.errors import InvalidType, InvalidValue

from .expression import Expression, Operand, Symbols
from .partial import derive


@dataclass(frozen=True)
class Formula:
    """`value` and `partials`: nodes of one table, so that what they share is computed once.

    A partial is the holomorphic derivative; where the value is real and the argument complex it is
    the gradient g with D phi(z) u = Re(conj(g) u). `None` says: no derivative by this argument.
    """

    symbols: Symbols
    arity: int
    value: Operand
    partials: tuple[Operand | None, ...]
    holomorphic: bool = True

    @property
    def constant(self) -> bool:
        """Whether no argument has a derivative (a comparison, floor, sign)."""
        return all(p is None for p in self.partials)


def trace(function: Callable[..., Any], arity: int, static: dict[str, Any]) -> Formula:
    """Run `function(m, *symbols, **static)` once and keep what it computed."""
    m = Symbols()
    x = tuple(m.argument(i) for i in range(arity))
    result = function(m, *x, **static)
    value = result[0] if isinstance(result, tuple) and result else result
    if not isinstance(value, Expression):
        raise InvalidType(
            f"The formula {function.__name__} returned {value!r:.60}, which is not made of its "
            "arguments. A constant c of their shape is 0 * x + c."
        )
    if not isinstance(result, tuple):
        return Formula(m, arity, result, *derive(m, result, x))
    if len(result) != 1 + arity:
        raise InvalidValue(
            f"The formula {function.__name__} has {arity} array argument(s) and returned "
            f"{len(result)} result(s). Return the value alone, or the value and {arity} partial(s)."
        )
    return Formula(m, arity, value, tuple(None if _is_zero(p) else p for p in result[1:]))


def _is_zero(partial: Operand | None) -> bool:
    return not isinstance(partial, Expression) and partial == 0


def is_leaf(x: Operand) -> bool:
    """Whether x is an argument or a number, not something computed."""
    return not isinstance(x, Expression) or x.name == "arg"
