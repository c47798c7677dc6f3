"""What is measured: a phantom, the rays through it, and noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from riesz import InvalidValue
from riesz_tomography.filtered import filtered_backprojection
from riesz_tomography.geometry import Array, Fan, Geometry, Parallel
from riesz_tomography.phantom import image, shepp_logan, sinogram
from riesz_tomography.projection import project

SMALLEST = 16


@dataclass(frozen=True, eq=False)
class Scan:
    """The Shepp-Logan head in a square of side 2, of `size` pixels, seen from `angles` directions.

    The data are exact line integrals of the ellipses, not of the pixels; `noise` is its standard
    deviation relative to the data's root mean square.
    """

    size: int = 128
    angles: int = 24
    noise: float = 0.05
    beam: str = "parallel"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.size < SMALLEST or self.angles < 2 or self.noise < 0 or self.seed < 0:
            raise InvalidValue(
                f"--size {self.size} --angles {self.angles} --noise {self.noise:g} --seed "
                f"{self.seed}: {SMALLEST} pixels and 2 angles are the least, noise and seed are "
                "not negative."
            )

    @cached_property
    def geometry(self) -> Geometry:
        """Half a turn of a parallel beam, or a whole one of a fan."""
        n, pixel, turn = self.size, 2 / self.size, np.arange(self.angles) / self.angles
        if self.beam == "parallel":
            return Parallel(np.pi * turn, n, pixel, shape=n, pixel=pixel)
        return Fan(
            2 * np.pi * turn, n, 1.6 * pixel, shape=n, pixel=pixel,
            source_origin=3.0, origin_detector=1.0,
        )  # fmt: skip

    @cached_property
    def truth(self) -> Array:
        """The phantom's mean over each pixel."""
        return image(shepp_logan(), self.geometry)

    @cached_property
    def data(self) -> Array:
        """The noisy sinogram."""
        exact = sinogram(shepp_logan(), self.geometry)
        scale = self.noise * np.sqrt(np.mean(exact**2))
        rng = np.random.default_rng(self.seed)
        return np.asarray(exact + scale * rng.standard_normal(exact.shape))

    def f(self, x: Any) -> Any:
        """Half the squared misfit, |Ax - b|^2 / 2: no regularisation."""
        return 0.5 * np.sum((project(x, geometry=self.geometry) - self.data) ** 2)

    @cached_property
    def target(self) -> float:
        """f of the true image: what the noise leaves, which no result should undercut (Morozov)."""
        return float(self.f(self.truth))

    def error(self, x: Array) -> float:
        """|x - truth| / |truth|."""
        return float(np.linalg.norm(x - self.truth) / np.linalg.norm(self.truth))

    def filtered(self) -> Array:
        """Filtered back-projection, with the window that has the least error here."""
        windows = ("ram-lak", "shepp-logan", "hann")
        return min((self._filtered(window) for window in windows), key=self.error)

    def _filtered(self, window: str) -> Array:
        return filtered_backprojection(self.data, geometry=self.geometry, window=window)
