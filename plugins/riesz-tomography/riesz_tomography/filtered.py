"""Filtered back-projection: an approximate inverse of `project`, and not its adjoint.

The formulas are those of A. C. Kak and M. Slaney, "Principles of Computerized Tomographic Imaging"
(1988), chapter 3: equation 61 for the ramp filter, sections 3.3, 3.4.1 (curved) and 3.4.2 (flat).
The filtered projections are interpolated at the pixels, which is smoother than the transpose, and
not linear algebra's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from riesz import InvalidValue
from riesz_tomography.geometry import Array, Fan, Geometry
from riesz_tomography.projection import check

#: What multiplies the ramp at frequency f, where f = 1 is the highest.
WINDOWS: dict[str, Callable[[Array], Any]] = {
    "ram-lak": np.ones_like,
    "shepp-logan": lambda f: np.sinc(f / 2),
    "cosine": lambda f: np.cos(np.pi * f / 2),
    "hamming": lambda f: 0.54 + 0.46 * np.cos(np.pi * f),
    "hann": lambda f: 0.5 + 0.5 * np.cos(np.pi * f),
}


def filtered_backprojection(a: Any, *, geometry: Geometry, window: str = "ram-lak") -> Array:
    """An image of shape (..., rows, columns) from plain sinograms (..., angles, detectors).

    Angles should cover half a turn (`Parallel`) or a whole one (`Fan`); they may be uneven: each
    counts as much as the gap around it. `window` damps high frequencies: "ram-lak" (not at all),
    "shepp-logan", "cosine", "hamming", "hann". Raises InvalidValue for another window or shape.
    """
    if window not in WINDOWS:
        raise InvalidValue(f"window={window!r}, but it must be one of {', '.join(WINDOWS)}.")
    a = np.asarray(a, float)
    check(a.shape, geometry, "filtered_backprojection", "sinogram_shape")
    spread: Any = fan if isinstance(geometry, Fan) else parallel
    before, kernel, locate = spread(geometry)
    q = _filtered(a * before, kernel, WINDOWS[window])
    x = np.zeros((*a.shape[:-2], *geometry.shape))
    rows, columns = geometry.shape
    X = (np.arange(columns) - 0.5 * (columns - 1)) * geometry.pixel
    Y = -(np.arange(rows)[:, None] - 0.5 * (rows - 1)) * geometry.pixel
    for m, (angle, share) in enumerate(zip(geometry.angles, shares(geometry), strict=True)):
        s, factor = locate(
            X * np.cos(angle) + Y * np.sin(angle), Y * np.cos(angle) - X * np.sin(angle)
        )
        x += share * factor * _interpolated(q[..., m, :], s, geometry)
    return x


def parallel(geometry: Geometry) -> Any:
    """(What multiplies the data, the filter's kernel, where a pixel is seen and how strongly)."""
    return 1.0, ramp(geometry.detectors, geometry.spacing), lambda u, v: (u, 1.0)


def fan(geometry: Fan) -> Any:
    """The same; u and v are a pixel's coordinates along the detector, and away from the source."""
    D, gamma = geometry.source_origin, geometry.fan_angles()
    to_origin = D / geometry.distance  # distances on the detector as if it were at the origin
    if geometry.curved:
        step = geometry.spacing / geometry.distance
        kernel = ramp(geometry.detectors, step)
        n = np.arange(1 - geometry.detectors, geometry.detectors) * step
        kernel *= 0.5 * np.divide(n, np.sin(n), out=np.ones_like(n), where=n != 0) ** 2
        return D * np.cos(gamma), kernel, partial(_on_arc, D, geometry.distance)
    kernel = 0.5 * ramp(geometry.detectors, geometry.spacing * to_origin)
    return np.cos(gamma), kernel, partial(_on_line, D, to_origin)


def _on_line(D: float, to_origin: float, u: Array, v: Array) -> tuple[Array, Array]:
    depth = (D + v) / D
    return u / depth / to_origin, 1 / depth**2


def _on_arc(D: float, distance: float, u: Array, v: Array) -> tuple[Array, Array]:
    return np.arctan2(u, D + v) * distance, 1 / (u * u + (D + v) ** 2)


def ramp(n: int, step: float) -> Array:
    """The ramp filter |f| cut at 1 / (2 step), at the places -(n-1) step, ..., (n-1) step."""
    k = np.arange(1 - n, n)
    odd = k % 2 == 1
    values = np.zeros(len(k))
    values[odd] = -1 / (np.pi * k[odd] * step) ** 2
    values[n - 1] = 1 / (2 * step) ** 2
    return step * values


def shares(geometry: Geometry) -> Array:
    """The part of the angle that each projection stands for: half the gaps to its neighbours.

    Opposite rays of a parallel beam are the same, so its angles count modulo half a turn.
    """
    turn = 2 * np.pi if isinstance(geometry, Fan) else np.pi
    angles = np.mod(geometry.angles, turn)
    order = np.argsort(angles, kind="stable")
    gaps = np.diff(angles[order], append=angles[order[0]] + turn)
    around = np.empty_like(angles)
    around[order] = 0.5 * (gaps + np.roll(gaps, 1))
    return around


def _filtered(a: Array, kernel: Array, window: Callable[[Array], Any]) -> Array:
    """a convolved with the kernel, whose middle is place 0, along the last axis."""
    n = a.shape[-1]
    size = 2 ** int(np.ceil(np.log2(3 * n)))
    symbol = np.fft.rfft(np.roll(np.pad(kernel, (0, size - len(kernel))), 1 - n))
    symbol = symbol * window(np.linspace(0, 1, len(symbol)))
    return np.asarray(np.fft.irfft(np.fft.rfft(a, size) * symbol, size)[..., :n])


def _interpolated(q: Array, s: Array, geometry: Geometry) -> Array:
    """Projections at the places s between the bins, 0 beyond the outermost."""
    c = (s - geometry.offset) / geometry.spacing + 0.5 * (geometry.detectors - 1)
    first = np.clip(np.floor(c).astype(int), 0, max(geometry.detectors - 2, 0))
    above, inside = c - first, (c >= 0) & (c <= geometry.detectors - 1)
    second = np.minimum(first + 1, geometry.detectors - 1)
    return np.asarray(inside * ((1 - above) * q[..., first] + above * q[..., second]))
