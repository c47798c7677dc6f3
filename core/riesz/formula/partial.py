"""Symbolic differentiation of a formula that states its value only.

Reverse accumulation over the expression graph; each vocabulary function's own partials come from
the registered elementwise operator of the same name, so no derivative is written twice.
"""

from __future__ import annotations

from riesz.errors import UnsupportedOperator

from .expression import Expression, Operand, Symbols, topological
from .vocabulary import REAL_VALUED


def derive(
    m: Symbols, value: Operand, x: tuple[Expression, ...]
) -> tuple[tuple[Operand | None, ...], bool]:
    """The partials of `value` by each argument in `x`, and whether the value is holomorphic."""
    if not isinstance(value, Expression):
        return tuple(None for _ in x), True
    order = topological([value])
    slope: dict[Expression, Operand] = {value: 1}
    for node in reversed(order):
        if node in slope and node.name != "arg":
            _push_down(m, node, slope)
    return tuple(slope.get(leaf) for leaf in x), not any(n.name in REAL_VALUED for n in order)


def _push_down(m: Symbols, node: Expression, slope: dict[Expression, Operand]) -> None:
    for arg, partial in zip(node.args, _partials(m, node), strict=True):
        if isinstance(arg, Expression) and partial is not None:
            term = _times(slope[node], partial)
            slope[arg] = slope[arg] + term if arg in slope else term


def _partials(m: Symbols, node: Expression) -> tuple[Operand | None, ...]:
    from riesz.registry import registry  # the registry holds operators, which hold formulas

    registry.load()
    operator = registry.operators.get(node.name)
    formula = getattr(operator, "function", None)
    stated = formula and formula(m, *node.args)
    if not isinstance(stated, tuple):
        raise UnsupportedOperator(
            f"The partials of m.{node.name} are not known, so they cannot be derived. "
            "Return them from the formula: `return value, partial, ...`."
        )
    return stated[1:]


def _times(a: Operand, b: Operand) -> Operand:
    if isinstance(a, int) and a == 1:
        return b
    return a if isinstance(b, int) and b == 1 else a * b
