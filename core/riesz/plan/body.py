"""`Body`: the steps of a schedule as clusters alone, each on parts of arrays.

What a plan does by calls of its library (copies, sums, products of small matrices) is a cluster
too, only a slow one. Where nothing but clusters is wanted, this is what they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.formula.expression import Expression, Symbols
from riesz.operators.arguments import along
from riesz.operators.joining import concatenate_, stack_
from riesz.operators.padding import inside
from riesz.operators.product import matmul
from riesz.operators.shape import reshape_
from riesz.operators.update import index_set

from .build import WORDS
from .cluster import Cluster, Load, Reduce, Result
from .graph import Node
from .step import REDUCTIONS, Step
from .support import alone
from .views import Take, at, segments, taken

PRODUCT = 2**14  # terms of a product of matrices, beyond which BLAS is faster
ALL = slice(None)


class NoCluster(Exception):
    """Why steps are not clusters alone."""


def _none(node: Node) -> NoCluster:
    return NoCluster(f"{node.name} is no kernel")


@dataclass(frozen=True, eq=False)
class Part:
    """The array of a node, or what `take` sees of it."""

    node: Node
    take: Take = lambda x: x

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what is seen."""
        shape: tuple[int, ...] = self.take(np.broadcast_to(False, self.node.shape)).shape
        return shape


def array_of(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Node:
    """A node that is no step: an array to be written to."""
    return Node("array", (), {}, shape, dtype)


def indexed(node: Node, *parts: Any) -> Part:
    """node[parts]."""
    return Part(node, at(parts)[0])


@dataclass(frozen=True, eq=False)
class Command:
    """A cluster that computes `out` from `x`."""

    cluster: Cluster
    out: tuple[Part, ...]
    x: tuple[Part, ...]


class Body:
    """`steps`: a Command each, or a node that sees a Part of another one."""

    def __init__(self, schedule: Sequence[Step], backend: Any) -> None:
        """Raises NoCluster for a step that is none."""
        self.backend = backend
        self.steps: list[Command | tuple[Node, Part]] = []
        for step in schedule:
            lower = LOWER.get(step.kind)
            if lower is None:
                raise _none(step.results[0])
            lower(self, step)

    def run(self, cluster: Cluster, out: Sequence[Node], x: Sequence[Node]) -> None:
        """Compute whole arrays."""
        self.steps.append(Command(cluster, tuple(map(Part, out)), tuple(map(Part, x))))

    def copy(self, to: Part, x: Node | Part) -> None:
        """Copy, broadcast and in the dtype of the target."""
        self.steps.append(copy(to, x if isinstance(x, Part) else Part(x)))

    def fill(self, to: Part, number: complex) -> None:
        """Write a number everywhere."""
        self.steps.append(command(to, lambda m: to.node.dtype.type(number).item()))

    def whole(self, x: Node) -> Node:
        """x where it has an array of its own, else a copy that has."""
        return self.copied(x, x.dtype) if any(x is seen for seen, _ in self.views) else x

    def cast(self, x: Node, dtype: np.dtype[Any]) -> Node:
        """x where it has the dtype, else a copy that has."""
        return x if x.dtype == dtype else self.copied(x, dtype)

    def copied(self, x: Node, dtype: np.dtype[Any]) -> Node:
        """x in an array of its own."""
        y = array_of(x.shape, dtype)
        self.copy(Part(y), x)
        return y

    @property
    def views(self) -> list[tuple[Node, Part]]:
        """The steps that only see parts."""
        return [s for s in self.steps if isinstance(s, tuple)]

    @property
    def commands(self) -> list[Command]:
        """The steps that compute."""
        return [s for s in self.steps if isinstance(s, Command)]

    @property
    def stored(self) -> set[Node]:
        """The nodes that have arrays of their own."""
        return {part.node for s in self.commands for part in s.out}


def copy(to: Part, x: Part, **options: Any) -> Command:
    """The command that copies, or reduces, in the dtype of the target."""
    dtype = to.node.dtype
    if x.node.dtype == dtype:
        return command(to, lambda m, a: a, x, **options)
    return command(to, lambda m, a: m.node("astype", a, dtype.name), x, **options)


def command(
    to: Part, write: Callable[..., Expression | int], *x: Part,
    domain: tuple[int, ...] | None = None, reduce: Reduce | None = None,
) -> Command:  # fmt: skip
    """`to` = write(symbols, *x), one step of the vocabulary, over a domain that may be reduced."""
    m, dtype = Symbols(), to.node.dtype
    args = [m.argument(i) for i in range(len(x))]
    root = write(m, *args)
    dtypes = {a: part.node.dtype for a, part in zip(args, x, strict=True)}
    if isinstance(root, Expression):
        dtypes.setdefault(root, dtype)
    loads = tuple(Load(part.node.dtype, part.shape) for part in x)
    results = (Result(root, dtype, reduce),)
    return Command(Cluster(domain or to.shape, m, loads, results, dtypes), (to,), x)


def _kernel(b: Body, step: Step) -> None:
    b.run(step.cluster, step.results, step.reads)


def _elementwise(b: Body, step: Step) -> None:
    (node,) = step.results
    b.run(alone(node, entry=False), (node,), node.operands)


def _view(b: Body, step: Step) -> None:
    (node,), (x,) = step.results, step.reads
    if node.op is reshape_:
        x = b.whole(x)
    b.steps.append((node, Part(x, taken(b.backend.xp, node)[0])))


def _reduce(b: Body, step: Step) -> None:
    (node,), (x,) = step.results, step.reads
    reduce = WORDS[REDUCTIONS[node.op]], tuple(node.static["axis"]), bool(node.static["keepdims"])
    b.steps.append(copy(Part(node), Part(x), domain=x.shape, reduce=reduce))


def _matmul(b: Body, step: Step) -> None:
    """A sum over the last axis but one, of three: rows, what is shared, columns."""
    (node,) = step.results
    x, y = (b.cast(v, node.dtype) for v in _arrays(node))
    left = indexed(x, *(None,) * (x.ndim == 1), Ellipsis, None)
    right = indexed(y, *((None, ALL, None) if y.ndim == 1 else (Ellipsis, None, ALL, ALL)))
    domain = np.broadcast_shapes(left.shape, right.shape)
    if math.prod(domain) > PRODUCT:
        raise NoCluster(f"{node.name} of shapes {x.shape} and {y.shape} is left to the library")
    row, column = None if x.ndim == 1 else ALL, None if y.ndim == 1 else ALL
    reduce = "sum", (len(domain) - 2,), False
    to = indexed(node, Ellipsis, row, column)
    b.steps.append(command(to, _times, left, right, domain=domain, reduce=reduce))


def _times(m: Symbols, a: Expression, c: Expression) -> Expression:
    return m.node("multiply", a, c)


def _plus(m: Symbols, a: Expression, c: Expression) -> Expression:
    return m.node("add", a, c)


def _scatter(b: Body, step: Step) -> None:
    (node,) = step.results
    b.fill(Part(node), 0)
    b.copy(_part(node), *_arrays(node))


def _add_at(b: Body, step: Step) -> None:
    (node,) = step.results
    x, v = node.args[:2]
    to = _part(node)
    b.copy(Part(node), x)
    b.steps.append(command(to, _plus, to, Part(b.cast(v, node.dtype))))


def _part(node: Node) -> Part:
    """What the key of a node sees of it."""
    key = node.static["key"]
    if not key.is_view:
        raise _none(node)
    return Part(node, at(key.parts)[0])


def _pad(b: Body, step: Step) -> None:
    (node,), (x,) = step.results, step.reads
    b.fill(Part(node), 0)
    b.copy(indexed(node, *inside(x.shape, node.static["width"])), x)


def _roll(b: Body, step: Step) -> None:
    (node,), (x,) = step.results, step.reads
    for to, source in segments(node):
        b.copy(indexed(node, *to), indexed(x, *source))


def _call(b: Body, step: Step) -> None:
    (node,) = step.results
    if node.elementwise:
        _elementwise(b, step)
    elif node.op in CALLS and node.op._kernel(b.backend, "forward") is None:
        CALLS[node.op](b, step)
    else:
        raise _none(node)


def _stack(b: Body, step: Step) -> None:
    (node,) = step.results
    for i, x in enumerate(_arrays(node)):
        b.copy(indexed(node, *along(i, node.static["axis"])), x)


def _concatenate(b: Body, step: Step) -> None:
    (node,), axis, i = step.results, step.results[0].static["axis"], 0
    for x in _arrays(node):
        j = i + x.shape[axis]
        b.copy(indexed(node, *along(slice(i, j), axis)), x)
        i = j


def _arrays(node: Node) -> tuple[Node, ...]:
    if len(node.operands) < len(node.args):
        raise _none(node)
    return node.operands


def _set(b: Body, step: Step) -> None:
    (node,) = step.results
    x, v = node.args[:2]
    to = _part(node)
    b.copy(Part(node), x)
    if v.__class__ is Node:
        b.copy(to, v)
    else:
        b.fill(to, v)


CALLS: dict[Any, Callable[[Body, Step], None]] = {
    stack_: _stack, concatenate_: _concatenate, matmul: _matmul, index_set: _set,
}  # fmt: skip
LOWER: dict[str, Callable[[Body, Step], None]] = {
    "kernel": _kernel, "ufunc": _elementwise, "where": _elementwise, "astype": _elementwise,
    "view": _view, "reduce": _reduce, "matmul": _matmul, "scatter": _scatter, "add_at": _add_at,
    "pad": _pad, "roll": _roll, "call": _call,
}  # fmt: skip
