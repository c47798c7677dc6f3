"""Samples of padding."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("zero_pad")
def frames(draw: Draw) -> Iterator[Sample]:
    """On one side, on both, on none."""
    for X, width in (((), ()), ((3,), ((1, 2),)), ((2, 3), ((0, 0), (2, 0))), ((0,), ((1, 1),))):
        yield sample(draw(*X), width=width)
