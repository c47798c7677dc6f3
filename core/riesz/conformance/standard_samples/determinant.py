"""Samples of determinants."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("adjugate")
def regular(draw: Draw) -> Iterator[Sample]:
    """One matrix, a stack, either sign."""
    yield sample(draw.regular(3))
    yield sample(-draw.regular(3, 2))


@samples("det", "slogdet")
def regular_and_numbers(draw: Draw) -> Iterator[Sample]:
    """The same, and 1 x 1, of which the adjugate is constant."""
    yield from regular(draw)
    yield sample(draw.regular(1))
