"""From a group of steps to the cluster that a kernel is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.formula.expression import Symbols

from .cluster import Cluster, Load, Result
from .graph import Node
from .step import REDUCTIONS

if TYPE_CHECKING:
    from .fusion import Fusion, Group

WORDS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}


class _Builder:
    """The merged expressions of one group."""

    def __init__(self, fusion: Fusion, group: Group) -> None:
        self.fusion, self.group, self.domain = fusion, group, group.domain
        self.symbols = Symbols()
        self.inside = set(group.nodes)
        self.made: dict[Node, Any] = {}
        self.arguments: dict[Any, Any] = {}
        self.loads: list[Load] = []
        self.dtypes: dict[Any, np.dtype[Any]] = {}

    def operand(self, x: Any, others: tuple[Any, ...]) -> Any:
        if x.__class__ is not Node:
            return x
        if x in self.made:
            return self.made[x]
        if x in self.fusion.again and x.shape == self.domain:
            return self.expression(x)
        return self._number(x, others) if x.op == "constant" and x.shape == () else self._load(x)

    def expression(self, n: Node) -> Any:
        args = tuple([self.operand(x, n.args) for x in n.args])
        e = self.made[n] = self.symbols.node(n.op, *args)
        self.dtypes[e] = n.dtype
        return e

    def _number(self, x: Node, others: tuple[Any, ...]) -> Any:
        """A constant as a literal, where that is of the dtype of what it meets."""
        met = [y.dtype for y in others if y.__class__ is Node and y is not x]
        return x.value.item() if met and all(d == x.dtype for d in met) else self._load(x)

    def _load(self, x: Node) -> Any:
        source, shifts = self.fusion.base(x, self.domain)
        key = (source, shifts)
        if key not in self.arguments:
            e = self.arguments[key] = self.symbols.argument(len(self.loads))
            self.loads.append(Load(source.dtype, source.shape, *(shifts or ())))
            self.group.loads.append(source)
            self.dtypes[e] = source.dtype
        return self.arguments[key]


def build(fusion: Fusion, group: Group) -> None:
    """Give the group its cluster, and the nodes that are loaded and stored."""
    b = _Builder(fusion, group)
    results = []
    for n in group.nodes:
        if n in fusion.sums:
            root = b.operand(n.operands[0], ())
            word = WORDS[REDUCTIONS[n.op]]
            reduce = (word, tuple(n.static["axis"]), bool(n.static["keepdims"]))
            results.append((n, Result(root, n.dtype, reduce)))
            continue
        e = b.expression(n) if n not in b.made else b.made[n]
        if n in fusion.kept:
            results.append((n, Result(e, n.dtype)))
    group.stored = [n for n, _ in results]
    group.cluster = Cluster(
        group.domain, b.symbols, tuple(b.loads), tuple(r for _, r in results), b.dtypes
    )
