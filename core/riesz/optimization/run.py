"""A run of a method: steps until a rule, the user or an accident ends it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from riesz.errors import InvalidValue

from .line_search import NonFinite, Stuck
from .method import Method
from .objective import Counts, Objective
from .point import Iterate
from .result import Result, State
from .rules import RUNNING, Record, Rules, Status, Verdict
from .vector import combined, pair, rounding

Report = Callable[[Result], Any]
STUCK = "no step lowers f: rounding hides the decrease, or the derivative is not that of f"


class Run:
    """The iterates of one method, each kept whole before the next is begun."""

    def __init__(
        self, objective: Objective, method: Method, rules: Rules, report: Report | None
    ) -> None:
        """Nothing is computed before `go`."""
        method.check(objective)
        self.objective, self.method, self.rules, self.report = objective, method, rules, report
        self.history: list[Record] = []
        self.now: tuple[Iterate, Any, int]
        self.before, self.began = 0.0, perf_counter()

    def resume(self, result: Result) -> None:
        """Take up where a result ended; raises InvalidValue where it cannot be."""
        state = result.state
        if state is None or state.method != self.method:
            raise InvalidValue(
                f"resume= is a result of {state.method if state else 'a method without a state'}, "
                f"but the method is {self.method}. Go on with the same method and options, or "
                f"start anew from x0=result.x."
            )
        if not self._has_gradient(state.at):
            raise InvalidValue(
                "resume= is the result of a run in another metric: the gradient it ended with is "
                "not R^-1 Df(x) of this one. Give the metric of that run, or start anew from "
                "x0=result.x."
            )
        self.now = state.at, state.memory, result.nit
        self.history = list(result.history)
        self.before = self.history[-1].seconds
        self.objective.counts = Counts(state.nfev, state.njev, state.nhev)

    def _has_gradient(self, at: Iterate) -> bool:
        """Whether the gradient of an iterate is that of this run's metric, up to rounding."""
        if not at.is_finite:
            return True
        d = combined(self.objective.sharp(at.a, at.x), -1.0, at.g)
        return pair(d, d) <= rounding(at.x) * pair(at.g, at.g)

    def go(self) -> Result:
        """Step until there is a verdict."""
        try:
            if not self.history:
                self._begin()
            return self.result(self._until_over())
        except KeyboardInterrupt:
            if not self.history:
                raise
            return self.result((Status.INTERRUPTED, "interrupted; resume= goes on from here"))

    def _begin(self) -> None:
        objective = self.objective
        self._keep(objective.iterate(objective.at(objective.start)), 0.0, None)

    def _until_over(self) -> Verdict:
        if not self.now[0].is_finite:
            return self._non_finite("at the start")
        while (verdict := self.rules.verdict(self.history)) is None:
            try:
                step = self.method.step(self.objective, *self.now[:2])
                at = self.objective.iterate(step.point)
            except Stuck:
                return Status.STUCK, STUCK
            except NonFinite:
                return self._non_finite("where the next step leads")
            if not at.is_finite:
                return self._non_finite("where the next step leads")
            self._keep(at, step.t, step.memory)
            if self.report and self.report(self.result(RUNNING)):
                return Status.CALLBACK, "the callback asked for it"
        return verdict

    def _keep(self, at: Iterate, t: float, memory: Any) -> None:
        """Make this the current iterate; one assignment, so that an interrupt finds all or none."""
        nit, seconds = len(self.history), self.before + perf_counter() - self.began
        nfev = self.objective.counts.nfev
        self.history.append(Record(nit, at.value, at.norm, t, nfev, seconds))
        self.now = (at, memory, nit)

    def _non_finite(self, where: str) -> Verdict:
        return Status.NON_FINITE, f"f or its derivative is NaN or infinite {where}; x is kept"

    def result(self, verdict: Verdict) -> Result:
        """The current iterate as a result."""
        at, memory, nit = self.now
        counts = self.objective.counts
        state = State(self.method, at, memory, counts.nfev, counts.njev, counts.nhev)
        return Result.of(self.objective, at, nit, verdict, self.history, state)
