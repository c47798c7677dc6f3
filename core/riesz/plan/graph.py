"""The graph of a recorded program: nodes with a shape and a dtype, and no value.

A node's `op` is a word for the four kinds the plan knows itself (`input`, `constant`, `part` of
several results, or a name of the elementwise vocabulary, `astype` besides) and else an `Operator`.
"""

from __future__ import annotations

import linecache
import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.vocabulary import VOCABULARY

ELEMENTWISE = VOCABULARY | {"astype"}
Operand = Any  # a Node or a Python number


class ValueAsked(UnsupportedOperator):
    """A program needs a value while it is recorded, whatever the backend can do."""


class Unknown:
    """A value that is not known while a program is recorded: only its shape and dtype are."""

    __slots__ = ("dtype", "shape")
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes of the entries."""
        return self.size * self.dtype.itemsize

    def _refuse(self, *_: Any) -> NoReturn:
        raise ValueAsked(
            f"{caller()}: the value of an array of shape {self.shape}, dtype {self.dtype}, was "
            "asked for (if, while, bool, int, float, text, a loop's length), but riesz.compile "
            "records the program once for all values. Use np.where(condition, a, b) or riesz.scan, "
            "x[i + np.arange(n)] instead of x[i : i + n], pass a number that steers the program as "
            "a Python int, or leave this function uncompiled."
        )

    __bool__ = __int__ = __float__ = __complex__ = __index__ = _refuse

    def __format__(self, spec: str) -> str:
        return self._refuse() if spec else repr(self)

    def __repr__(self) -> str:
        return f"<{self.dtype} array of shape {self.shape}, recorded>"


class Node(Unknown):
    """One step: `op` applied to `args`, which are nodes or Python numbers.

    `weak`: a Python number given at run time, which does not decide the dtype of a result.
    `value`: the array of a constant, the position of an input or part.
    """

    __slots__ = ("args", "op", "static", "value", "weak")

    def __init__(
        self, op: Any, args: tuple[Operand, ...], static: dict[str, Any], shape: Any, dtype: Any,
        value: Any = None, weak: bool = False,
    ) -> None:  # fmt: skip
        """Several results have tuples as `shape` and `dtype`; their parts are other nodes."""
        self.op, self.args, self.static = op, args, static
        self.shape, self.dtype, self.value, self.weak = shape, dtype, value, weak

    @property
    def operands(self) -> tuple[Node, ...]:
        """The arguments that are nodes."""
        return tuple([x for x in self.args if x.__class__ is Node])

    @property
    def name(self) -> str:
        """What the step is called in a report."""
        return self.op if isinstance(self.op, str) else str(self.op.name)

    @property
    def elementwise(self) -> bool:
        """Whether it is a function of the vocabulary."""
        return self.op.__class__ is str and self.op in ELEMENTWISE


@dataclass
class Graph:
    """A program: what it is given, every step in the order of computation, what it returns."""

    inputs: list[Node]
    nodes: list[Node]
    outputs: list[Operand]


def reachable(outputs: Iterable[Operand]) -> list[Node]:
    """The nodes below `outputs`, operands before their users; no recursion."""
    order: dict[Node, None] = {}
    opened: set[Node] = set()
    stack = [x for x in outputs if x.__class__ is Node]
    stack.reverse()
    while stack:
        node = stack[-1]
        if node in order:
            stack.pop()
        elif node in opened:
            order[stack.pop()] = None
        else:
            opened.add(node)
            stack.extend(x for x in reversed(node.operands) if x not in order)
    return list(order)


def users(nodes: Iterable[Node]) -> dict[Node, list[Node]]:
    """For each node the nodes that read it."""
    found: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node in list(found):
        for x in dict.fromkeys(node.operands):
            found[x].append(node)
    return found


def numbers(node: Node) -> Iterator[Any]:
    """The arguments that are Python numbers."""
    return (x for x in node.args if x.__class__ is not Node)


def caller() -> str:
    """The line of the user's program that is being run."""
    frame = sys._getframe(1)
    while frame.f_back and _is_ours(frame):
        frame = frame.f_back
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"{frame.f_code.co_filename}:{frame.f_lineno}{f' `{line}`' if line else ''}"


def _is_ours(frame: Any) -> bool:
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    printed = frame.f_code.co_filename.startswith("<riesz")
    return printed or package in ("riesz", "riesz_backends", "numpy", "scipy", "optree")
