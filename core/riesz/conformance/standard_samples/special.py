"""Samples of other special functions, in the interior of their domains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

SHAPES = [(), (4,), (2, 0, 3)]


@samples("cosm1")
def of_either_sign(draw: Draw) -> Iterator[Sample]:
    """On the real line, or near it."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("exprel")
def near_zero(draw: Draw) -> Iterator[Sample]:
    """Either side of the switch to a series, too."""
    yield sample(draw.positive(3))
    yield sample(np.array([-5e-3, 0.0, 0.04, 0.06], draw.dtype))


@samples("ellipk", "ellipe")
def in_the_unit_interval(draw: Draw) -> Iterator[Sample]:
    """Away from both ends."""
    for X in SHAPES:
        yield sample(draw.between(0.2, 0.8, *X))


@samples("expi", "exp1", "spence")
def positive(draw: Draw) -> Iterator[Sample]:
    """Off the cuts."""
    yield sample(draw.positive(4))


@samples("lambertw_branch")
def branches(draw: Draw) -> Iterator[Sample]:
    """The principal one and its neighbours."""
    for k in (0, 1, -1):
        yield sample(draw.positive(3), k=k)
