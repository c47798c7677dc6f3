"""Samples of the matrix exponential."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("expm")
def square(draw: Draw) -> Iterator[Sample]:
    """One matrix, a stack."""
    yield sample(0.5 * draw(3, 3))
    yield sample(0.5 * draw(2, 2, 2))
