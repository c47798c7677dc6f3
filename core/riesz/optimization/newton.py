"""Newton's method, its linear systems solved as far as is worth it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from riesz.checking import count, positive

from .line_search import Line, search_named
from .linear_system import direction
from .method import Method, Step
from .objective import Objective
from .point import Iterate


@dataclass(frozen=True)
class NewtonCG(Method):
    """p from D²f p = -a, by at most `inner` products of the Hessian.

    The systems are solved to min(1/2, sqrt(|g|/|g_0|)) of |g| (R. Dembo and T. Steihaug 1983), so
    that convergence is superlinear; `tolerance` is the largest factor in place of 1/2.
    """

    inner: int = 200
    tolerance: float = 0.5
    line_search: Any = "armijo"

    def __post_init__(self) -> None:
        """Check the three."""
        search_named(self.line_search, 0.9)
        count("inner", self.inner)
        positive("tolerance", self.tolerance)

    def step(self, objective: Objective, at: Iterate, memory: float | None) -> Step:
        """Along p, with the full step first."""
        first = at.norm if memory is None else memory
        tolerance = min(self.tolerance, sqrt(at.norm / first))

        def H(u: Any) -> Any:
            return objective.hessian(at.x, u)

        p = direction(objective, at, H, tolerance, self.inner)
        trial = search_named(self.line_search, 0.9)(Line(objective, at, p), 1.0)
        return Step(trial.point, trial.t, first)
