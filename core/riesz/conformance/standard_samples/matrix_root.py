"""Samples of square roots: matrices near 2."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("sqrtm")
def near_two(draw: Draw) -> Iterator[Sample]:
    """Regular matrices, whose eigenvalues are far from the negative axis."""
    yield sample(draw.regular(3))
    yield sample(draw.regular(1))
