"""From a function to a plan: record, schedule, print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.calculus.argument import raise_ours
from riesz.errors import InvalidType
from riesz.space import Dual, Space
from riesz.traced import Traced
from riesz.tree import flatten

from .body import NoCluster
from .compilation import described, is_recorded
from .gather import gather
from .graph import Graph, Node, reachable
from .recording import OuterValue, Recording
from .repetition import Repetition
from .replay import Replay
from .schedule import schedule

if TYPE_CHECKING:
    from .embedding import Embedded


def record(f: Callable[..., Any], leaves: list[Any], structure: Any, backend: Any) -> Any:
    """The graph of f, the tree of what it returns, and how many operators were met.

    None where f uses values of a derivative around it.
    """
    trace = Recording(backend)
    inputs: list[Node] = []
    given: list[Any] = []
    for x in leaves:
        if is_recorded(x):
            inputs.append(trace.nodes.input(len(inputs), *described(x)))
            given.append(trace.traced(inputs[-1]))
        else:
            given.append(x)
    args, kwargs = structure.unflatten(given)
    try:
        result = f(*args, **kwargs)
        found, tree = flatten(result)
        duals = [y.space if isinstance(y, Dual) else None for y in found]
        outputs = [_output(trace, y.value if isinstance(y, Dual) else y, f) for y in found]
    except OuterValue:
        return None
    except (ValueError, SystemError) as error:
        raise_ours(error)
    finally:
        trace.close()
    trace.nodes.constants.check()
    nodes = reachable([y for y in outputs if isinstance(y, Node)])
    return gather(Graph(inputs, nodes, outputs)), Result(tree, duals), trace.nodes.recorded


def _output(trace: Recording, y: Any, f: Any) -> Any:
    if type(y) is Traced or hasattr(y, "dtype"):
        return trace.operand(y)
    if not isinstance(y, int | float | complex | str):
        raise InvalidType(
            f"{getattr(f, '__name__', f)} returned {y!r:.60} of type {type(y).__name__}. A "
            "compiled function returns an array, a number or a tree of them."
        )
    return y


class Result:
    """The tree of what a program returns, covectors (`Dual`) among its leaves."""

    def __init__(self, tree: Any, duals: list[Space | None]) -> None:
        """`duals`: the space of each leaf that is a covector."""
        self.tree, self.duals = tree, duals if any(X is not None for X in duals) else None

    def unflatten(self, leaves: Any) -> Any:
        """The result from its leaves."""
        if self.duals:
            leaves = [
                y if X is None else Dual(X, y) for X, y in zip(self.duals, leaves, strict=True)
            ]
        return self.tree.unflatten(leaves)


class Plan:
    """What replaces a program for one signature."""

    def __init__(self, found: tuple[Graph, Result, int], backend: Any) -> None:
        """Schedule the graph and print it."""
        graph, self.result, self.recorded = found
        self.graph, self.backend = graph, backend
        self.steps = schedule(graph, backend)
        self.replay = Replay(graph, self.steps, backend)
        self.weak = [x.weak for x in graph.inputs]
        self.has_weak = any(self.weak)
        self.function = self.replay.function
        arrays = all(y.__class__ is Node for y in graph.outputs)
        self.gives_arrays = arrays and self.result.duals is None
        self.operator: Embedded | None = None  # what it is inside a derivative

    def __call__(self, leaves: list[Any]) -> Any:
        """Run it on the leaves of a call."""
        return self.result.unflatten(self.arrays(leaves))

    def arrays(self, leaves: Sequence[Any]) -> tuple[Any, ...]:
        """The leaves of the result."""
        x = leaves
        if len(leaves) != len(self.weak):  # some are static
            x = [v for v in leaves if is_recorded(v)]
        if self.has_weak:
            asarray = self.backend.xp.asarray
            x = [asarray(v) if w else v for v, w in zip(x, self.weak, strict=True)]
        return self.function(*x)

    def explain(self) -> str:
        """What it does, as text."""
        from .explain import explain

        return explain(self)


class Subprogram:
    """A part of a program as one of its own: recorded now, scheduled when it first runs."""

    def __init__(self, found: tuple[Graph, Result, int], backend: Any) -> None:
        """`found` is what `record` returned."""
        self._found, self._backend = found, backend
        self.spaces = [Space.bare(y.shape, y.dtype) for y in found[0].outputs]
        self.length = found[2]

    def __call__(self, *x: Any) -> tuple[Any, ...]:
        """Run it on arrays."""
        return self.plan.function(*x)

    @cached_property
    def plan(self) -> Plan:
        """The program, ready to run."""
        return Plan(self._found, self._backend)

    def repetition(self, carried: int, along: int) -> Repetition | str:
        """What runs it many times in one call, or why it is better called from Python each time."""
        if not hasattr(self._backend, "repeat"):
            return f"{self._backend.name} repeats nothing"
        try:
            return Repetition(self.plan, carried, along)
        except NoCluster as reason:
            return str(reason)

    @property
    def text(self) -> list[Any]:
        """Equal for equal operators in the same order with the same constants."""
        graph = self._found[0]
        place = {x: i for i, x in enumerate((*graph.inputs, *graph.nodes))}
        return [(n.name, n.shape, n.dtype, _places(n, place), _content(n)) for n in graph.nodes]

    @property
    def statics(self) -> list[Any]:
        """What is not differentiated: functions among it are equal only if they are the same."""
        return [n.static for n in self._found[0].nodes]


def subprogram(backend: Any, f: Callable[..., Any], X: Sequence[Space]) -> Subprogram | None:
    """f of arrays of these spaces; None where it takes a recorded value from around it."""
    found = record(f, *flatten((tuple(X), {})), backend)
    return None if found is None else Subprogram(found, backend)


def _places(n: Node, place: dict[Node, int]) -> tuple[Any, ...]:
    return tuple([place[x] if x.__class__ is Node else (type(x), repr(x)) for x in n.args])


def _content(n: Node) -> Any:
    inside = getattr(n.op, "program", None)
    return np.asarray(n.value).tobytes() if n.op == "constant" else inside and inside.text
