"""`Repetition`: a body of few entries that runs many times, all of them in one call.

A call from Python takes a microsecond, longer than the work of a step on a few numbers. A backend
of the host's arrays may offer `repeat(calls, n)`, which runs a list of kernels n times. What a time
gives to the next one is copied at its end; rows of what is given and found move on with the times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .body import Body, Command, NoCluster, Part, array_of, copy
from .graph import Node

if TYPE_CHECKING:
    from .program import Plan

LARGEST = 2**18  # bytes of a body: beyond, the work is longer than the calls
Place = tuple[Any, int]  # an array, and by how many bytes it moves from one time to the next


class Call(NamedTuple):
    """A kernel on arrays; at time t operand i begins t * moves[i] bytes later, results first."""

    kernel: Any
    out: tuple[Any, ...]
    x: tuple[Any, ...]
    moves: tuple[int, ...]


class Repetition:
    """A plan, n times: its first `carried` results are its first arguments the next time.

    `along` arguments after these, and the results after the first ones, have a row for each time.
    """

    def __init__(self, plan: Plan, carried: int, along: int) -> None:
        """Raises NoCluster, and says why, where it is better called from Python."""
        self.backend, self.inputs, self.carried = plan.backend, plan.graph.inputs, carried
        self.given = self.inputs[carried : carried + along]
        self.constants = [n for n in plan.graph.nodes if n.op == "constant"]
        body = Body(plan.steps, plan.backend)
        if sum(n.nbytes for n in (*self.inputs, *self.constants, *body.stored)) > LARGEST:
            raise NoCluster("its arrays are large")
        outputs = [Part(_node(y)) for y in plan.graph.outputs]
        self.found = [array_of(y.node.shape, y.node.dtype) for y in outputs[carried:]]
        body.steps += map(copy, map(Part, self.found), outputs[carried:])
        body.steps += self._next(outputs[:carried], body.stored)
        self.steps, self.kernels = body.steps, self._compiled(body.commands)
        self._calls(self._places(1, False, [self._sample(x) for x in self.inputs]))

    def __call__(self, n: int, backwards: bool, x: Sequence[Any]) -> tuple[Any, ...]:
        """The last carry, and the rows found at each time."""
        places = self._places(n, backwards, x)
        rows = [np.empty((n, *y.shape), y.dtype) for y in self.found]
        places |= {y: _row(ys, backwards) for y, ys in zip(self.found, rows, strict=True)}
        self.backend.repeat(self._calls(places), n)
        return (*(places[c][0] for c in self.inputs[: self.carried]), *rows)

    def _next(self, outputs: Sequence[Part], stored: set[Node]) -> Iterator[Command]:
        """What is carried on: by way of other arrays where it is seen in what is written here."""
        given = [
            y if y.node in stored else Part(array_of(y.node.shape, y.node.dtype)) for y in outputs
        ]
        yield from (copy(z, y) for z, y in zip(given, outputs, strict=True) if z is not y)
        yield from map(copy, map(Part, self.inputs), given)

    def _compiled(self, commands: Sequence[Command]) -> dict[str, Any]:
        clusters = {s.cluster.key: s.cluster for s in commands}
        for cluster in clusters.values():
            why = self.backend.refusal(cluster)
            if why is not None:
                raise NoCluster(why)
        made = self.backend.compile_all(list(clusters.values()))
        return dict(zip(clusters, made, strict=True))

    def _sample(self, x: Node) -> Any:
        return np.empty((1, *x.shape) if x in self.given else x.shape, x.dtype)

    def _places(self, n: int, backwards: bool, x: Sequence[Any]) -> dict[Node, Place]:
        """Where the arguments and constants are; what is carried is a copy, to be written to."""
        places: dict[Node, Place] = {c: (_whole(c.value), 0) for c in self.constants}
        for i, (node, xi) in enumerate(zip(self.inputs, x, strict=True)):
            if i < self.carried:
                places[node] = np.array(xi, order="C"), 0
            elif node in self.given:
                places[node] = _row(_whole(xi), backwards)
            else:
                places[node] = _whole(xi), 0
        return places

    def _calls(self, places: dict[Node, Place]) -> list[Call]:
        """The kernels on arrays; `places` is told of all that lie in none yet."""
        calls = []
        for step in self.steps:
            if not isinstance(step, Command):
                node, part = step
                places[node] = _seen(part, places)
                continue
            for part in step.out:
                if part.node not in places:
                    places[part.node] = np.empty(part.node.shape, part.node.dtype), 0
            out, x = ([_seen(part, places) for part in parts] for parts in (step.out, step.x))
            moves = tuple(move for _, move in (*out, *x))
            arrays = tuple(y for y, _ in out), tuple(v for v, _ in x)
            calls.append(Call(self.kernels[step.cluster.key], *arrays, moves))
        return calls


def _seen(part: Part, places: dict[Node, Place]) -> Place:
    """A view, which moves with what it is of."""
    array, move = places[part.node]
    seen = part.take(array)
    if seen.size and not np.may_share_memory(seen, array):
        raise AssertionError(f"{part.node.name} was copied to be seen")
    return seen, move


def _row(rows: Any, backwards: bool) -> Place:
    """The first row to be met."""
    return (rows[-1, ...], -rows.strides[0]) if backwards else (rows[0, ...], rows.strides[0])


def _whole(x: Any) -> Any:
    return np.require(np.asarray(x), requirements=("C", "A"))


def _node(y: Any) -> Node:
    if y.__class__ is not Node:
        raise NoCluster("it gives a number")
    return y
