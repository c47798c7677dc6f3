"""The weights of rays and pixels: the one place where they are defined.

Along a ray the image is interpolated linearly between neighbouring pixels of a line (P. M. Joseph,
"An improved algorithm for reprojecting rays through pixel images", IEEE Trans. Med. Imaging 1
(1982)). Lines are rows for a ray that is rather vertical, else columns. A ray meets line t, counted
from the middle one, at the pixel coordinate

    c = centre + slope t,          |slope| <= 1,

and gives weight length (1 - |c - j|) to the two pixels j of that line next to c. `length` is that
of the ray's part from line to line. Both operators, on every backend, read these three numbers per
ray and compute c by this expression: what is projected and what is transposed cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from riesz_tomography.geometry import Geometry

Table = np.ndarray[Any, Any]
BLOCK = 1 << 17  # crossings of a ray with a line that are worked on at once


@dataclass(frozen=True, eq=False)
class Rays:
    """The rays that are followed from line to line along one axis of the image.

    `ray` are their places in the sinogram; `step` the distance of two lines, `stride` that of two
    pixels of a line, in the image's memory.
    """

    lines: int
    pixels: int
    step: int
    stride: int
    ray: Table
    centre: Table
    slope: Table
    length: Table

    def blocks(self) -> Iterator[slice]:
        """Parts of the rays, whose weights fit into a bounded memory."""
        size = max(1, BLOCK // self.lines)
        return (slice(k, k + size) for k in range(0, self.ray.shape[0], size))

    def weights(self, xp: Any, block: slice) -> tuple[Table, Table]:
        """Pixels, and their weights: axes are the two neighbours, the rays, the lines."""
        line = xp.arange(self.lines)
        t = line - 0.5 * (self.lines - 1)
        c = self.centre[block][:, None] + self.slope[block][:, None] * t
        first = xp.floor(c)
        above = c - first
        pixel = xp.stack([first, first + 1])
        weight = xp.stack([1 - above, above]) * self.length[block][:, None]
        weight = xp.where((pixel < 0) | (pixel >= self.pixels), 0.0, weight)
        place = xp.clip(pixel, 0, self.pixels - 1).astype(np.int64)
        return place * self.stride + line * self.step, weight

    def on(self, xp: Any) -> Rays:
        """The same, with its tables in the memory of a namespace's arrays."""
        tables = (self.ray, self.centre, self.slope, self.length)
        return Rays(self.lines, self.pixels, self.step, self.stride, *map(xp.asarray, tables))


@lru_cache(maxsize=8)
def families(geometry: Geometry) -> tuple[Rays, Rays]:
    """The rays that are followed along the rows' axis, then those along the columns' axis."""
    phi, r = (np.ravel(v) for v in geometry.lines())
    cos, sin, r = np.cos(phi), np.sin(phi), r / geometry.pixel
    rows, columns = geometry.shape
    steep = np.abs(cos) >= np.abs(sin)
    over, under = np.flatnonzero(steep), np.flatnonzero(~steep)
    along_rows = Rays(
        rows, columns, columns, 1, over, 0.5 * (columns - 1) + r[over] / cos[over],
        sin[over] / cos[over], geometry.pixel / np.abs(cos[over]),
    )  # fmt: skip
    along_columns = Rays(
        columns, rows, 1, columns, under, 0.5 * (rows - 1) - r[under] / sin[under],
        cos[under] / sin[under], geometry.pixel / np.abs(sin[under]),
    )  # fmt: skip
    return _hitting(along_rows), _hitting(along_columns)


@lru_cache(maxsize=8)
def families_on(xp: Any, geometry: Geometry) -> tuple[Rays, ...]:
    """The same for a namespace, copied to its memory once and kept there."""
    return tuple(rays.on(xp) for rays in families(geometry))


def _hitting(rays: Rays) -> Rays:
    """Without the rays that miss the image."""
    reach = 0.5 * (rays.lines - 1) * np.abs(rays.slope)
    hit = (rays.centre + reach > -1) & (rays.centre - reach < rays.pixels)
    tables = (rays.ray, rays.centre, rays.slope, rays.length)
    kept = [np.ascontiguousarray(table[hit]) for table in tables]
    for table in kept:
        table.flags.writeable = False
    return Rays(rays.lines, rays.pixels, rays.step, rays.stride, *kept)
