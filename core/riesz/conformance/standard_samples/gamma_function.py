"""Samples of the gamma function and its relatives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("loggamma")
def right_of_the_cut(draw: Draw) -> Iterator[Sample]:
    """Real, for the reason below."""
    if not draw.complex:
        yield sample(draw.positive(2, 3))


@samples("gamma", "rgamma", "gammaln", "digamma")
def away_from_poles(draw: Draw) -> Iterator[Sample]:
    """Real: the second derivative of a complex gamma needs a digamma' that SciPy does not have."""
    if not draw.complex:
        yield sample(draw.positive(2, 3))
        yield sample(np.array([-0.5, -1.4, 2.5], draw.dtype))


@samples("polygamma", "zeta")
def with_an_order(draw: Draw) -> Iterator[Sample]:
    """Orders are numbers or integers."""
    for order in (2, 3):
        yield sample(order, draw.positive(3))


@samples("gammainc", "gammaincc")
def incomplete(draw: Draw) -> Iterator[Sample]:
    """Orders are numbers."""
    for order in (0.5, 2.5):
        yield sample(order, draw.positive(3))


@samples("betainc")
def incomplete_beta(draw: Draw) -> Iterator[Sample]:
    """Orders are numbers."""
    yield sample(2.5, 1.5, draw.between(0.2, 0.8, 3))


@samples("beta", "betaln", "poch")
def pairs(draw: Draw) -> Iterator[Sample]:
    """Positive, broadcasting both ways."""
    for X, Y in (((), ()), ((3,), (3,)), ((2, 1), (3,)), ((3,), (2, 3))):
        yield sample(draw.positive(*X), draw.positive(*Y))
