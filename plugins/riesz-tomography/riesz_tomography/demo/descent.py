"""Conjugate gradients in an inner product, followed beyond the step where they should stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np

import riesz
from riesz_tomography.demo.scan import Scan
from riesz_tomography.geometry import Array


@dataclass
class Descent:
    """One metric: objective, error and time at each step, the first gradient, where it stopped."""

    scan: Scan
    name: str
    metric: riesz.Metric
    values: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    gradient: Any = None
    x: Any = None
    seconds: list[float] = field(default_factory=list)

    @property
    def stop(self) -> int | None:
        """The first step at which the data are fitted as well as the truth fits them."""
        reached = (k for k, value in enumerate(self.values) if value <= self.scan.target)
        return next(reached, None)

    @property
    def best(self) -> int:
        """The step of the least error, which nobody knows without the truth."""
        return int(np.argmin(self.errors))

    def run(self, steps: int, report: Callable[[int], None]) -> None:
        """Take all steps; keep the iterate of the first that reaches the target, else the last."""
        start = np.zeros(self.scan.geometry.shape)
        path = islice(conjugate_gradients(self.scan.f, start, self.metric), steps + 1)
        begin = perf_counter()
        for k, (x, g) in enumerate(path):
            if self.stop is None:
                self.x = x
            self.gradient = g if k == 0 else self.gradient
            self.values.append(float(self.scan.f(x)))
            self.errors.append(self.scan.error(x))
            self.seconds.append(perf_counter() - begin)
            report(k)
            begin = perf_counter()


def conjugate_gradients(
    f: Callable[[Any], Any], x: Array, metric: riesz.Metric
) -> Iterator[tuple[Array, Array]]:
    """Yield x and grad f(x) for a quadratic f.

    M. R. Hestenes and E. Stiefel, "Methods of conjugate gradients for solving linear systems"
    (1952), with the inner product, the gradient and the Hessian of one space.
    """
    X = riesz.Space(x.shape, x.dtype, metric)
    g = riesz.grad(f, metric=metric)(x)
    p, gg = -g, float(X.inner(g, g))
    while gg > 0:
        yield x, g
        Hp = riesz.hvp(f, x, p, metric=metric)
        t = gg / float(X.inner(p, Hp))
        x, g = x + t * p, g + t * Hp
        gg, old = float(X.inner(g, g)), gg
        p = (gg / old) * p - g


def descents(scan: Scan, lengthscale: float) -> tuple[Descent, ...]:
    """L2 and H1 on the square, for images that vanish outside; `lengthscale` is in pixels."""
    h = scan.geometry.pixel
    H1 = riesz.Sobolev(1, spacing=h, boundary="dirichlet", lengthscale=lengthscale * h)
    L2 = riesz.Sobolev(0, spacing=h, boundary="dirichlet")
    return Descent(scan, "L2", L2), Descent(scan, "H1", H1)
