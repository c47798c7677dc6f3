"""The method of Gauss and Newton, damped as Levenberg and Marquardt did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riesz.checking import count, nonnegative, positive
from riesz.errors import InvalidValue
from riesz.plan.compilation import Compiled

from .least_squares import LeastSquares
from .line_search import TRIALS, NonFinite, Stuck
from .linear_system import Product, direction
from .method import Method, Step
from .objective import Objective
from .point import Iterate
from .pulled_back import damped, pulled_back
from .vector import Vector, combined, pair, rounding


@dataclass(frozen=True)
class GaussNewton(Method):
    """p from (dr' R_Y dr + lambda R_X) p = -a, for an f that is a `riesz.LeastSquares`.

    lambda is that of Levenberg and Marquardt in the metric of X. It begins at `damping` times the
    curvature along the gradient, and follows the gain ratio (H. Nielsen 1999).
    """

    damping: float = 1e-3
    inner: int = 200
    tolerance: float = 0.1

    def __post_init__(self) -> None:
        """Check the three."""
        nonnegative("damping", self.damping)
        count("inner", self.inner)
        positive("tolerance", self.tolerance)

    def check(self, objective: Objective) -> None:
        """Only a LeastSquares has a residual."""
        _residual_of(objective)

    def step(self, objective: Objective, at: Iterate, memory: float | None) -> Step:
        """The first step that gains, with more and more damping."""
        f = _residual_of(objective)
        H = pulled_back(objective, at, f.residual, f.metric)
        damping = self.damping * _curvature(H, at) if memory is None else memory
        growth = 2.0
        for _ in range(TRIALS):
            p = self._direction(objective, at, H, damping)
            point, gain = _gain(objective, at, H, p)
            if gain > 1e-4:
                return Step(point, 1.0, damping * max(1 / 3, 1 - (2 * gain - 1) ** 3))
            damping, growth = max(damping, _curvature(H, at) * 1e-6) * growth, growth * 2
        raise Stuck if point.is_finite else NonFinite

    def _direction(self, objective: Objective, at: Iterate, H: Product, damping: float) -> Vector:
        system = damped(objective, at, H, damping) if damping else H
        return direction(objective, at, system, self.tolerance, self.inner)


def _residual_of(objective: Objective) -> LeastSquares:
    f = objective.f.f if isinstance(objective.f, Compiled) else objective.f
    if not isinstance(f, LeastSquares):
        raise InvalidValue(
            f"gauss-newton linearises the residual of f, but {objective.name} does not tell its "
            "own. Give riesz.LeastSquares(residual), which is f = 1/2 |residual|²."
        )
    return f


def _curvature(H: Product, at: Iterate) -> float:
    """<H g, g> / |g|²."""
    return pair(H(at.g), at.g) / at.norm**2


def _gain(objective: Objective, at: Iterate, H: Product, p: Vector) -> tuple[Any, float]:
    """Where p leads, and the decrease there over what the linearised residual promises."""
    point = objective.iterate(objective.at(combined(at.x, 1.0, p)))
    promised = -pair(at.a, p) - 0.5 * pair(H(p), p)
    if not point.is_finite or promised <= 0:
        return point, -1.0
    noise = 10 * rounding(at.x) * abs(at.value)
    gained = at.value - point.value
    return point, 1.0 if promised <= noise and gained >= -noise else gained / promised
