"""Samples of clipping, away from the bounds."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("clip")
def clippings(draw: Draw) -> Iterator[Sample]:
    """Below, between and above; bounds that are broadcast and that are numbers."""
    if not draw.complex:
        for x in (-3, 0, 3):
            yield sample(x + draw.between(-1, 1, 2, 3), -draw.positive(3), draw.positive(2, 1))
        yield sample(draw.distinct(5), -0.52, 0.52)
        yield sample(draw(0), -1.0, 1.0)
