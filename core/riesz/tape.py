"""The tape: a Wengert list of the steps of a program, and the backward pass over it.

Steps stand in the order they were computed, so positions are a topological order: the backward pass
is one loop, without sorting and without recursion. A step is a tuple `(pull, saved, parents,
fresh)`: `pull(a, *saved)` turns the covector `a` of its result into that of its parent (an int), or
into one for each of its parents (a tuple); `fresh` says that these are new arrays, which nobody
else holds.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any

from .errors import ClosedTape
from .frozen import thaw
from .lazy import Masked
from .traced import Trace, Traced, apply

if TYPE_CHECKING:
    from .protocol.operator import Operator

Step = tuple[Callable[..., Any], tuple[Any, ...], Any, bool]


def _spent(a: Any) -> Any:
    raise ClosedTape("This tape was emptied by its backward pass; riesz.vjp keeps one for many.")


SPENT: Step = (_spent, (), (), False)  # the place of an input, or of a step that has been used up


class Tape(Trace):
    """Records a program in the order it runs, for one backward pass or many."""

    __slots__ = ("frozen", "inputs", "steps")

    def __init__(self) -> None:
        """An empty tape."""
        super().__init__()
        self.steps: list[Step] = []
        self.inputs = 0
        self.frozen: list[Any] = []

    def close(self) -> None:
        """Refuse further recording, and release the arrays it has saved."""
        super().close()
        thaw(self)

    def input(self, value: Any) -> Traced:
        """A value to differentiate by; all inputs come before the first step."""
        self.steps.append(SPENT)
        self.inputs += 1
        return Traced(self, value, self.inputs - 1)

    def append(
        self, y: Any, pull: Callable[..., Any], saved: tuple[Any, ...], parents: Any
    ) -> Traced:
        """Append the step that computed y."""
        self.steps.append((pull, saved, parents, False))
        return Traced(self, y, len(self.steps) - 1)

    def record(self, op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Apply `op` below this tape, and append the step unless it has no derivative."""
        if self.owner != get_ident():
            self.refuse()
        active = tuple([type(x) is Traced and x.tape is self for x in args])
        values = tuple([x.value if on else x for x, on in zip(args, active, strict=True)])
        if op.constant:
            return apply(op, values, static)
        nodes = tuple([x.node for x, on in zip(args, active, strict=True) if on])
        return op.record(self, nodes, values, active, static)


def backward(tape: Tape, seeds: dict[int, Any], keep: bool) -> list[Any]:
    """The covector of every input (None where none arrived), from those at the positions `seeds`.

    `keep=False` empties the tape on the way, so that what a step saved is freed as it is used. The
    pass adds in place to a covector whose buffer it owns, never to a traced value: a fresh one, or
    the sum that the first addition to another one allocated.
    """
    steps = tape.steps
    covectors: list[Any] = [None] * len(steps)
    owned = bytearray(len(steps))
    for i, a in seeds.items():
        covectors[i] = a
    for k in range(len(steps) - 1, tape.inputs - 1, -1):
        a = covectors[k]
        if a is None:
            continue
        pull, saved, parents, fresh = steps[k]
        covectors[k] = None
        if not keep:
            steps[k] = SPENT
        g = pull(_full(a, pull) if a.__class__ is Masked else a, *saved)
        if parents.__class__ is int:
            if g is None:
                continue
            if covectors[parents] is None:
                covectors[parents], owned[parents] = g, fresh
            else:
                _accumulate(covectors, owned, parents, g, fresh)
            continue
        for i, gi in zip(parents, g, strict=True):
            if gi is not None:
                _accumulate(covectors, owned, i, gi, fresh)
    return [_full(a) if a.__class__ is Masked else a for a in covectors[: tape.inputs]]


def _full(a: Masked, pull: Any = None) -> Any:
    """A masked covector as an array, but for a rule that takes it as it is."""
    return a if getattr(pull, "takes_masked", False) else a.dense()


def _accumulate(covectors: list[Any], owned: bytearray, i: int, g: Any, fresh: bool) -> None:
    c = covectors[i]
    if getattr(g, "is_lazy", False):
        covectors[i], owned[i] = g.add_to(c, bool(owned[i]))
    elif c is None:
        covectors[i], owned[i] = g, fresh
    elif owned[i] and type(g) is not Traced:
        c += g
        covectors[i] = c
    else:
        covectors[i] = c + g
        owned[i] = 1
