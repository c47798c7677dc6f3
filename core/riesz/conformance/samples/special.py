"""Samples of special functions, in the interior of their domains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

SHAPES = [(), (4,), (2, 0, 3)]


@samples("erf", "erfc", "erfi", "erfcx", "dawsn", "wofz", "ndtr", "log_ndtr",
         "expit", "log_expit", "cosm1")  # fmt: skip
def of_either_sign(draw: Draw) -> Iterator[Sample]:
    """On the real line, or near it."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("exprel")
def near_zero(draw: Draw) -> Iterator[Sample]:
    """Either side of the switch to a series, too."""
    yield sample(draw.positive(3))
    yield sample(np.array([-5e-3, 0.0, 0.04, 0.06], draw.dtype))


@samples("erfinv", "ndtri", "logit", "entr", "ellipk", "ellipe")
def in_the_unit_interval(draw: Draw) -> Iterator[Sample]:
    """Away from both ends."""
    for X in SHAPES:
        yield sample(draw.between(0.2, 0.8, *X))


@samples("erfcinv")
def up_to_two(draw: Draw) -> Iterator[Sample]:
    """Either side of 1."""
    yield sample(draw.between(0.2, 1.8, 4))


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


@samples("expi", "exp1", "spence")
def positive(draw: Draw) -> Iterator[Sample]:
    """Off the cuts."""
    yield sample(draw.positive(4))


@samples("lambertw_branch")
def branches(draw: Draw) -> Iterator[Sample]:
    """The principal one and its neighbours."""
    for k in (0, 1, -1):
        yield sample(draw.positive(3), k=k)


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


@samples("beta", "betaln", "poch", "xlogy", "xlog1py", "rel_entr", "kl_div")
def pairs(draw: Draw) -> Iterator[Sample]:
    """Positive, broadcasting both ways."""
    for X, Y in (((), ()), ((3,), (3,)), ((2, 1), (3,)), ((3,), (2, 3))):
        yield sample(draw.positive(*X), draw.positive(*Y))
