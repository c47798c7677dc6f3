"""Samples of joining: one array, several, an empty one, a constant among them."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("concatenate")
def concatenations(draw: Draw) -> Iterator[Sample]:
    """Of unequal lengths."""
    yield sample(draw(3), axis=0)
    yield sample(draw(3), draw(0), draw(2), axis=0)
    yield sample(draw(2, 3), draw(2, 1), axis=1)
    yield sample(draw(0, 3), draw(2, 3), axis=0)


@samples("stack")
def stacks(draw: Draw) -> Iterator[Sample]:
    """Along every new axis."""
    yield sample(draw(), draw(), axis=0)
    for axis in range(3):
        yield sample(draw(2, 3), draw(2, 3), draw(2, 3), axis=axis)
    yield sample(draw(2, 0), draw(2, 0), axis=1)
