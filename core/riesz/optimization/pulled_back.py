"""The inner product that a map F: X -> Y pulls back from Y, counted and damped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riesz.metrics.pullback import Pullback

from .linear_system import Product
from .objective import Objective
from .point import Iterate
from .vector import Vector, combined


def pulled_back(objective: Objective, at: Iterate, F: Callable[..., Any], metric: Any) -> Product:
    """u -> dF(x)' R_Y dF(x) u at an iterate; `metric` is that of Y."""
    R = Pullback(lambda x: F(objective.tree(x)), at.x, metric)
    times_R = R.semidefinite(at.x)

    def product(u: Vector) -> Vector:
        objective.counts.nhev += 1
        a: Vector = times_R(u)
        return a

    return product


def damped(objective: Objective, at: Iterate, H: Product, damping: float) -> Product:
    """H + damping R_X."""
    return lambda u: combined(H(u), damping, objective.flat(u, at.x))
