"""Samples of the error function and its relatives."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

SHAPES = [(), (4,), (2, 0, 3)]


@samples("erf", "erfc", "erfi", "erfcx", "dawsn", "wofz", "ndtr", "log_ndtr")
def of_either_sign(draw: Draw) -> Iterator[Sample]:
    """On the real line, or near it."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("erfinv", "ndtri")
def in_the_unit_interval(draw: Draw) -> Iterator[Sample]:
    """Away from both ends."""
    for X in SHAPES:
        yield sample(draw.between(0.2, 0.8, *X))


@samples("erfcinv")
def up_to_two(draw: Draw) -> Iterator[Sample]:
    """Either side of 1."""
    yield sample(draw.between(0.2, 1.8, 4))
