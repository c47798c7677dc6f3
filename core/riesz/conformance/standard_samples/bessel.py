"""Samples of Bessel functions: orders are numbers, arguments positive (or near a positive one)."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("jv", "yv", "iv", "kv", "ive", "kve")
def of_an_order(draw: Draw) -> Iterator[Sample]:
    """Integer, half, general."""
    for order in (0, 1, 2, 0.5, 1.7):
        yield sample(order, draw.positive(3))


@samples("j0", "j1", "y0", "y1", "i0", "i1", "i0e", "i1e", "k0", "k1", "k0e", "k1e")
def of_order_zero_or_one(draw: Draw) -> Iterator[Sample]:
    """Scalars, arrays, empty ones."""
    for X in ((), (4,), (2, 0, 3)):
        yield sample(draw.positive(*X))
