"""`Variant`: the printed rules of one situation of a formula, bound to a namespace."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from riesz.backend import namespace, select_backend
from riesz.formula import python
from riesz.formula.formula import Formula
from riesz.formula.situation import Situation
from riesz.frozen import freeze
from riesz.project import to_space
from riesz.space import Space
from riesz.traced import Traced

Rule = Callable[..., Any]


class Variant:
    """The printed rules of one situation; `positions` are the active arguments."""

    record: Rule

    def __init__(
        self, formula: Formula, s: Situation, x: tuple[Any, ...], forward: Rule,
        kernel: Rule | None = None,
    ) -> None:  # fmt: skip
        """Print and bind the adjoint, and the step that saves what it (or its kernel) reads."""
        self.formula, self.situation, self.xp = formula, s, namespace(*x)
        self.backend = None if any(type(v) is Traced for v in x) else select_backend(*x)
        self.positions = s.positions
        if formula.constant:
            self.record = lambda tape, parents, *x: forward(*x)
            return
        adjoint = python.adjoint(formula, s)
        rule = self._bind(adjoint)
        if kernel is not None:
            rule = overridden(kernel, rule, adjoint.reads, self.positions)
            adjoint = python.reading_all(formula, adjoint)
        scope = {"forward": forward, "adjoint": rule, "Traced": Traced}
        scope |= {"new": object.__new__, "freeze": freeze}
        constants = tuple(
            f"x{i}" for i, v in enumerate(x) if not s.active[i] and hasattr(v, "dtype")
        )
        self.record = python.record(formula, adjoint, constants).bind(self.xp, **scope)

    @cached_property
    def tangent(self) -> Rule:
        """`tangent(u0, ..., y, x0, ...)`."""
        return self._bind(python.tangent(self.formula, self.situation))

    def _bind(self, printed: python.Printed) -> Rule:
        """The rule; on a device, whose functions take its own arrays only, for traced ones too."""
        plain = printed.bind(self.xp)
        if self.backend is None or "host" in self.backend.capabilities:
            return plain
        traced = printed.bind(Traced.__riesz_namespace__(self.backend))

        def rule(*x: Any) -> Any:
            return (traced if any(type(v) is Traced for v in x) else plain)(*x)

        rule.takes_masked = printed.takes_masked  # type: ignore[attr-defined]
        return rule


def overridden(
    kernel: Rule, adjoint: Rule, reads: tuple[str, ...], positions: tuple[int, ...]
) -> Rule:
    """`kernel(a, y, *x)` in the place of the printed adjoint, but for traced covectors."""

    def pull(a: Any, y: Any, *x: Any) -> Any:
        if type(a) is Traced:
            known = {"y": y, **{f"x{i}": v for i, v in enumerate(x)}}
            known |= {f"X{i}": Space.of(v) for i, v in enumerate(x)}
            return adjoint(a, *(known[name] for name in reads))
        found = kernel(a, y, *x)
        covectors = found if isinstance(found, tuple) else (found,)
        wanted = [to_space(covectors[i], x[i]) for i in positions]
        return wanted[0] if len(wanted) == 1 else tuple(wanted)

    return pull
