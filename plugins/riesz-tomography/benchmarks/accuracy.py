"""Joseph's and Siddon's weights against the exact projections of ellipses: `python accuracy.py`."""

from __future__ import annotations

import numpy as np

from riesz_tomography import Ellipse, Fan, Geometry, Parallel, image, project, shepp_logan, sinogram

ANGLES = np.linspace(0, np.pi, 45, endpoint=False) + 0.013
PHANTOMS = {"disc": (Ellipse(1.0, 0.6, 0.6, 0.1, 0.05),), "Shepp-Logan": shepp_logan()}


def siddon(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Projections by the length of the ray in each pixel.

    The chord of a square of side 1 and a line at distance d from its centre, whose normal has
    components a >= b >= 0, is a trapezium in d: between 0 and 1 / a, (a + b) / 2 - d over a b.
    """
    phi, r = (v.ravel() for v in geometry.lines())
    cos, sin = np.abs(np.cos(phi)), np.abs(np.sin(phi))
    a, b = np.maximum(cos, sin), np.minimum(cos, sin)
    rows, columns = geometry.shape
    X = np.arange(columns) - 0.5 * (columns - 1)
    Y = 0.5 * (rows - 1) - np.arange(rows)[:, None]
    y = np.empty(phi.size)
    for k in range(phi.size):
        d = np.abs(r[k] / geometry.pixel - X * np.cos(phi[k]) - Y * np.sin(phi[k]))
        chord = np.clip(((a[k] + b[k]) / 2 - d) / (a[k] * b[k]), 0, 1 / a[k])
        y[k] = geometry.pixel * np.sum(x * chord)
    return y.reshape(geometry.sinogram_shape)


def beams(size: int) -> dict[str, Geometry]:
    """Both beams over the square of side 2."""
    common = {"shape": size, "pixel": 2 / size}
    return {
        "parallel": Parallel(ANGLES, size, 2 / size, **common),
        "fan": Fan(2 * ANGLES, size, 4.8 / size, source_origin=3, origin_detector=2, **common),
    }


def gaussian(geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """exp(-R^2 / (2 w^2)) around (0.1, 0.2), at the centres of pixels, and its line integrals."""
    w, (x, y) = 0.15, (0.1, 0.2)
    rows, columns = ((np.arange(n) - 0.5 * (n - 1)) * geometry.pixel for n in geometry.shape)
    phi, r = geometry.lines()
    t = r - x * np.cos(phi) - y * np.sin(phi)
    image = np.exp(-((columns - x) ** 2 + (rows[:, None] + y) ** 2) / (2 * w * w))
    return image, np.sqrt(2 * np.pi) * w * np.exp(-t * t / (2 * w * w))


def cases(geometry: Geometry) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images with their exact sinograms."""
    phantoms = PHANTOMS.items()
    sharp = {k: (image(p, geometry, samples=16), sinogram(p, geometry)) for k, p in phantoms}
    return {"Gaussian": gaussian(geometry)} | sharp


def main() -> None:
    """Print the rows of the table in the README."""
    for size in (64, 128, 256):
        for beam, geometry in beams(size).items():
            for name, (x, exact) in cases(geometry).items():
                made = (project(x, geometry=geometry), siddon(x, geometry))
                errors = (np.linalg.norm(y - exact) / np.linalg.norm(exact) for y in made)
                print(f"| {name}, {beam} | {size} | " + " | ".join(f"{e:.5f}" for e in errors), "|")


if __name__ == "__main__":
    main()
