"""Additions to parts of one array, put together where they meet the same part."""

from __future__ import annotations

from typing import Any

from riesz.operators.index import index_add, scatter_

from .graph import Graph, Node, reachable, users


def gather(graph: Graph) -> Graph:
    """z[key] += v twice is z[key] += v + w, where nobody reads z in between.

    The covector of an array that is sliced in several places is such a chain.
    """
    readers = {n: len(found) for n, found in users(graph.nodes).items()}
    for y in graph.outputs:
        if y.__class__ is Node:
            readers[y] = readers.get(y, 0) + 1
    instead: dict[Node, Node] = {}
    for n in graph.nodes:
        if instead and any(x in instead for x in n.operands):
            n.args = tuple([instead.get(x, x) if x.__class__ is Node else x for x in n.args])
        if _adds(n):
            before = _same_part(n, readers)
            if before is not None:
                _merge(before, n.args[1])
                instead[n] = n.args[0]
    if not instead:
        return graph
    outputs = [instead.get(y, y) if y.__class__ is Node else y for y in graph.outputs]
    return Graph(graph.inputs, reachable(outputs), outputs)


def _adds(n: Node) -> bool:
    plain = n.op is index_add and len(n.args) == 2 and n.static["key"].unique
    return plain and n.args[1].__class__ is Node and n.args[1].dtype == n.dtype


def _same_part(n: Node, readers: dict[Node, int]) -> Node | None:
    """The earlier addition to the same part that only leads to n."""
    x = n.args[0]
    while x.__class__ is Node and readers.get(x) == 1:
        if (x.op is scatter_ and len(x.args) == 1) or _adds(x):
            part: Any = x.args[-1]
            same = x.static["key"] == n.static["key"] and part.dtype == n.dtype
            if same and part.shape == n.args[1].shape:
                return x
        if not _adds(x):
            return None
        x = x.args[0]
    return None


def _merge(before: Node, v: Node) -> None:
    part = before.args[-1]
    both = Node("add", (part, v), {}, part.shape, part.dtype)
    before.args = (*before.args[:-1], both)
