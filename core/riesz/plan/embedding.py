"""A compiled function inside an eager derivative: one step of the tape, and so is its adjoint.

It saves its arguments only, as `riesz.checkpoint` does; what runs is its plan, and one more for
each derivative that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from riesz.calculus.argument import name_of
from riesz.control.leaves import as_array
from riesz.control.recomputation import Function, Recomputed
from riesz.traced import apply
from riesz.tree import flatten

from .compilation import Compiled, is_recorded

if TYPE_CHECKING:
    from .program import Plan

Run = Callable[[Sequence[Any]], tuple[Any, ...]]


class Embedded(Recomputed):
    """y = function(*x), computed by `run(x)`; its derivatives are compiled once."""

    def __init__(self, function: Function, name: str, run: Run, backend: Any) -> None:
        """`backend` is the one that computes."""
        super().__init__(function, name)
        self.run, self.backend = run, backend
        self.derivatives: dict[Any, Embedded] = {}

    def __call__(self, *x: Any, **static: Any) -> Any:
        """One step of the trace that x belongs to."""
        return apply(self, x, static)

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> tuple[Any, ...]:
        """The plan's results."""
        return self.run(x)

    def derived(self, function: Function, which: Any) -> Embedded:
        """The derivative `which`, the same whenever it is asked for."""
        if which not in self.derivatives:
            compiled = Compiled(function, self.backend)
            self.derivatives[which] = Embedded(
                function, self.name, lambda x: compiled(*x), self.backend
            )
        return self.derivatives[which]


def embedded(f: Callable[..., Any], plan: Plan, leaves: list[Any], structure: Any) -> Embedded:
    """f for one signature, arrays to arrays: `leaves` are the arguments, `plan` is theirs."""
    places = [i for i, x in enumerate(leaves) if is_recorded(x)]
    static = [None if is_recorded(x) else x for x in leaves]

    def function(*arrays: Any) -> tuple[Any, ...]:
        given = list(static)
        for i, x in zip(places, arrays, strict=True):
            given[i] = x
        args, kwargs = structure.unflatten(given)
        return tuple(as_array(y, name_of(f), *arrays) for y in flatten(f(*args, **kwargs))[0])

    return Embedded(function, name_of(f), plan.arrays, plan.backend)
