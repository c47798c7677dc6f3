"""Rays in an order in which those that meet a pixel are next to each other.

A run is a part of one view in which the place c of a ray on a line grows from each ray to the next,
on every line. The rays that meet a line next to one pixel are then found by bisection. The rays of
a parallel beam are one run for each view, and those of a fan mostly; where the source stands beside
a line there are more. Nothing is taken for granted: what is not in order begins a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz_tomography.rays import Rays, Table


@dataclass(frozen=True, eq=False)
class Runs:
    """`rays`, sorted; run r goes from ray begin[r] to ray begin[r + 1]."""

    rays: Rays
    begin: Table

    def on(self, xp: Any) -> Runs:
        """The same, in the memory of a namespace's arrays."""
        return Runs(self.rays.on(xp), xp.asarray(self.begin))


def runs(rays: Rays, detectors: int) -> Runs:
    """Sort the rays of views of so many detectors."""
    size, step = len(rays.ray), _steps(rays)
    together = (np.diff(rays.ray // detectors) == 0) & (step != 0)
    turned = np.flatnonzero(together[1:] & together[:-1] & (step[1:] != step[:-1])) + 1
    together[turned] = False
    first = np.flatnonzero(np.concatenate([[True], ~together])[:size])
    begin = np.append(first, size).astype(np.int64)
    falls = np.append(step, 0)[first] < 0
    run = np.repeat(np.arange(len(first)), np.diff(begin))
    order = np.lexsort((np.where(falls[run], -1, 1) * np.arange(size), run))
    tables = (table[order] for table in (rays.ray, rays.centre, rays.slope, rays.length))
    return Runs(Rays(rays.lines, rays.pixels, rays.step, rays.stride, *tables), begin)


def _steps(rays: Rays) -> Table:
    """1 where c grows to the next ray on every line, -1 where it falls, 0 where neither is sure.

    The difference of two places is linear along the lines, so the two ends decide. Where slopes
    are equal the places are rounded alike, otherwise the difference must be beyond rounding.
    """
    reach = 0.5 * (rays.lines - 1)
    ends = np.stack([rays.centre - reach * rays.slope, rays.centre + reach * rays.slope])
    step, even = np.diff(ends), np.diff(rays.slope) == 0
    noise = 16 * np.finfo(float).eps * (np.abs(rays.centre).max(initial=0) + reach)
    grows = np.where(even, np.diff(rays.centre) >= 0, (step > noise).all(axis=0))
    falls = np.where(even, np.diff(rays.centre) < 0, (step < -noise).all(axis=0))
    found: Table = grows.astype(int) - falls.astype(int)
    return found
