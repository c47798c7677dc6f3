"""Sharpen a photograph blurred by a Gaussian."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import riesz
from riesz.demo.photograph import photograph
from riesz.demo.picture import Picture
from riesz.demo.problem import placed
from riesz.metrics import Metric

WIDTH = 2.0  # standard deviation of the blur, in pixels
NOISE = 1e-3  # standard deviation of the noise, in grey values (white is 1)


class Deblur(Picture):
    """min 1/2 |A x - b|^2 over periodic pictures x, A the Gaussian blur.

    A smooths, A' smooths again: the derivative A'(A x - b) has lost the edges, and a metric of
    positive order would smooth it a third time. The gradient in H^-1 is the derivative
    *sharpened* by 1 - l^2 laplace.
    """

    title = "Sharpening a blurred photograph"
    formula = r"$\min_x\ \frac{1}{2}\,\|A\,x-b\|^2$"
    lesson = (
        "A blur has already smoothed the derivative, so the useful metric has a negative order: "
        "its gradient sharpens. A positive order smooths once more, and is worse than none."
    )
    sizes = (256,)
    metrics = ("euclidean", "sobolev:-1:3", "sobolev:1:3")
    natural = (-1, 3)
    iterations = 1000
    rule = "|Ax - b| has fallen to the expected norm of the noise"
    scale = "log"
    given_name = rf"blur of {WIDTH:g} pixels, noise {NOISE:g}"

    def __init__(self, size: int, image: Path | None, seed: int) -> None:
        """Blur the photograph, add the noise, and start from what is given."""
        super().__init__(photograph(size, image))
        self.symbol = placed(symbol(size))
        noise = NOISE * np.random.default_rng(seed).standard_normal(self.truth.shape)
        self.b = self.blur(placed(self.truth)) + placed(noise)
        self.given = riesz.to_numpy(self.b)
        self.start = self.b

    def blur(self, x: Any) -> Any:
        """A x: the Gaussian as a multiplication of the spectrum."""
        return np.fft.irfft2(self.symbol * np.fft.rfft2(x), s=x.shape)

    def f(self, x: Any) -> Any:
        """The objective: the misfit."""
        return 0.5 * np.sum((self.blur(x) - self.b) ** 2)

    def sobolev(self, order: float, lengthscale: float) -> Metric:
        """H^s of periodic pictures, as the blur is."""
        return riesz.Sobolev(order, boundary="periodic", lengthscale=lengthscale)

    @property
    def tolerance(self) -> float:
        """The discrepancy principle (Morozov 1966): fit the data to the noise, no further."""
        return 0.5 * NOISE**2 * self.truth.size / self.initial


def symbol(size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """exp(-sigma^2 |k|^2 / 2) at the frequencies of `rfft2`."""
    k, m = 2 * np.pi * np.fft.fftfreq(size), 2 * np.pi * np.fft.rfftfreq(size)
    return np.exp(-0.5 * WIDTH**2 * (k[:, None] ** 2 + m**2))
