"""Samples of sums, means, variances and products: zero factors, empty arrays, all axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

#: Shapes, and axes to reduce.
AXES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()), ((4,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((2, 3), (0, 1)), ((3, 1), (1,)),
    ((3,), ()),
]  # fmt: skip


def reductions(x: Any, axis: tuple[int, ...]) -> Iterator[Sample]:
    """The reduction of x along `axis`, with and without keeping the axes."""
    for keepdims in (False, True):
        yield sample(x, axis=axis, keepdims=keepdims)


@samples("sum", "mean")
def sums(draw: Draw) -> Iterator[Sample]:
    """Any numbers."""
    for X, axis in AXES:
        yield from reductions(draw(*X), axis)
    yield from reductions(draw(2, 0, 3), (0,))
    yield from reductions(draw(2, 0, 3), (2,))


@samples("prod")
def products(draw: Draw) -> Iterator[Sample]:
    """Without a zero, with one, with two."""
    for X, axis in AXES:
        yield from reductions(draw.positive(*X), axis)
    yield from reductions(draw(2, 0, 3), (1,))
    for zeros in (1, 2):
        x = draw.positive(2, 4)
        x[0, :zeros] = 0
        yield from reductions(x, (1,))
        yield from reductions(x, (0, 1))


@samples("var")
def variances(draw: Draw) -> Iterator[Sample]:
    """Two degrees of freedom or more."""
    for X, axis in AXES:
        if int(np.prod([X[i] for i in axis])) > 2:
            for ddof in (0, 1):
                yield sample(draw(*X), axis=axis, ddof=ddof, keepdims=ddof == 1)
    yield sample(np.stack([draw(2, 3), draw(2, 3)]), axis=(0,), ddof=0, keepdims=False)


@samples("deviation")
def deviations(draw: Draw) -> Iterator[Sample]:
    """Of variances away from 0."""
    if not draw.complex:
        yield sample(draw.positive())
        yield sample(draw.positive(2, 3))
