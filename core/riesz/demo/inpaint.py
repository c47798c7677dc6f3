"""Repair a photograph of which one pixel in four is known."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import riesz
from riesz.demo.photograph import photograph
from riesz.demo.picture import Picture
from riesz.demo.problem import placed
from riesz.metrics import Metric

KEPT = 0.25
LAMBDA = 1.0


class Inpaint(Picture):
    """min 1/2 |mask (x - b)|^2 + lambda/2 |grad x|^2 over pictures x.

    The derivative is rough (each known pixel pulls alone, and -laplace x amplifies noise), so the
    Euclidean gradient spreads what is known by one pixel a step. The H^1 gradient smooths it
    first, and its Hessian (mask - lambda laplace) / (1 - l^2 laplace) is well conditioned.
    """

    title = "Repairing a photograph from a quarter of its pixels"
    formula = r"$\min_x\ \frac{1}{2}\,\|m\,(x-b)\|^2+\frac{\lambda}{2}\,\|\nabla x\|^2$"
    lesson = (
        "One derivative, two gradients: the Euclidean one moves each pixel on its own, "
        "the Sobolev one moves whole regions."
    )
    sizes = (512,)
    metrics = ("euclidean", "sobolev:1:3")
    natural = (1, 3)
    iterations = 2000
    tolerance = 1e-6
    rule = "f - min f has fallen to 1e-6 of its first value"
    scale = "linear"
    given_name = f"{KEPT:.0%} of the pixels"

    def __init__(self, size: int, image: Path | None, seed: int) -> None:
        """Keep each pixel of the photograph with probability KEPT; start from their mean."""
        super().__init__(photograph(size, image))
        mask = np.random.default_rng(seed).random(self.truth.shape) < KEPT
        self.given = np.where(mask, self.truth, np.nan)
        self.mask = placed(mask.astype(np.float64))
        self.b = placed(mask * self.truth)
        self.start = placed(np.full_like(self.truth, self.truth[mask].mean()))

    def f(self, x: Any) -> Any:
        """The objective: fidelity to the known pixels, smoothness elsewhere."""
        fidelity = np.sum((self.mask * (x - self.b)) ** 2)
        smoothness = np.sum((x[1:] - x[:-1]) ** 2) + np.sum((x[:, 1:] - x[:, :-1]) ** 2)
        return 0.5 * fidelity + 0.5 * LAMBDA * smoothness

    def sobolev(self, order: float, lengthscale: float) -> Metric:
        """H^s with free (Neumann) borders, as the differences in f have."""
        return riesz.Sobolev(order, boundary="neumann", lengthscale=lengthscale)

    @cached_property
    def least(self) -> float:
        """The minimum, found once by conjugate gradients."""
        found = riesz.minimize(
            self.f, self.start, metric=self.sobolev(*self.natural), method="nonlinear-cg",
            line_search="exact", rtol=1e-7,
        )  # fmt: skip
        return found.fun
