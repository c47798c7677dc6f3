"""`Replay`: a schedule printed as one straight-line Python function.

Names are made here (`x` inputs, `c` constants, `b` arrays of the workspace, `r` results handed out,
`v` what a call returns, `f` functions); nothing of the user's is printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from riesz.formula.vocabulary import SPECIAL
from riesz.operators.index import Key, add_in_place, getitem_
from riesz.operators.padding import _inside
from riesz.operators.shape import broadcast_to_, reshape_, transpose_

from .buffer import Buffers, Workspaces, arrays_in_slots
from .graph import Graph, Node
from .primitive import function
from .step import REDUCTIONS, Step


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
        self.pooled = self.buffers.pooled
        for i, node in enumerate(self.pooled):
            self.names[node] = f"b{i}"
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
            found = self.names[node] = self.bind("c", node.value)
        return found

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
        dtypes = [x.dtype for x in node.operands]
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
        arrays = arrays_in_slots(self.xp, self.buffers.slots, self.pooled, self.buffers.of)
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


# --- how each kind of step is printed ---------------------------------------------------------


def _ufunc(p: Replay, step: Step) -> None:
    (node,) = step.results
    f = p.bind("f", function(p.xp, node.op), ("ufunc", node.op))
    operands = p.operands(node)
    out = "out=" if node.op in ("maximum", "minimum") else ""  # NumPy wants it by name there
    p.lines.append(f"{f}({', '.join(operands)}, {out}{p.target(node)})")


def _where(p: Replay, step: Step) -> None:
    (node,) = step.results
    condition, x, y = p.operands(node)
    if node.args[0].__class__ is not Node or node.args[0].dtype.kind != "b":
        condition = f"{p.bind('f', _truth, 'truth')}({condition})"
    copy, out = p.bind("f", p.xp.copyto, "copyto"), p.target(node)
    if out != y:
        p.lines.append(f"{copy}({out}, {y})")
    p.lines.append(f"{copy}({out}, {x}, where={condition})")


def _truth(c: Any) -> Any:
    return c != 0


def _astype(p: Replay, step: Step) -> None:
    (node,) = step.results
    copy, x = p.bind("f", p.xp.copyto, "copyto"), p.name(step.reads[0])
    p.lines.append(f"{copy}({p.target(node)}, {x}, 'unsafe')")


def _reduce(p: Replay, step: Step) -> None:
    (node,) = step.results
    name = REDUCTIONS[node.op]
    f = p.bind("f", getattr(p.xp, name).reduce, ("reduce", name))
    axis, keepdims = node.static["axis"], bool(node.static["keepdims"])
    p.lines.append(f"{f}({p.name(step.reads[0])}, {axis!r}, None, {p.target(node)}, {keepdims})")


def _matmul(p: Replay, step: Step) -> None:
    (node,) = step.results
    f = p.bind("f", p.xp.matmul, "matmul")
    x, y = map(p.name, node.args)
    p.lines.append(f"{f}({x}, {y}, {p.target(node)})")


def _view(p: Replay, step: Step) -> None:
    (node,) = step.results
    base = p.name(step.reads[0])
    text = p.view(base, *_taken(p, node))
    if text.startswith("b_") or text == base:
        p.names[node] = text
    else:
        p.assign(node, text)


def _taken(p: Replay, node: Node) -> tuple[Any, Any]:
    """The function that takes a view, and what identifies it."""
    static = node.static
    if node.op == "astype":
        return _same, ("same",)
    if node.op is getitem_:
        parts = static["key"].parts
        parts = parts if isinstance(parts, tuple) else (parts,)
        whole = parts if Ellipsis in parts else (*parts, Ellipsis)  # an array, also where 0-d
        return _indexing(whole), ("getitem", Key(whole))
    if node.op is transpose_:
        return _transposing(static["axes"]), ("transpose", static["axes"])
    if node.op is reshape_:
        return _reshaping(tuple(static["shape"])), ("reshape", tuple(static["shape"]))
    if node.op is broadcast_to_:
        return partial(_broadcast, p.xp, static["shape"]), ("broadcast", static["shape"])
    return partial(node.op.forward, p.xp, **static), ("flip", static["axis"])


def _same(x: Any) -> Any:
    return x


def _broadcast(xp: Any, shape: tuple[int, ...], x: Any) -> Any:
    return (np if isinstance(x, np.ndarray | np.generic) else xp).broadcast_to(x, shape)


def _indexing(key: Any) -> Any:
    return lambda x: x[key]


def _transposing(axes: Any) -> Any:
    return lambda x: x.transpose(axes)


def _reshaping(shape: Any) -> Any:
    return lambda x: x.reshape(shape)


def _add_at(p: Replay, step: Step) -> None:
    (node,) = step.results
    x, v, *indices = map(p.name, node.args)
    fits = node.args[1].dtype == node.dtype
    out = p.target(node)
    if out != x:
        p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({out}, {x})")
    _add(p, out, node.static["key"], indices, v, fits)


def _add(p: Replay, out: str, key: Key, indices: list[str], v: str, fits: bool) -> None:
    if indices or not key.unique or not fits:
        f, k = p.bind("f", partial(add_in_place, p.xp), "add_in_place"), p.bind("k", key)
        p.lines.append(f"{f}({out}, {k}, ({''.join(f'{i}, ' for i in indices)}), {v})")
        return
    part = _part_of(p, out, key.parts)
    add = p.bind("f", p.xp.add, ("ufunc", "add"))
    p.lines.append(f"{add}({part}, {v}, {part})")


def _part_of(p: Replay, out: str, parts: Any) -> str:
    parts = parts if isinstance(parts, tuple) else (parts,)
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)
    text = p.view(out, _indexing(whole), ("getitem", Key(whole)))
    if out[0] != "b":
        p.lines.append(f"t = {text}")
        return "t"
    return text


def _scatter(p: Replay, step: Step) -> None:
    (node,) = step.results
    v, *indices = map(p.name, node.args)
    out = p.target(node)
    p.lines.append(f"{out}.fill(0)")
    key = node.static["key"]
    if indices or not key.unique:
        _add(p, out, key, indices, v, False)
    else:
        p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({_part_of(p, out, key.parts)}, {v})")


def _pad(p: Replay, step: Step) -> None:
    (node,) = step.results
    (x,) = step.reads
    v, out = p.name(x), p.target(node)
    p.lines.append(f"{out}.fill(0)")
    part = _part_of(p, out, _inside(x.shape, node.static["width"]))
    p.lines.append(f"{p.bind('f', p.xp.copyto, 'copyto')}({part}, {v})")


def _roll(p: Replay, step: Step) -> None:
    (node,) = step.results
    x, out = p.name(step.reads[0]), p.target(node)
    copy = p.bind("f", p.xp.copyto, "copyto")
    for to, source in _segments(node):
        left, right = (
            p.view(n, _indexing(k), ("getitem", Key(k))) for n, k in ((out, to), (x, source))
        )
        p.lines.append(f"{copy}({left}, {right})")


def _segments(node: Node) -> list[tuple[Any, Any]]:
    """Where each part of a rolled array goes to, and where it comes from."""
    per_axis: list[list[tuple[slice, slice]]] = [[(slice(None), slice(None))]] * node.ndim
    for s, i in zip(node.static["shift"], node.static["axis"], strict=True):
        k = s % node.shape[i] if node.shape[i] else 0
        if k:
            per_axis[i] = [(slice(k, None), slice(None, -k)), (slice(None, k), slice(-k, None))]
    pairs = itertools.product(*per_axis)
    return [(tuple(to for to, _ in parts), tuple(of for _, of in parts)) for parts in pairs]


def _call(p: Replay, step: Step) -> None:
    (node,) = step.results
    if node.elementwise:
        f = p.bind("f", function(p.xp, node.op), ("ufunc", node.op))
        args = [p.name(x) if x.__class__ is Node else p.bind("c", x) for x in node.args]
    else:
        kernel = node.op._kernel(p.backend, "forward")
        rule = kernel or partial(node.op.forward, p.xp)
        f = p.bind("f", partial(rule, **node.static) if node.static else rule)
        args = [p.name(x) if x.__class__ is Node else p.bind("c", x) for x in node.args]
    p.assign(node, f"{f}({', '.join(args)})")


def _part(p: Replay, step: Step) -> None:
    (node,) = step.results
    p.assign(node, f"{p.name(step.reads[0])}[{node.args[1]}]")


def _kernel(p: Replay, step: Step) -> None:
    f = p.bind("f", step.kernel, id(step.kernel))
    loads = "".join(f"{p.name(x)}, " for x in step.reads)
    out = "".join(f"{p.target(node)}, " for node in step.results)
    p.lines.append(f"{f}(({out}), ({loads}))")


PRINT: dict[str, Callable[[Replay, Step], None]] = {
    "ufunc": _ufunc, "where": _where, "astype": _astype, "reduce": _reduce, "matmul": _matmul,
    "view": _view, "add_at": _add_at, "scatter": _scatter, "pad": _pad, "roll": _roll,
    "call": _call, "part": _part, "kernel": _kernel,
}  # fmt: skip

__all__ = ["Replay", "own"]
