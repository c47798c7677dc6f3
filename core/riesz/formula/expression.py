"""Expression graphs: what an elementwise formula becomes when it is run once on symbols.

Nodes are hash-consed by the `Symbols` that makes them: equal expressions are one object, so a graph
with shared subexpressions stays as small as the formula that was written.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from riesz.errors import InvalidType, InvalidValue
from riesz.suggestion import suggestion

from .vocabulary import VOCABULARY

Operand = Any  # an Expression or a Python scalar


class Expression:
    """A node: the vocabulary name of a function and its operands (a leaf: `arg` and an index)."""

    __slots__ = ("args", "name", "symbols")

    def __init__(self, symbols: Symbols, name: str, args: tuple[Operand, ...]) -> None:
        """Made by `Symbols.node` only, which keeps equal nodes identical."""
        self.symbols, self.name, self.args = symbols, name, args

    def __repr__(self) -> str:
        """Functional notation, for debugging."""
        return f"{self.name}({', '.join(map(repr, self.args))})"

    def __bool__(self) -> bool:
        """Refuse: a formula is traced once for all values, so it cannot branch on one."""
        raise InvalidType(
            "A formula is run once on symbols, so `if` on a symbol has no value. "
            "Write m.where(condition, a, b)."
        )

    def __float__(self) -> float:
        """Refuse: math.exp(x) and float(x) want a number."""
        raise InvalidType(
            "A formula is run once on symbols, so a symbol is no number for float(x), or for a "
            "function of Python's math. Write m.exp(x) for math.exp(x)."
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Expression:
        """np.float64(2) * x, np.exp(x): a function of the vocabulary under its NumPy name."""
        if method != "__call__" or keywords or ufunc.__name__ not in VOCABULARY:
            raise InvalidType(
                f"A formula was given to np.{ufunc.__name__}. It is made of the functions of m, "
                "its first argument, such as m.exp(x), and of numbers."
            )
        numbers = (x.item() if hasattr(x, "item") else x for x in inputs)
        return self.symbols.node(ufunc.__name__, *numbers)


class Symbols:
    """The `m` a formula is given: every vocabulary function, building nodes instead of numbers."""

    def __init__(self) -> None:
        """An empty table of nodes."""
        self.nodes: dict[object, Expression] = {}

    def argument(self, index: int) -> Expression:
        """The leaf standing for the formula's array argument `index`."""
        return self.node("arg", index)

    def node(self, name: str, *args: Operand) -> Expression:
        """The one node `name(*args)` of this table."""
        for x in args:
            if getattr(x, "shape", ()) != ():
                raise InvalidType(
                    f"A formula was given an array of shape {x.shape} beside its symbols. It is "
                    "made of numbers: give the operator the array as an argument."
                )
        key = (name, *(id(x) if isinstance(x, Expression) else (type(x), repr(x)) for x in args))
        if key not in self.nodes:
            self.nodes[key] = Expression(self, name, args)
        return self.nodes[key]

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        """A vocabulary function by name."""
        if name not in VOCABULARY:
            raise InvalidValue(
                f"m.{name} is no function of a formula. {suggestion(name, VOCABULARY, limit=1000)} "
                "What is none of one entry alone is written with riesz.operator."
            )
        return lambda *args: self.node(name, *args)


def operand_nodes(node: Expression) -> Iterator[Expression]:
    """The operands of a node that are nodes themselves; a leaf has none."""
    return (x for x in node.args if isinstance(x, Expression))


def topological(roots: Iterable[Operand], known: Container[Expression] = ()) -> list[Expression]:
    """Every node below `roots`, operands before their users, not looking below `known` ones.

    No recursion, so a formula may be of any depth.
    """
    order: dict[Expression, None] = {}
    stack = [(root, False) for root in roots if isinstance(root, Expression)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.setdefault(node)
        elif node not in order and node not in known:
            stack.append((node, True))
            stack.extend((x, False) for x in reversed(list(operand_nodes(node))))
    return list(order)


def _binary(name: str) -> tuple[Callable[..., Expression], Callable[..., Expression]]:
    def direct(x: Expression, y: Operand) -> Expression:
        return x.symbols.node(name, x, y)

    def reflected(x: Expression, y: Operand) -> Expression:
        return x.symbols.node(name, y, x)

    return direct, reflected


def _install_operators() -> None:
    for symbol, name in {
        "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    }.items():  # fmt: skip
        direct, reflected = _binary(name)
        setattr(Expression, f"__{symbol}__", direct)
        setattr(Expression, f"__r{symbol}__", reflected)
    for symbol, name in {
        "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    }.items():  # fmt: skip
        setattr(Expression, f"__{symbol}__", _binary(name)[0])
    Expression.__neg__ = lambda x: x.symbols.node("negative", x)  # type: ignore[operator]


_install_operators()
