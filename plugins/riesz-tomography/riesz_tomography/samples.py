"""Samples for the conformance suite: both beams, more and fewer lines than pixels, slices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance import Draw, Sample, sample
from riesz_tomography.geometry import Fan, Geometry, Parallel

ANGLES = (0.0, 0.3, np.pi / 4, 1.2, np.pi / 2, 2.6, np.pi, -0.9)

#: With the leading axes of the images projected along each.
GEOMETRIES: tuple[tuple[Geometry, tuple[int, ...]], ...] = (
    (Parallel(ANGLES, 7, shape=(5, 6)), ()),
    (Parallel(ANGLES[:3], 4, 1.7, shape=(6, 3), pixel=0.5, offset=0.2), (2,)),
    (Parallel((0.0, 1.0), 2, shape=1), ()),
    (Parallel((0.1,), 3, shape=(1, 4), pixel=2.0), (2, 1)),
    (Parallel((0.2, 2.0), 3, 0.3, shape=3, offset=100.0), ()),  # every ray misses
    (Fan(ANGLES, 6, 0.9, shape=(4, 5), source_origin=6.0, origin_detector=3.0), ()),
    (Fan((0.5, 4.0), 5, shape=(3, 6), source_origin=9.0, curved=True, offset=-0.3), (3,)),
    (Parallel((0.4, 1.9), 3, shape=2), (0,)),
)  # fmt: skip


def images(draw: Draw) -> Iterator[Sample]:
    """For `project`."""
    for geometry, leading in GEOMETRIES:
        yield sample(draw(*leading, *geometry.shape), geometry=geometry)


def sinograms(draw: Draw) -> Iterator[Sample]:
    """For `backproject`."""
    for geometry, leading in GEOMETRIES:
        yield sample(draw(*leading, *geometry.sinogram_shape), geometry=geometry)
