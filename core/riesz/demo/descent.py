"""Steepest descent in an inner product, with exact line search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, nan
from time import perf_counter
from typing import Any

import riesz
from riesz.demo.choice import Choice
from riesz.demo.problem import Problem
from riesz.optimization import Result


@dataclass
class Descent:
    """What one descent did: its objective values, the first gradient, and where it ended.

    `cost` is what a value with its gradient costs in evaluations of f.
    """

    problem: Problem
    choice: Choice
    values: list[float] = field(default_factory=list)
    gradient: Any = None
    x: Any = None
    seconds: float = 0.0
    cost: float = nan

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.values) - 1

    @property
    def reached(self) -> bool:
        """Whether the target was reached within the steps allowed."""
        return self.values[-1] <= self.problem.target

    @property
    def error(self) -> float:
        """The distance of the result to the truth."""
        return self.problem.error(self.x)


def descend(
    problem: Problem,
    choice: Choice,
    limit: int,
    report: Callable[[Descent], None] = lambda descent: None,
) -> Descent:
    """Descend to the problem's target, in at most `limit` steps; `report` is called after each."""
    gradient = riesz.grad(problem.f, metric=choice.metric)(problem.start)
    descent = Descent(problem, choice, [problem.initial], riesz.to_numpy(gradient))

    def stepped(result: Result) -> None:
        descent.values.append(result.fun)
        report(descent)

    target, begin = problem.target, perf_counter()
    result = path(problem, choice, limit, target, stepped)
    descent.seconds = perf_counter() - begin
    descent.x = riesz.to_numpy(result.x)
    return descent


def path(
    problem: Problem, choice: Choice, limit: int, target: float = -inf,
    callback: Callable[[Result], object] | None = None,
) -> Result:  # fmt: skip
    """At most so many steps of steepest descent, each an exact line search, to the target."""
    return riesz.minimize(
        problem.f, problem.start, metric=choice.metric, method="gradient-descent",
        line_search=exact, target=target, rtol=0.0, max_steps=limit, callback=callback,
    )  # fmt: skip


def exact(phi: Callable[[float], float], value: float, slope: float) -> float:
    """The t that minimises phi(t) = f(x + t p), for a quadratic f >= 0.

    On the line f is a parabola: its value and slope are known, so one more value determines it (an
    evaluation; a Hessian-vector product would cost several). Taken at s = -2 f(x) / slope, where
    the tangent has fallen to -f(x), the minimiser is s f(x) over phi(s) + f(x): a sum of
    non-negative terms, in which nothing cancels however close the minimum is.
    """
    s = -2 * value / slope
    return s * value / (phi(s) + value)
