"""Samples of running sums and products: zeros among the factors, any axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

AXIS: list[tuple[tuple[int, ...], int]] = [
    ((1,), 0), ((4,), 0), ((0,), 0), ((3, 5), 0), ((3, 5), 1), ((2, 3, 2), 1), ((2, 0, 3), 0),
]  # fmt: skip


@samples("cumsum")
def running_sums(draw: Draw) -> Iterator[Sample]:
    """Any numbers."""
    for X, axis in AXIS:
        yield sample(draw(*X), axis=axis)


@samples("cumprod")
def running_products(draw: Draw) -> Iterator[Sample]:
    """Without a zero, with one, with two."""
    for X, axis in AXIS:
        yield sample(draw.positive(*X), axis=axis)
    for zeros in (1, 2):
        x = draw.positive(5)
        x[1 : 1 + zeros] = 0
        yield sample(x, axis=0)


@samples("unwrap_offset")
def jumping(draw: Draw) -> Iterator[Sample]:
    """Angles with jumps."""
    if not draw.complex:
        yield sample(5 * draw(6), discont=None, axis=-1, period=2 * np.pi)
        yield sample(5 * draw(4, 2), discont=4.0, axis=0, period=3.0)
