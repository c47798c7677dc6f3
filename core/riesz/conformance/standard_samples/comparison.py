"""Samples of what is locally constant: values on both sides of every jump, none on it."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

from .arithmetic import PAIRS, SHAPES


@samples("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and",
         "logical_or", "logical_xor")  # fmt: skip
def pairs(draw: Draw) -> Iterator[Sample]:
    """Any two arrays that broadcast; a Python scalar."""
    for X, Y in PAIRS:
        yield sample(draw(*X), draw(*Y))
    yield sample(draw(3), 0.0)


@samples("floor_divide")
def quotients(draw: Draw) -> Iterator[Sample]:
    """Denominators away from 0."""
    if not draw.complex:
        for X, Y in PAIRS:
            yield sample(draw(*X), draw.positive(*Y))
        yield sample(draw(3), -2.0)


@samples("heaviside", "nextafter")
def real_pairs(draw: Draw) -> Iterator[Sample]:
    """The same of real numbers; NumPy has no complex ones."""
    if not draw.complex:
        yield from pairs(draw)


@samples("logical_not", "isnan", "isinf", "isfinite")
def numbers(draw: Draw) -> Iterator[Sample]:
    """Any numbers."""
    for X in SHAPES:
        yield sample(draw(*X))


@samples("sign", "signbit", "floor", "ceil", "trunc", "rint")
def real_numbers(draw: Draw) -> Iterator[Sample]:
    """The same of real numbers; NumPy has no complex ones."""
    if not draw.complex:
        yield from numbers(draw)
