"""Where a run is: a point with the value and the derivative of the objective there."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from .vector import Vector


@dataclass(frozen=True)
class Point:
    """x, f(x) and the entries a of the covector Df(x), as lists of leaves."""

    x: Vector
    value: float
    a: Vector


@dataclass(frozen=True)
class Iterate(Point):
    """A point a step has ended at: with its gradient g = R^-1 a and |g| in the metric."""

    g: Vector
    norm: float

    @property
    def is_finite(self) -> bool:
        """Whether a step may start or end here."""
        return isfinite(self.value) and isfinite(self.norm)
