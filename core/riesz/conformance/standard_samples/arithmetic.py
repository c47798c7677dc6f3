"""Samples of arithmetic: shapes (), (0,), (2, 0, 3), broadcasting both ways, Python scalars."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

PAIRS = [((), ()), ((4,), (4,)), ((3, 1), (4,)), ((4,), (2, 3, 4)), ((), (3,)), ((2, 0, 3), (3,)),
         ((1,), (3, 1, 2))]  # fmt: skip
SHAPES = [(), (4,), (0,), (2, 0, 3), (2, 3)]


@samples("add", "subtract", "multiply")
def sums_and_products(draw: Draw) -> Iterator[Sample]:
    """Any numbers, and a Python scalar on either side."""
    for X, Y in PAIRS:
        yield sample(draw(*X), draw(*Y))
    yield sample(draw(3), 2.5)
    yield sample(2, draw(3))


@samples("divide")
def quotients(draw: Draw) -> Iterator[Sample]:
    """Denominators away from 0."""
    for X, Y in PAIRS:
        yield sample(draw(*X), draw.positive(*Y))
    yield sample(1.0, -draw.positive(3))
    yield sample(draw(2, 2), 3)


@samples("negative", "positive", "square")
def of_any_number(draw: Draw) -> Iterator[Sample]:
    """Any numbers."""
    for X in SHAPES:
        yield sample(draw(*X))


@samples("reciprocal")
def away_from_zero(draw: Draw) -> Iterator[Sample]:
    """Numbers of either sign away from 0."""
    for X in SHAPES:
        yield sample(-draw.positive(*X))


@samples("integer_power")
def integer_powers(draw: Draw) -> Iterator[Sample]:
    """Either sign of x; exponents 0, 1, 2, and negative ones."""
    for n in (0, 1, 2, 3, 5, -1, -2):
        yield sample(-draw.positive(3), n=n)
        yield sample(draw.positive(), n=n)
    yield sample(draw(2, 0, 3), n=3)


@samples("scalar_power")
def scalar_powers(draw: Draw) -> Iterator[Sample]:
    """Positive x, fractional exponents of either sign."""
    for p in (0.5, 1.5, 3.7, -0.5):
        yield sample(draw.positive(2, 3), p=p)
    yield sample(draw.positive(0), p=0.5)


@samples("power", "float_power")
def powers(draw: Draw) -> Iterator[Sample]:
    """Positive x."""
    for X, P in PAIRS:
        yield sample(draw.positive(*X), draw(*P))
    yield sample(2.0, draw(3))


@samples("fmax", "fmin")
def numbers_before_nan(draw: Draw) -> Iterator[Sample]:
    """The same; of a number and NaN they are the number."""
    for s in without_ties(draw):
        yield s.except_for("nan_carried", "of NaN and a number it is the number")


@samples("maximum", "minimum")
def without_ties(draw: Draw) -> Iterator[Sample]:
    """No two entries closer than 0.1, so that a small step changes no winner."""
    for X, Y in PAIRS:
        yield sample(*_apart(draw, X, Y))
    yield sample(draw.distinct(5), 0.01)


@samples("hypot")
def sides(draw: Draw) -> Iterator[Sample]:
    """Away from the origin."""
    for X, Y in PAIRS:
        yield sample(draw.positive(*X), -draw.positive(*Y))


@samples("remainder", "fmod")
def inside_a_period(draw: Draw) -> Iterator[Sample]:
    """Quotients between two integers, of either sign."""
    for X, Y in PAIRS:
        yield sample(draw.between(7.3, 7.7, *X), draw.between(2.95, 3.05, *Y))
        yield sample(draw.between(-7.7, -7.3, *X), draw.between(2.95, 3.05, *Y))


@samples("copysign")
def signs(draw: Draw) -> Iterator[Sample]:
    """Away from 0 on both sides."""
    for X, Y in PAIRS:
        yield sample(draw.positive(*X), -draw.positive(*Y))
        yield sample(-draw.positive(*X), draw.positive(*Y))


@samples("where")
def choices(draw: Draw) -> Iterator[Sample]:
    """A mask of either shape, a Python scalar in one branch."""
    for X, Y in PAIRS:
        yield sample(draw.mask(*X), draw(*X), draw(*Y))
        yield sample(draw.mask(*Y), draw(*Y), draw(*X))
    yield sample(draw.mask(3, 2), draw(2), 0.0)
    yield sample(draw.mask(3), 1.0, draw(3))


def _apart(draw: Draw, X: tuple[int, ...], Y: tuple[int, ...]) -> list[np.ndarray]:
    both = draw.distinct(prod(X) + prod(Y))
    return [both[: prod(X)].reshape(X), both[prod(X) :].reshape(Y)]
