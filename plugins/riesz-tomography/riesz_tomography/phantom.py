"""Phantoms made of ellipses: as an image, and projected exactly.

An ellipse has `value` inside and 0 outside; where several overlap, values add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz_tomography.geometry import Geometry

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Ellipse:
    """Half axes a and b, the first turned by `tilt` against the X axis, around (x, y)."""

    value: float
    a: float
    b: float
    x: float = 0.0
    y: float = 0.0
    tilt: float = 0.0

    def contains(self, X: Array, Y: Array) -> Any:
        """Which points lie inside."""
        c, s = np.cos(self.tilt), np.sin(self.tilt)
        u, v = (X - self.x) * c + (Y - self.y) * s, (Y - self.y) * c - (X - self.x) * s
        return (u / self.a) ** 2 + (v / self.b) ** 2 <= 1

    def integral(self, phi: Array, r: Array) -> Array:
        """Over the lines X cos(phi) + Y sin(phi) = r.

        The chord of an ellipse: A. C. Kak and M. Slaney, "Principles of Computerized Tomographic
        Imaging" (1988), equation 3.4.
        """
        A2 = (self.a * np.cos(phi - self.tilt)) ** 2 + (self.b * np.sin(phi - self.tilt)) ** 2
        t = r - self.x * np.cos(phi) - self.y * np.sin(phi)
        chord = np.sqrt(np.maximum(A2 - t * t, 0)) / A2
        return np.asarray(2 * self.value * self.a * self.b * chord)

    def scaled(self, size: float) -> Ellipse:
        """The same, `size` times as large."""
        a, b, x, y = (size * v for v in (self.a, self.b, self.x, self.y))
        return Ellipse(self.value, a, b, x, y, self.tilt)


def shepp_logan(radius: float = 1.0) -> tuple[Ellipse, ...]:
    """The head phantom within a square of half side `radius`, in P. Toft's contrast.

    L. A. Shepp and B. F. Logan, "The Fourier reconstruction of a head section", IEEE Trans. Nucl.
    Sci. 21 (1974); P. Toft, "The Radon transform" (1996), table B.3. Values lie between 0 and 1.
    """
    return tuple(
        Ellipse(value, a, b, x, y, np.deg2rad(tilt)).scaled(radius)
        for value, a, b, x, y, tilt in (
            (1.0, 0.69, 0.92, 0.0, 0.0, 0.0), (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0),
            (-0.2, 0.11, 0.31, 0.22, 0.0, -18.0), (-0.2, 0.16, 0.41, -0.22, 0.0, 18.0),
            (0.1, 0.21, 0.25, 0.0, 0.35, 0.0), (0.1, 0.046, 0.046, 0.0, 0.1, 0.0),
            (0.1, 0.046, 0.046, 0.0, -0.1, 0.0), (0.1, 0.046, 0.023, -0.08, -0.605, 0.0),
            (0.1, 0.023, 0.023, 0.0, -0.606, 0.0), (0.1, 0.023, 0.046, 0.06, -0.605, 0.0),
        )
    )  # fmt: skip


def image(ellipses: Iterable[Ellipse], geometry: Geometry, samples: int = 8) -> Array:
    """The mean of a phantom over every pixel, from `samples` x `samples` points in each.

    >>> from riesz_tomography import Parallel
    >>> image([Ellipse(1.0, 1.5, 1.5)], Parallel([0.0], 4, shape=4), samples=64).round(2)
    array([[0.01, 0.38, 0.38, 0.01],
           [0.38, 1.  , 1.  , 0.38],
           [0.38, 1.  , 1.  , 0.38],
           [0.01, 0.38, 0.38, 0.01]])
    """
    rows, columns = geometry.shape
    X = _places(columns, samples, geometry.pixel)
    Y = -_places(rows, samples, geometry.pixel)[:, None]
    total = np.zeros((rows * samples, columns * samples))
    for ellipse in ellipses:
        total += ellipse.value * ellipse.contains(X, Y)
    return np.asarray(total.reshape(rows, samples, columns, samples).mean(axis=(1, 3)))


def sinogram(ellipses: Iterable[Ellipse], geometry: Geometry) -> Array:
    """The line integrals of a phantom, exact but for rounding, of shape (angles, detectors)."""
    phi, r = geometry.lines()
    return np.asarray(sum((e.integral(phi, r) for e in ellipses), np.zeros(phi.shape)))


def _places(n: int, samples: int, pixel: float) -> Array:
    k = np.arange(n * samples)
    return np.asarray(((k + 0.5) / samples - 0.5 * n) * pixel)
