"""Which steps become one kernel.

Every elementwise step is given a time: that of its operands if they can be computed in the same
kernel (equal shapes), else one later than the kernels they come from. Steps of one shape and one
time that are connected are a group; a path that leaves a group only meets later times, so groups
never depend on each other in a circle, and one pass over the program finds them. A second pass,
backwards, moves a step to the time of its first user where that stores no more, and cheap steps of
stored values are computed again in every group that reads them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from riesz.operators.padding import zero_pad
from riesz.operators.shape import broadcast_to_, roll_

from .blocks import FEWEST, SMALLEST, can_block
from .build import build
from .classes import Classes
from .cluster import Cluster
from .graph import Graph, Node, users
from .step import REDUCTIONS
from .support import supported

LIMIT = 5000  # steps of one kernel: what a C compiler takes in seconds
CHEAP = frozenset(
    "add subtract multiply negative positive absolute conj real imag less less_equal greater "
    "greater_equal equal not_equal logical_and logical_or logical_not logical_xor where astype "
    "maximum minimum square".split()
)
AGAIN = 4  # cheap steps computed again rather than stored
FEW = 64  # entries of a step that costs less than the call of its kernel
TOGETHER = 32  # such steps of one kernel, connected or not
LARGE = 32768  # entries from which a single step gains from a kernel's threads: on the host
INFINITY = 1 << 60
SHIFTED = frozenset((roll_, zero_pad))  # what loading does


Shifts = tuple[tuple[int, ...], bool] | None


@dataclass(eq=False)
class Group:
    """Steps of one kernel, operands first; `loads` and `stored` follow the cluster's own order."""

    nodes: list[Node]
    domain: tuple[int, ...]
    loads: list[Node] = field(default_factory=list)
    stored: list[Node] = field(default_factory=list)
    cluster: Cluster | None = None


class Fusion:
    """The groups of a graph; `of` says which one computes a node."""

    def __init__(self, graph: Graph, backend: Any, left_out: set[Node]) -> None:
        """`left_out`: nodes that no kernel may compute."""
        self.graph, self.backend, self.left_out = graph, backend, left_out
        self.compiles = hasattr(backend, "compile")
        self.large = LARGE if "host" in backend.capabilities else 0
        self.users = users(graph.nodes)
        self.outputs = {y for y in graph.outputs if y.__class__ is Node}
        self.fused = {n for n in graph.nodes if self._fusible(n)}
        self.sums = {n for n in graph.nodes if self._reduces(n)}
        self.time: dict[Node, int] = {}
        self.ready: dict[Node, int] = {}
        self._forward()
        self._backward()
        self.groups = self._grouped()
        self.of = {n: g for g in self.groups for n in g.nodes}
        self.again: dict[Node, int] = {}
        self.kept: set[Node] = set()
        self._keep()
        for group in self.groups:
            build(self, group)
        self.groups = [g for g in self.groups if g.stored]

    # --- what can be fused -------------------------------------------------------------------

    def _fusible(self, n: Node) -> bool:
        if not n.elementwise or n in self.left_out or n.size == 0:
            return False
        if not self.compiles:
            return n.size >= SMALLEST and can_block(self.backend.xp, n)
        return supported(self.backend, n)

    def _reduces(self, n: Node) -> bool:
        if n.op.__class__ is str or n.op not in REDUCTIONS or n in self.left_out:
            return False
        (x,) = n.operands
        return x.size > 0 and x.dtype == n.dtype and x.dtype.kind in "fc" and (
            x in self.fused or self.base(x, x.shape)[0] is not x
        )  # fmt: skip

    def base(self, x: Node, domain: tuple[int, ...]) -> tuple[Node, Shifts]:
        """The array a kernel loads for x, before it is rolled, padded or broadcast, and its shifts.

        See `Load`: they are None where there are none, and else come with whether it wraps.
        """
        if self.compiles and x.op in SHIFTED and x.shape == domain and x.args[0].size:
            return x.args[0], _shifts(x)
        while x.op is broadcast_to_:
            x = x.args[0]
        return x, None

    # --- times -------------------------------------------------------------------------------

    def _forward(self) -> None:
        for n in self.graph.nodes:
            if n in self.fused:
                self.time[n] = max([0, *(self._earliest(x, n.shape) for x in n.operands)])
                self.ready[n] = self.time[n] + 1
            elif n in self.sums:
                self.time[n] = self._earliest(n.operands[0], n.operands[0].shape)
                self.ready[n] = self.time[n] + 1
            else:
                self.ready[n] = max([0, *(self.ready[x] for x in n.operands)])

    def _earliest(self, x: Node, shape: tuple[int, ...]) -> int:
        return self.time[x] if x in self.fused and x.shape == shape else self.ready[x]

    def _backward(self) -> None:
        for n in reversed(self.graph.nodes):
            if n not in self.fused or n in self.outputs:
                continue
            target = self._latest(n)
            if target > self.time[n] and self._saves(n):
                self.time[n], self.ready[n] = target, target + 1

    def _latest(self, n: Node) -> int:
        """The time of its first user, if that is one that can compute it itself."""
        together, apart = INFINITY, INFINITY
        for c in self.users[n]:
            if self._joins(c, n):
                together = min(together, self.time[c])
            else:
                apart = min(apart, self._time_of_use(c) - 1)
        return together if together <= apart and together < INFINITY else -1

    def _joins(self, c: Node, n: Node) -> bool:
        return (c in self.fused and c.shape == n.shape) or c in self.sums

    def _time_of_use(self, c: Node) -> int:
        return self.time[c] if c in self.time else self.ready[c]

    def _saves(self, n: Node) -> bool:
        """Whether its operands are kept anyway, all but one."""
        return sum(1 for x in dict.fromkeys(n.operands) if not self._kept_anyway(x, n)) <= 1

    def _kept_anyway(self, x: Node, n: Node) -> bool:
        if x not in self.fused or x in self.outputs or x.size < n.size:
            return True
        return any(
            not self._joins(c, x) or self.time[c] > self.time[x]
            for c in self.users[x]
            if c is not n
        )

    # --- groups ------------------------------------------------------------------------------

    def _grouped(self) -> list[Group]:
        """Connected steps of one shape and one time, also those that only share a load."""
        connected = Classes()
        for n in self.graph.nodes:
            if n not in self.time:
                continue
            domain = self._domain(n)
            connected.add(n)
            for x in n.operands:
                if self._in_same(x, n, domain):
                    connected.join(n, x)
                    continue
                source = self.base(x, domain)[0]
                if source.size > 1:
                    connected.join(n, (source, domain, self.time[n]))
        return [
            Group(part, self._domain(part[0]))
            for nodes in self._together(connected.parts(self.time)) for part in _parts(nodes)
            if self._is_worth(part)
        ]  # fmt: skip

    def _together(self, connected: Iterable[list[Node]]) -> list[list[Node]]:
        """Groups of few entries, of one shape and one time, put together to save calls."""
        found: list[list[Node]] = []
        last: dict[Any, list[Node]] = {}
        for nodes in connected:
            key = self._domain(nodes[0]), self.time[nodes[0]]
            before = last.get(key)
            if before and len(before) + len(nodes) <= TOGETHER:
                before += nodes
                continue
            found.append(nodes)
            if self.compiles and math.prod(key[0]) <= FEW:
                last[key] = nodes
        return found

    def _domain(self, n: Node) -> tuple[int, ...]:
        return n.shape if n in self.fused else n.operands[0].shape

    def _in_same(self, x: Node, n: Node, domain: tuple[int, ...]) -> bool:
        return x in self.fused and x.shape == domain and self.time[x] == self.time[n]

    def _is_worth(self, nodes: list[Node]) -> bool:
        if not any(n in self.fused for n in nodes):
            return False
        if not self.compiles:
            return len(nodes) >= FEWEST
        return len(nodes) > 1 or nodes[0].size >= self.large or any(
            x.__class__ is Node and x.op in SHIFTED for x in nodes[0].args
        )  # fmt: skip

    # --- what is stored ----------------------------------------------------------------------

    def _keep(self) -> None:
        """Decide for every node read outside its group: stored, or computed again there."""
        for n in self.graph.nodes:
            group = self.of.get(n)
            if group is None:
                self.kept.add(n)
                continue
            outside = [
                c for c in self.users[n] if self.of.get(c) is not group or not self._joins(c, n)
            ]
            if n not in self.outputs and not outside:
                continue
            cost = self._cost(n)
            readers = all(c in self.of and self._joins(c, n) for c in outside)
            if n not in self.outputs and n in self.fused and readers and cost <= AGAIN:
                self.again[n] = cost
            else:
                self.kept.add(n)

    def _cost(self, n: Node) -> int:
        """How many steps compute it again from what is stored; too many if none can."""
        if n.op not in CHEAP:
            return INFINITY
        large = {self.base(x, n.shape)[0] for x in n.operands if x.size > 1}
        if len(large) > 1:
            return INFINITY
        return 1 + sum(0 if x in self.kept else self.again.get(x, INFINITY) for x in n.operands)


def _shifts(x: Node) -> Shifts:
    if x.op is zero_pad:
        return tuple(before for before, _ in x.static["width"]), False
    shifts = dict(zip(x.static["axis"], x.static["shift"], strict=True))
    return tuple(shifts.get(i, 0) % n for i, n in enumerate(x.shape)), True


def _parts(nodes: list[Node]) -> list[list[Node]]:
    """Stretches of a long group; a stretch depends on earlier ones only."""
    count = -(-len(nodes) // LIMIT)
    size = -(-len(nodes) // count)
    return [nodes[i : i + size] for i in range(0, len(nodes), size)]
