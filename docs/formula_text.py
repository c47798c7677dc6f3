"""Elementwise formulas as people write them: infix, with no more parentheses than are needed."""

from __future__ import annotations

import inspect
import math
from typing import Any

from riesz.errors import RieszError
from riesz.formula.expression import Expression
from riesz.formula.vocabulary import INFIX

RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
NEGATIVE, ATOM, LONG = 3, 9, 150
STATIC = {"n": 3, "p": 2.5, "k": 0}  # values a formula is shown with, named again afterwards


def adjoint_of_formula(op: Any) -> str:
    """`a * partial` for each argument."""
    static = {name: STATIC[name] for name in op.static}
    try:
        formula = op.formula(**static)
    except (KeyError, RieszError):
        return "by its formula"
    names = list(inspect.signature(op.function).parameters)[1 : 1 + op.arity]
    writer = Writer({formula.symbols.argument(i): name for i, name in enumerate(names)})
    if isinstance(formula.value, Expression) and formula.value.name != "arg":
        writer.known[formula.value] = "y" if "y" not in names else "F"
    given = ", ".join(f"{name} = {value}" for name, value in static.items())
    text = "; ".join(writer.covector(p) for p in formula.partials)
    return text + (f" (here {given})" if given else "")


class Writer:
    """Prints expressions; `known` are those that have a name."""

    def __init__(self, known: dict[Expression, str]) -> None:
        """The arguments, and the value."""
        self.known = known

    def covector(self, partial: Any) -> str:
        """a times the partial, as code; a dash where there is none."""
        if partial is None or (isinstance(partial, float) and math.isnan(partial)):
            return "–"
        if not isinstance(partial, Expression) and partial in (1, -1):
            return "`a`" if partial == 1 else "`-a`"
        text, rank = self.text(partial)
        written = _times_a(text) if rank > RANK["+"] else f"a * ({text})"
        return f"`{written}`" if len(written) <= LONG else "a formula too long for this table"

    def text(self, x: Any) -> tuple[str, int]:
        """The expression and how tightly it binds."""
        if x in self.known if isinstance(x, Expression) else False:
            return self.known[x], ATOM
        if not isinstance(x, Expression):
            return number(x), NEGATIVE if _is_negative(x) else ATOM
        if x.name == "negative":
            text, rank = self.text(x.args[0])
            return f"-{text}" if rank >= RANK["*"] else f"-({text})", NEGATIVE
        sign = INFIX.get(x.name)
        if sign is None or len(x.args) != 2:
            return f"{x.name}({', '.join(self.text(v)[0] for v in x.args)})", ATOM
        return self._infix(sign, *map(self.text, x.args))

    def _infix(self, sign: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
        rank = RANK.get(sign, 0)
        first = left[0] if left[1] >= rank + (sign == "**") else f"({left[0]})"
        second = right[0] if right[1] > rank else f"({right[0]})"
        return f"{first} {sign} {second}" if sign != "**" else f"{first}**{second}", rank


def _times_a(text: str) -> str:
    if text.startswith("1 / "):
        return f"a / {text[4:]}"
    return f"-a * {text[1:]}" if text.startswith("-") else f"a * {text}"


def number(x: Any) -> str:
    """A number with the digits that tell what it is."""
    return f"{x:.6g}" if isinstance(x, float) else repr(x)


def _is_negative(x: Any) -> bool:
    return not isinstance(x, complex) and x < 0
