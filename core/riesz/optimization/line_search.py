"""How far to go along a direction: Armijo, strong Wolfe, exact for quadratics, or one's own.

J. Nocedal and S. Wright, Numerical Optimization (2006), chapter 3; where rounding hides the
decrease, the approximate Wolfe condition of W. Hager and H. Zhang (2005) decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite, nan, sqrt
from typing import Any

from riesz.errors import InvalidType, InvalidValue
from riesz.suggestion import suggestion

from .objective import Objective
from .point import Iterate, Point
from .vector import Vector, combined, pair, rounding

TRIALS = 40
DECREASE = 1e-4  # of what the slope at the start promises


class Stuck(Exception):
    """No step along the direction lowers f."""


class NonFinite(Exception):
    """f or its derivative is not finite where a step had to go."""


@dataclass(frozen=True)
class Trial:
    """A point t along the line, with the slope there."""

    t: float
    value: float
    slope: float
    point: Point

    @property
    def is_finite(self) -> bool:
        """Whether f and its derivative are."""
        return isfinite(self.value) and isfinite(self.slope)


class Line:
    """t -> f(x + t p) from an iterate."""

    def __init__(self, objective: Objective, at: Iterate, p: Vector) -> None:
        """Raise Stuck where p leads nowhere."""
        self.objective, self.at, self.p = objective, at, p
        self.start = Trial(0.0, at.value, pair(at.a, p), at)
        if not self.start.slope < 0:
            raise Stuck
        self.noise = 10 * rounding(at.x) * abs(at.value)

    def __call__(self, t: float) -> Trial:
        """The trial at t."""
        point = self.objective.at(combined(self.at.x, t, self.p))
        slope = pair(point.a, self.p) if isfinite(point.value) else nan
        return Trial(t, point.value, slope, point)

    def value(self, t: float) -> float:
        """f(x + t p) alone."""
        return self.objective.value(combined(self.at.x, t, self.p))

    def falls(self, trial: Trial) -> bool:
        """Whether f decreases enough (Armijo), or as well as its rounding error lets one see."""
        if not trial.is_finite:
            return False
        if trial.value - self.start.value <= DECREASE * trial.t * self.start.slope:
            return True
        first = self.start.slope
        flatter = 0.9 * first <= trial.slope <= (2 * DECREASE - 1) * first
        return flatter and trial.value <= self.start.value + self.noise


Search = Callable[[Line, float], Trial]


def armijo(line: Line, t: float) -> Trial:
    """The first t, shorter and shorter, at which f falls."""
    for _ in range(TRIALS):
        trial = line(t)
        if line.falls(trial):
            return trial
        t = _inside(_parabola(line.start, trial), 0.0, t)
    raise Stuck if trial.is_finite else NonFinite


def wolfe(line: Line, t: float, curvature: float) -> Trial:
    """A t at which f falls and its slope has fallen to `curvature` of the first (strong Wolfe)."""
    low, high = line.start, None
    for _ in range(TRIALS):
        trial = line(t)
        if not line.falls(trial) or trial.value > low.value + line.noise:
            high = trial
        elif abs(trial.slope) <= -curvature * line.start.slope:
            return trial
        else:
            beyond = trial.slope * (1.0 if high is None else high.t - low.t) >= 0
            low, high = trial, low if beyond else high
        t = 4 * low.t if high is None else _between(low, high)
        if t == low.t:
            break
    if low.t == 0.0:
        raise Stuck if trial.is_finite else NonFinite
    return low


def exact(line: Line, t: float) -> Trial:
    """The minimiser along the line of a quadratic f: -Df·p / D²f(p, p)."""
    curvature = pair(line.objective.hessian(line.at.x, line.p), line.p)
    if not curvature > 0:
        raise Stuck if isfinite(curvature) else NonFinite
    return _finite(line(-line.start.slope / curvature))


def given(line: Line, t: float, rule: Callable[..., float]) -> Trial:
    """Where a function (phi, f(x), slope) -> t says."""
    return _finite(line(float(rule(line.value, line.start.value, line.start.slope))))


def search_named(name: Any, curvature: float) -> Search:
    """The search a user asks for; raises InvalidValue for a name there is not."""
    searches: dict[str, Search] = {
        "armijo": armijo,
        "wolfe": partial(wolfe, curvature=curvature),
        "exact": exact,
    }
    if callable(name):
        return partial(given, rule=name)
    if not isinstance(name, str):
        raise InvalidType(f"line_search is a name or a function, but was given {name!r}.")
    if name not in searches:
        raise InvalidValue(f"unknown line_search {name!r}. {suggestion(name, searches)}")
    return searches[name]


def _finite(trial: Trial) -> Trial:
    if not trial.is_finite:
        raise NonFinite
    return trial


def _parabola(start: Trial, end: Trial) -> float:
    """The minimiser of the parabola through two values and the first slope."""
    width = end.t - start.t
    bend = 2 * (end.value - start.value - width * start.slope)
    return start.t - start.slope * width**2 / bend if isfinite(bend) and bend else inf


def _between(low: Trial, high: Trial) -> float:
    """The minimiser of the cubic through two trials, inside the interval between them."""
    if not high.is_finite:
        return low.t + 0.1 * (high.t - low.t)
    width = high.t - low.t
    d = low.slope + high.slope - 3 * (high.value - low.value) / width
    root = d * d - low.slope * high.slope
    if root < 0:
        return (low.t + high.t) / 2
    e = sqrt(root) if width > 0 else -sqrt(root)
    bottom = high.slope - low.slope + 2 * e
    t = high.t - width * (high.slope + e - d) / bottom if bottom else inf
    return _inside(t, low.t, high.t)


def _inside(t: float, low: float, high: float) -> float:
    """t, kept a tenth of the interval away from its ends; the middle for no number."""
    if not isfinite(t):
        return (low + high) / 2
    margin = 0.1 * abs(high - low)
    return min(max(t, min(low, high) + margin), max(low, high) - margin)
