"""What an operator's `adjoint` and `tangent` read, declared by the letters of their parameters.

`x` is a point and is saved as a value; `X` is its space, and only shape and dtype are kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from riesz.errors import InvalidType
from riesz.space import Space

Rule = Callable[..., Any]
ARRAY = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Reads:
    """Which of a rule's parameters are values and which are spaces."""

    __slots__ = ("letters", "rest")

    def __init__(self, rule: Rule, skip: int) -> None:
        """`skip`: how many leading parameters (`xp`, `a`, ...) are not the operator's own."""
        parameters = list(inspect.signature(rule).parameters.values())
        names = [p.name for p in parameters if p.kind in ARRAY][skip:]
        starred = [p.name for p in parameters if p.kind is inspect.Parameter.VAR_POSITIONAL]
        self.letters = tuple(name[0].isupper() for name in names)
        self.rest = bool(starred) and starred[0][0].isupper()

    def take(self, values: tuple[Any, ...]) -> list[Any]:
        """Each value, or its space where that is all the rule reads."""
        pairs = zip(values, self.spaces(len(values)), strict=True)
        return [space_of(x) if X else x for x, X in pairs]

    def spaces(self, n: int) -> tuple[bool, ...]:
        """Which of n parameters are read as spaces."""
        return self.letters[:n] + (self.rest,) * (n - len(self.letters))


def space_of(x: Any) -> Any:
    """The space of an array, of each array of a tuple; a Python scalar is its own description."""
    if hasattr(x, "dtype"):
        return Space.of(x)
    return tuple(map(space_of, x)) if isinstance(x, tuple) else x


def array_parameters(rule: Rule, skip: int) -> int | None:
    """How many array arguments a rule takes after the first `skip`; None if any number."""
    parameters = list(inspect.signature(rule).parameters.values())
    if any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters):
        return None
    return sum(p.kind in ARRAY for p in parameters) - skip


def static_parameters(rule: Rule) -> dict[str, Any]:
    """The keyword-only parameters of a rule with their defaults (`Parameter.empty` if none)."""
    parameters = inspect.signature(rule).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}


def check_signatures(name: str, rules: dict[str, Rule], forms: dict[str, str]) -> None:
    """Raise unless the rules take the same arrays and static parameters, as in their forms."""
    arrays = {array_parameters(rule, forms[step].count(",")) for step, rule in rules.items()}
    static = {frozenset(static_parameters(rule)) for rule in rules.values() if not _is_open(rule)}
    has_self = any("self" in inspect.signature(rule).parameters for rule in rules.values())
    if len(arrays - {None}) > 1 or len(static) > 1 or has_self:
        given = ", ".join(f"{step}{inspect.signature(rule)}" for step, rule in rules.items())
        wanted = ", ".join(f"{step}({forms[step]})" for step in rules)
        raise InvalidType(
            f"The operator {name} is declared with {given}. Its rules are plain functions, without "
            f"self, of the same arrays and the same keyword-only parameters: {wanted}."
        )


def _is_open(rule: Rule) -> bool:
    parameters = inspect.signature(rule).parameters.values()
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
