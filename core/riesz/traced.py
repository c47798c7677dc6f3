"""Traced values, the traces they belong to, and `apply`, through which every operator runs.

A trace is one derivative being taken: a `Tape` (reverse) or `Tangents` (forward). Each has a level,
given in the order of creation; an operator is recorded by the highest trace among its arguments,
for which values of lower traces are constants, and so on down to plain arrays. That is all there is
to nesting: perturbations of two derivatives cannot be confused, because their levels differ.
"""

from __future__ import annotations

import itertools
from threading import get_ident
from typing import TYPE_CHECKING, Any

from .errors import ClosedTape
from .front.namespace import traced_namespace
from .front.value import ArrayValue

if TYPE_CHECKING:
    from .protocol.operator import Operator

Array = Any
_levels = itertools.count(1)


class Trace:
    """One derivative being taken, on one thread, until it is closed."""

    __slots__ = ("level", "owner")
    derivative = True  # False for a trace that records a program without differentiating it
    backend: Any = None  # the one a program is recorded for, where there are no arrays to ask

    def __init__(self) -> None:
        """Open, at a level above every earlier one, for the calling thread."""
        self.level = next(_levels)
        self.owner = get_ident()

    def record(self, op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Apply `op` to the values below this trace and keep what its derivative needs."""
        raise NotImplementedError

    def close(self) -> None:
        """Refuse further recording."""
        self.owner = 0

    def point(self, x: Traced) -> Traced:
        """A value of this trace as one to differentiate by, which is an array."""
        return x

    def is_number(self, x: Traced) -> bool:
        """Whether a value of this trace is a Python number, which decides no dtype."""
        return False

    def number(self, x: Traced) -> Traced:
        """A value of this trace as a Python number, where it can be one."""
        return x

    def refuse_look(self, name: str) -> None:
        """Say that `name` looks at values, where a program is recorded without them."""

    def zeros(self, x: Traced) -> Any:
        """An array like x, where x has no value."""
        raise NotImplementedError

    def refuse(self) -> None:
        """Say why nothing can be recorded here."""
        if self.owner == 0:
            raise ClosedTape(
                "A traced value was used after its derivative was finished: it was stored outside "
                "the function being differentiated (a global, an attribute, a list). Return it, or "
                "keep riesz.stop_gradient(x) instead."
            )
        raise ClosedTape(
            "A traced value was used on another thread than the one that takes its derivative. "
            "Take the derivative inside each thread, or compute in the thread that called it."
        )


class Traced(ArrayValue):
    """A value on a trace: `value` is an array or a value of a lower trace.

    `node` is the trace's own mark: a position on a tape, a tangent in forward mode. NumPy's
    functions, operators and methods work on it; see `riesz.front`.
    """

    __slots__ = ("__weakref__", "node", "tape", "value")
    __riesz_namespace__ = staticmethod(traced_namespace)

    def __init__(self, tape: Trace, value: Array, node: Any) -> None:
        """Made by traces only."""
        self.tape = tape
        self.value = value
        self.node = node


def top_trace(args: tuple[Any, ...]) -> Trace | None:
    """The highest trace among the arguments; None when all are plain."""
    top = None
    for x in args:
        if type(x) is Traced and (top is None or x.tape.level > top.level):
            top = x.tape
    return top


def apply(op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
    """F(x_1, ..., x_k), recorded by the trace that the arguments belong to, if any."""
    top = top_trace(args)
    return op.evaluate(args, static) if top is None else top.record(op, args, static)


def strip(x: Any) -> Any:
    """The value under any number of derivatives: a constant for each of them."""
    while type(x) is Traced and x.tape.derivative:
        x = x.value
    return x


def looked_at(x: Any, name: str) -> Any:
    """The value itself, for the function `name`; raises where a program is recorded without it."""
    x = strip(x)
    if type(x) is Traced:
        x.tape.refuse_look(name)
    return x


def blank(x: Any) -> Any:
    """An array of the shape and dtype of x: x without derivatives, zeros where it has no value."""
    x = strip(x)
    return x.tape.zeros(x) if type(x) is Traced else x
