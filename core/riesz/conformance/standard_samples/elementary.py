"""Samples of the elementary functions, inside their domains and away from branch cuts."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

from .arithmetic import PAIRS, SHAPES


@samples("exp", "exp2", "expm1", "sin", "cos", "sinh", "cosh", "tanh", "arcsinh", "arctan",
         "deg2rad", "rad2deg")  # fmt: skip
def everywhere(draw: Draw) -> Iterator[Sample]:
    """Numbers of either sign."""
    for X in SHAPES:
        yield sample(draw.between(-2.0, 2.0, *X))


@samples("sqrt", "cbrt", "log", "log2", "log10", "log1p")
def on_positive_numbers(draw: Draw) -> Iterator[Sample]:
    """Positive numbers, small and large."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
    yield sample(draw.between(1e2, 1e3, 3))


@samples("tan", "arcsin", "arccos", "arctanh")
def within_the_unit_interval(draw: Draw) -> Iterator[Sample]:
    """Between the singularities."""
    for X in SHAPES:
        yield sample(draw.between(-0.8, 0.8, *X))


@samples("arccosh")
def above_one(draw: Draw) -> Iterator[Sample]:
    """Right of the branch point."""
    for X in SHAPES:
        yield sample(draw.between(1.5, 3.0, *X))


@samples("fabs")
def away_from_the_kink(draw: Draw) -> Iterator[Sample]:
    """Either sign, not near 0."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("sinc")
def around_zero(draw: Draw) -> Iterator[Sample]:
    """Far from 0, and at 0. (Near it the complex step itself cancels.)"""
    for X in SHAPES:
        yield sample(draw.between(0.3, 3.0, *X))
    yield sample(0 * draw(2))


@samples("arctan2")
def around_the_circle(draw: Draw) -> Iterator[Sample]:
    """Every quadrant, not near the negative half axis."""
    for X, Y in PAIRS:
        yield sample(draw.positive(*X), draw.between(-2.0, 2.0, *Y))
        yield sample(-draw.positive(*X), draw.positive(*Y))


@samples("logaddexp", "logaddexp2")
def far_and_near(draw: Draw) -> Iterator[Sample]:
    """Arguments of like size, and one far below the other."""
    for X, Y in PAIRS:
        yield sample(draw(*X), draw(*Y))
    yield sample(draw(3), draw(3) + 30)
    yield sample(0.0, draw(3))
