"""Methods whose direction costs nothing but gradients: steepest descent, conjugate gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riesz.errors import InvalidValue
from riesz.suggestion import suggestion

from .line_search import Line, search_named
from .method import Method, Step
from .objective import Objective
from .point import Iterate
from .vector import Vector, combined, pair, scaled


@dataclass(frozen=True)
class GradientDescent(Method):
    """p = -g: steepest descent in the metric. `line_search`: "armijo", "wolfe", "exact"."""

    line_search: Any = "armijo"

    def __post_init__(self) -> None:
        """Check the name of the line search."""
        search_named(self.line_search, 0.9)

    def step(self, objective: Objective, at: Iterate, memory: Any) -> Step:
        """Along -g."""
        line = Line(objective, at, scaled(-1.0, at.g))
        trial = search_named(self.line_search, 0.9)(line, self.first(at, memory))
        return Step(trial.point, trial.t, trial.t)

    def first(self, at: Iterate, last: float | None) -> float:
        """The t tried first: a step of length one at most, then twice the last t."""
        return min(1.0, 1 / at.norm) if last is None else 2 * last


@dataclass(frozen=True)
class NaturalGradient(GradientDescent):
    """p = -g in a metric of its own at each point: the natural gradient (S. Amari 1998).

    The metric is a function metric(at=x), such as functools.partial(riesz.Pullback, F, metric=,
    damping=) for a map F of the parameters to what has an inner product: Fisher's information.
    """

    def check(self, objective: Objective) -> None:
        """Something must say what the metric at a point is."""
        if objective.is_constant:
            raise InvalidValue(
                "natural-gradient needs the metric of each point, metric(at=x): give "
                "metric=functools.partial(riesz.Pullback, F, metric=..., damping=...) for a model "
                'F, or method="gradient-descent".'
            )

    def first(self, at: Iterate, last: float | None) -> float:
        """1 at most: Newton's step, where the metric is a Hessian."""
        return 1.0 if last is None else min(1.0, 2 * last)


@dataclass(frozen=True)
class Direction:
    """The last direction of nonlinear CG, what it was made from and what it led to."""

    p: Vector
    a: Vector
    g: Vector
    square: float  # |p|²
    decrease: float  # the step times its slope


@dataclass(frozen=True)
class NonlinearCG(Method):
    """p = beta p - g, with the beta of Hager and Zhang (2005) or Polak and Ribiere (1969).

    Both are written in the inner product of the metric, which thus preconditions.
    """

    beta: str = "hager-zhang"
    line_search: Any = "wolfe"

    def __post_init__(self) -> None:
        """Check the names."""
        search_named(self.line_search, 0.1)
        if self.beta not in BETAS:
            raise InvalidValue(f"unknown beta {self.beta!r}. {suggestion(self.beta, BETAS)}")

    def step(self, objective: Objective, at: Iterate, memory: Direction | None) -> Step:
        """Along p, or along -g where p does not lead down."""
        p, square, t = scaled(-1.0, at.g), at.norm**2, min(1.0, 1 / at.norm)
        if memory is not None:
            p, square = self._turned(at, memory)
            t = memory.decrease / pair(at.a, p)
        line = Line(objective, at, p)
        trial = search_named(self.line_search, 0.1)(line, t)
        memory = Direction(p, at.a, at.g, square, trial.t * line.start.slope)
        return Step(trial.point, trial.t, memory)

    def _turned(self, at: Iterate, last: Direction) -> tuple[Vector, float]:
        """beta p - g and its square; -g where that does not lead down."""
        steepest, square = scaled(-1.0, at.g), at.norm**2
        beta = BETAS[self.beta](at, last)
        p, along = combined(steepest, beta, last.p), pair(at.a, last.p)
        if not beta * along < square:
            return steepest, square
        return p, square - 2 * beta * along + beta**2 * last.square


def polak_ribiere(at: Iterate, last: Direction) -> float:
    """max(0, <g, g - g_> / |g_|²): 0 is a restart."""
    return max(0.0, (pair(at.a, at.g) - pair(at.a, last.g)) / pair(last.a, last.g))


def hager_zhang(at: Iterate, last: Direction) -> float:
    """<y - 2 p |y|²/<p, y>, g> / <p, y> with y = g - g_, but not less than they allow."""
    y = combined(at.a, -1.0, last.a)
    sharp_y = combined(at.g, -1.0, last.g)
    py = pair(y, last.p)
    if not py > 0:
        return 0.0
    beta = (pair(y, at.g) - 2 * pair(y, sharp_y) * pair(at.a, last.p) / py) / py
    return max(beta, 0.4 * pair(last.a, last.p) / last.square)


BETAS = {"hager-zhang": hager_zhang, "polak-ribiere": polak_ribiere}
