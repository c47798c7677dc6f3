"""Neuberger's test case: u' = u, u(0) = 1, as a least-squares problem.

J. W. Neuberger, Sobolev Gradients and Differential Equations, chapter 2 (second edition, 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import riesz
from riesz.demo.canvas import Canvas
from riesz.demo.curves import curves
from riesz.demo.problem import Problem, placed
from riesz.errors import InvalidValue
from riesz.metrics import Metric

if TYPE_CHECKING:
    from riesz.demo.descent import Descent


class Neuberger(Problem):
    """min 1/2 int_0^1 (u' - u)^2 with u(0) = 1, on n equal intervals.

    The unknowns are u_1..u_n. With D0 the mean and D1 the difference quotient over each interval
    as functions of these (c is what u_0 = 1 adds), f(u) = h/2 |(D1 - D0) u + c|^2, and H^1 is
    |u|^2 = h (|D0 u|^2 + |D1 u|^2).
    """

    title = "Neuberger's problem: u' = u, u(0) = 1, by least squares"
    formula = r"$\min_u\ \frac{1}{2}\int_0^1(u'-u)^2\,dt$"
    lesson = (
        "Halve the mesh and the Euclidean gradient needs four times the steps; "
        "the Sobolev gradient does not notice the mesh."
    )
    error_name = "max |u - e^t|"
    sizes = (10, 20, 40)
    metrics = ("euclidean", "sobolev")
    natural = (1, 1)
    tolerance = 1e-10
    rule = "f has fallen to 1e-10 of its first value"
    iterations = 100_000

    def __init__(self, size: int, image: Path | None, seed: int) -> None:
        """Set up n = size intervals; the seed plays no part."""
        if image is not None:
            raise InvalidValue(
                f"--image is {image}, but there is no picture in Neuberger's problem. Leave it "
                "out, or choose --problem inpaint or deblur."
            )
        self.label, self.h = f"n = {size}", 1 / size
        nodes = np.eye(size + 1)
        mean, slope = (nodes[1:] + nodes[:-1]) / 2, (nodes[1:] - nodes[:-1]) / self.h
        self.D0, self.D1 = mean[:, 1:], slope[:, 1:]
        self.D = placed(self.D1 - self.D0)
        self.c = placed((slope - mean)[:, 0])
        self.t = np.linspace(0, 1, size + 1)[1:]
        self.truth = np.exp(self.t)
        self.start = placed(np.ones(size))

    def f(self, u: Any) -> Any:
        """The objective: the squared residual of u' = u at the midpoints."""
        r = self.D @ u + self.c
        return 0.5 * self.h * np.sum(r * r)

    def sobolev(self, order: float, lengthscale: float) -> Metric:
        """H^1 on the free nodes, the only one written down for this problem."""
        if (order, lengthscale) != (1, 1):
            raise InvalidValue(
                f"Neuberger's problem has one Sobolev metric, of order 1 and lengthscale 1, but "
                f"was asked for order {order:g} and lengthscale {lengthscale:g}. "
                f"Use --metric sobolev."
            )
        return riesz.Mass(self.h * (self.D0.T @ self.D0 + self.D1.T @ self.D1))

    def error(self, x: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        """The largest distance to the exponential at a node."""
        return float(np.max(np.abs(x - self.truth)))

    def draw(self, descents: Sequence[Descent]) -> Canvas:
        """Curves: gradients, iterates, and steps against n."""
        return curves(self, descents)
