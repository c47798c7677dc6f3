"""Samples of norms, away from 0."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("p_norm")
def vectors(draw: Draw) -> Iterator[Sample]:
    """Along one axis and several, of every kind of exponent."""
    for p in (2, 3, 4, 1.5, -1):
        yield sample(draw.positive(4), p=p, axis=(0,), keepdims=False)
        yield sample(-draw.positive(2, 3), p=p, axis=(1,), keepdims=True)
        yield sample(draw.positive(2, 3, 2), p=p, axis=(0, 2), keepdims=False)
    yield sample(draw(2, 3, 2), p=2, axis=(0, 1, 2), keepdims=False)
