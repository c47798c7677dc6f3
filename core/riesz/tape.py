"""The tape: a Wengert list of the steps of a program, and the backward pass over it.

Steps stand in the order they were computed, so positions are a topological order: the backward pass
is one loop, without sorting and without recursion. A step is a tuple `(pull, saved, parents)`:
`pull(a, *saved)` turns the covector `a` of its result into those of its parents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import get_ident
from typing import TYPE_CHECKING, Any

from .lazy import Part
from .traced import Trace, Traced, apply

if TYPE_CHECKING:
    from .protocol.operator import Operator

Step = tuple[Callable[..., Any] | None, tuple[Any, ...], Any]
INPUT: Step = (None, (), ())


class Tape(Trace):
    """Records a program in the order it runs, for one backward pass or many."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        """An empty tape."""
        super().__init__()
        self.steps: list[Any] = []

    def input(self, value: Any) -> Traced:
        """A value to differentiate by."""
        self.steps.append(INPUT)
        return Traced(self, value, len(self.steps) - 1)

    def record(self, op: Operator, args: tuple[Any, ...], static: dict[str, Any]) -> Any:
        """Apply `op` below this tape, and append the step unless it has no derivative."""
        if self.owner != get_ident():
            self.refuse()
        values = tuple([x.value if type(x) is Traced and x.trace is self else x for x in args])
        y = apply(op, values, static)
        if op.constant:
            return y
        if op.kind == "elementwise":
            return self._record_elementwise(op, args, values, y, static)
        return self._record_rule(op, args, values, y, static)

    def _append(self, y: Any, *step: Any) -> Traced:
        steps = self.steps
        steps.append(step)
        return Traced(self, y, len(steps) - 1)

    def _record_elementwise(
        self, op: Any, args: tuple[Any, ...], values: tuple[Any, ...], y: Any, static: dict[str, Any]
    ) -> Traced:
        active = tuple([type(x) is Traced and x.trace is self for x in args])
        variant = op.variant(values, y, active, static)
        parents = tuple([args[i].node for i in variant.positions])
        saved = variant.save(y, *values)
        return self._append(y, variant.adjoint, saved, parents[0] if len(parents) == 1 else parents)

    def _record_rule(
        self, op: Any, args: tuple[Any, ...], values: tuple[Any, ...], y: Any, static: dict[str, Any]
    ) -> Any:
        active = tuple([i for i, x in enumerate(args) if type(x) is Traced and x.trace is self])
        parents = tuple([args[i].node for i in active])
        kept_y, kept_x = op.save(y, values)
        whole = self._append(y, _pull_rule, (op, kept_y, kept_x, active, static), parents)
        if not isinstance(y, tuple):
            return whole
        return tuple(self._append(yi, Part, (i, len(y)), whole.node) for i, yi in enumerate(y))


def _pull_rule(
    a: Any, op: Operator, y: Any, x: list[Any], active: tuple[int, ...], static: dict[str, Any]
) -> tuple[Any, ...]:
    return op.pull(a, y, x, active, static)


def backward(steps: list[Any], seeds: dict[int, Any], keep: bool) -> list[Any]:
    """The covector of every input, from covectors of the results at the positions in `seeds`.

    `keep=False` empties the steps on the way, so that what they saved is freed as it is used. The
    first addition to a covector allocates and from then on the pass owns that buffer and adds in
    place, never to a traced value.
    """
    covectors: list[Any] = [None] * len(steps)
    owned = bytearray(len(steps))
    for i, a in seeds.items():
        covectors[i] = a
    for k in range(len(steps) - 1, -1, -1):
        a = covectors[k]
        if a is None:
            continue
        pull, saved, parents = steps[k]
        if pull is None:
            continue
        covectors[k] = None
        if not keep:
            steps[k] = INPUT
        g = pull(a, *saved)
        if type(parents) is int:
            if g is not None:
                _accumulate(covectors, owned, parents, g)
        else:
            for i, gi in zip(parents, g, strict=True):
                if gi is not None:
                    _accumulate(covectors, owned, i, gi)
    return covectors


def _accumulate(covectors: list[Any], owned: bytearray, i: int, g: Any) -> None:
    c = covectors[i]
    if getattr(g, "is_lazy", False):
        covectors[i], owned[i] = g.add_to(c, bool(owned[i]))
    elif c is None:
        covectors[i] = g
    elif owned[i] and type(g) is not Traced:
        c += g
        covectors[i] = c
    else:
        covectors[i] = c + g
        owned[i] = 1


def transpose_adjoint(
    op: Operator, u: Sequence[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]
) -> Any:
    """dF(x)u, as the transpose of the linear map a -> dF(x)'a applied to u."""
    tape = Tape()
    outputs = y if isinstance(y, tuple) else (y,)
    seeds = tuple(tape.input(_zeros_like(yi)) for yi in outputs)
    active = tuple(i for i, ui in enumerate(u) if ui is not None)
    kept_y, kept_x = op.save(y, x)
    a = seeds if isinstance(y, tuple) else seeds[0]
    covectors = op.pull(a, kept_y, kept_x, active, static)
    tape.close()
    ends: dict[int, Any] = {}
    for i, g in zip(active, covectors, strict=True):
        g = g.dense() if getattr(g, "is_lazy", False) else g
        if type(g) is Traced and g.trace is tape:
            ends[g.node] = ends[g.node] + u[i] if g.node in ends else u[i]
    found = backward(tape.steps, ends, keep=False)
    result = tuple(
        _zeros_like(yi) if found[s.node] is None else found[s.node]
        for s, yi in zip(seeds, outputs, strict=True)
    )
    return result if isinstance(y, tuple) else result[0]


def _zeros_like(y: Any) -> Any:
    from .backend import namespace

    return namespace(y).zeros(y.shape, dtype=y.dtype)
