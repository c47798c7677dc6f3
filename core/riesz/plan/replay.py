"""`Replay`: a schedule printed as one straight-line Python function.

Names are made here (`x` inputs, `c` constants, `b` arrays of the workspace, `r` results handed out,
`v` what a call returns, `f` functions); nothing of the user's is printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.formula.vocabulary import SPECIAL

from .buffer import Buffers, Workspaces, arrays_in_slots
from .graph import Graph, Node
from .lines import PRINT
from .step import Step


class Replay:
    """Prints a schedule; `function(*leaves)` then runs it and returns the outputs as a tuple."""

    def __init__(self, graph: Graph, schedule: list[Step], backend: Any) -> None:
        """Plan the buffers, print every step, compile the text."""
        self.graph, self.schedule, self.backend, self.xp = graph, schedule, backend, backend.xp
        self.buffers = Buffers(schedule, graph.outputs)
        self.scope: dict[str, Any] = {"own": own, "asarray": self.xp.asarray}
        self.names: dict[Node, str] = {}
        self.lines: list[str] = []
        self.known: dict[Any, str] = {}
        self.made: dict[str, tuple[str, Any]] = {}  # views of other arrays of the workspace
        self.counter = itertools.count()
        for x in graph.inputs:
            self.names[x] = f"x{x.value}"
        self.pooled: dict[Any, Node] = {}  # one node for each array of the workspace
        for node in self.buffers.pooled:
            slot = self.buffers.of[node].slot
            key = (node if slot is None else slot, node.shape, node.dtype)
            first = self.pooled.setdefault(key, node)
            self.names[node] = self.names.get(first) or f"b{len(self.pooled) - 1}"
        self._print()
        self.workspaces = Workspaces(self._workspace)
        self.source = self._source()
        self.function = self._compile()

    # --- names -------------------------------------------------------------------------------

    def name(self, node: Node) -> str:
        """The variable that holds a node; a constant's is made when it is first read."""
        found = self.names.get(node)
        if found is None:
            if node.op != "constant":
                raise AssertionError(f"{node.name} is read before it is computed")
            found = self.names[node] = self.bind("c", self._here(node.value))
        return found

    def _here(self, x: Any) -> Any:
        """A constant as an array of the backend: those that planning made are the host's."""
        return x if self.backend.owns(type(x)) else self.backend.asarray(x)

    def bind(self, letter: str, value: Any, key: Any = None) -> str:
        """A name for a value in the scope of the function, the same for the same key."""
        if key is not None and key in self.known:
            return self.known[key]
        name = f"{letter}{next(self.counter)}"
        self.scope[name] = value
        if key is not None:
            self.known[key] = name
        return name

    def number(self, x: Any, dtype: Any) -> str:
        """A Python number as an array of shape (), which a ufunc takes faster."""
        key = ("number", type(x), repr(x), dtype)
        return self.known.get(key) or self.bind("c", self.xp.asarray(x, dtype=dtype), key)

    def target(self, node: Node) -> str:
        """The array that a stored node is written to, allocated now if it is handed out."""
        if node in self.names:
            return self.names[node]
        buffer = self.buffers.of[node]
        name = self.handed_out.get(buffer)
        if name is None:
            name = self.handed_out[buffer] = f"r{next(self.counter)}"
            empty = self.bind("f", self.xp.empty, "empty")
            dtype = self.bind("d", node.dtype, node.dtype)
            self.lines.append(f"{name} = {empty}({node.shape!r}, {dtype})")
        self.names[node] = name
        return name

    def view(self, name: str, take: Any, key: Any) -> str:
        """A view of the array called `name`: made beforehand where that lies in the workspace."""
        copies = key[0] == "reshape" and name.startswith("b_")  # of a view: it may need a copy
        if name[0] != "b" or copies:
            f = self.bind("f", take, key)
            return f"{f}({name})"
        known = (name, key)
        if known not in self.known:
            made = self.known[known] = f"b_{next(self.counter)}"
            self.made[made] = (name, take)
        return self.known[known]

    # --- steps -------------------------------------------------------------------------------

    def _print(self) -> None:
        self.handed_out: dict[Any, str] = {}
        ends = self._ends()
        for i, step in enumerate(self.schedule):
            PRINT[step.kind](self, step)
            gone = [self.names[n] for n in ends.get(i, ()) if self.names.get(n, "b")[0] == "v"]
            if gone:
                self.lines.append(f"{' = '.join(dict.fromkeys(gone))} = None")

    def _ends(self) -> dict[int, list[Node]]:
        ends: dict[int, list[Node]] = {}
        for node, i in self.buffers.last.items():
            ends.setdefault(i, []).append(node)
        return ends

    def operands(self, node: Node) -> list[str]:
        """The operands of a ufunc: names, and numbers in the dtype NumPy would give them."""
        where = node.op == "where"  # the condition does not decide
        dtypes = [node.dtype] if where else [x.dtype for x in node.operands]
        return [
            self.name(x) if x.__class__ is Node else self._number(x, node, dtypes)
            for x in node.args
        ]

    def _number(self, x: Any, node: Node, dtypes: list[Any]) -> str:
        if node.op in SPECIAL:  # SciPy chooses a loop by the type of the number
            return self.bind("c", x, (type(x), repr(x)))
        return self.number(x, _dtype_of_number(x, dtypes))

    def assign(self, node: Node, text: str) -> None:
        """Keep what a call returns."""
        name = self.names[node] = f"v{next(self.counter)}"
        self.lines.append(f"{name} = {text}")

    # --- the function ------------------------------------------------------------------------

    def _source(self) -> str:
        returned = self._returned()
        body = [*self.lines, f"return ({''.join(f'{y}, ' for y in returned)})"]
        workspace = [f"b{i}" for i in range(len(self.pooled))] + list(self.made)
        inputs = ", ".join(self.names[x] for x in self.graph.inputs)
        if not workspace:
            return f"def replay({inputs}):\n" + "".join(f"    {line}\n" for line in body)
        self.scope |= {"take": self.workspaces.take, "give_back": self.workspaces.give_back}
        head = f"def replay({inputs}):\n    w = take()\n    try:\n"
        unpack = f"        ({', '.join(workspace)},) = w\n"
        lines = "".join(f"        {line}\n" for line in body)
        return f"{head}{unpack}{lines}    finally:\n        give_back(w)\n"

    def _returned(self) -> list[str]:
        seen: set[Any] = set()
        texts = []
        for y in self.graph.outputs:
            if y.__class__ is not Node:
                texts.append(self.bind("c", y))
                continue
            name = self.name(y)
            first = name not in seen
            seen.add(name)
            if name[0] == "r":
                texts.append(_handed_out(name, first, y.shape))
            elif name[0] == "v" and first:
                known = [self.names.get(x, "b") for x in y.operands]
                reads = "".join(f"{x}, " for x in known if x[0] in "xvc")
                texts.append(f"own({name}, ({reads}))")
            else:
                texts.append(f"own({name}, ({name},))")
        return texts

    def _compile(self) -> Callable[..., tuple[Any, ...]]:
        exec(compile(self.source, "<riesz plan>", "exec"), self.scope)
        return self.scope["replay"]  # type: ignore[no-any-return]

    def _workspace(self) -> tuple[Any, ...]:
        nodes = list(self.pooled.values())
        arrays = arrays_in_slots(self.xp, self.buffers.slots, nodes, self.buffers.of)
        named = {f"b{i}": x for i, x in enumerate(arrays)}
        for name, (base, take) in self.made.items():
            named[name] = take(named[base])
        return tuple(named.values())


def _handed_out(name: str, first: bool, shape: tuple[int, ...]) -> str:
    if not shape:
        return f"{name}[()]"
    return name if first else f"{name}.copy()"


def own(y: Any, others: tuple[Any, ...]) -> Any:
    """y as an array that nobody else holds; a scalar where it has no axes."""
    if y.ndim == 0:
        return y[()] if hasattr(y, "strides") else y
    free = getattr(getattr(y, "flags", None), "owndata", True) and not any(y is x for x in others)
    return y if free else y.copy()


def _dtype_of_number(x: Any, dtypes: list[Any]) -> Any:
    try:
        return np.result_type(*dtypes, x)
    except OverflowError:
        return None
