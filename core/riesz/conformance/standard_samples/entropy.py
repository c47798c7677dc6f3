"""Samples of logistic and entropy functions."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

SHAPES = [(), (4,), (2, 0, 3)]


@samples("expit", "log_expit")
def of_either_sign(draw: Draw) -> Iterator[Sample]:
    """On the real line, or near it."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("logit", "entr")
def in_the_unit_interval(draw: Draw) -> Iterator[Sample]:
    """Away from both ends."""
    for X in SHAPES:
        yield sample(draw.between(0.2, 0.8, *X))


@samples("xlogy", "xlog1py", "rel_entr", "kl_div")
def pairs(draw: Draw) -> Iterator[Sample]:
    """Positive, broadcasting both ways."""
    for X, Y in (((), ()), ((3,), (3,)), ((2, 1), (3,)), ((3,), (2, 3))):
        yield sample(draw.positive(*X), draw.positive(*Y))
