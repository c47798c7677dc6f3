"""Steepest descent in an inner product, with exact line search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import nan
from time import perf_counter
from typing import Any

import riesz
from riesz.demo.choice import Choice
from riesz.demo.problem import Problem
from riesz.metrics import Metric


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
    target, descent = problem.target, Descent(problem, choice)
    begin = perf_counter()
    for x, value, g in iterates(problem.f, problem.start, choice.metric):  # noqa: B007
        if not descent.values:
            descent.gradient = riesz.to_numpy(g)
        descent.values.append(value)
        report(descent)
        if value <= target or descent.steps >= limit:
            break
    descent.seconds = perf_counter() - begin
    descent.x = riesz.to_numpy(x)
    return descent


def iterates(f: Callable[[Any], Any], x: Any, metric: Metric) -> Iterator[tuple[Any, float, Any]]:
    """Yield x, f(x) and grad f(x), each x an exact line search from the last.

    Ends where the gradient vanishes.
    """
    X = riesz.Space(x.shape, x.dtype, metric)
    value_and_grad = riesz.value_and_grad(f, metric=metric)
    while True:
        value, g = value_and_grad(x)
        value, slope = float(value), float(X.inner(g, g))
        yield x, value, g
        if slope <= 0.0 or value <= 0.0:
            return
        x = x - exact(f, x, value, g, slope) * g


def exact(f: Callable[[Any], Any], x: Any, value: float, g: Any, slope: float) -> float:
    """The t that minimises f(x - t g), for a quadratic f >= 0.

    On the line f is a parabola: its value and slope, -Df(x) g = -<g, g>, are known, so one more
    value determines it (an evaluation; a Hessian-vector product would cost several). Taken at
    s = 2 f(x) / slope, where the tangent has fallen to -f(x), the minimiser is s f(x) over
    f(x - s g) + f(x): a sum of non-negative terms, in which nothing cancels however close the
    minimum is.
    """
    s = 2 * value / slope
    return s * value / (float(f(x - s * g)) + value)
