"""Samples of linear systems: well conditioned, of one vector and of several, stacked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("solve")
def systems(draw: Draw) -> Iterator[Sample]:
    """One vector, a matrix, stacks that broadcast."""
    yield sample(draw.regular(3), draw(3))
    yield sample(draw.regular(3), draw(3, 2))
    yield sample(draw.regular(3, 2), draw(3))
    yield sample(draw.regular(2, 3, 1), draw(2, 2, 1))
    yield sample(draw.regular(2, 0), draw(0, 2, 2))


@samples("inv")
def regular(draw: Draw) -> Iterator[Sample]:
    """One matrix, a stack."""
    yield sample(draw.regular(3))
    yield sample(draw.regular(2, 3))


@samples("pinv")
def of_full_rank(draw: Draw) -> Iterator[Sample]:
    """Wide, tall, square."""
    for m, n in ((4, 2), (2, 4), (3, 3)):
        well_conditioned = 0.3 * draw(2, m, n) + 2 * np.eye(m, n, dtype=draw.dtype)
        yield sample(well_conditioned.astype(draw.dtype), rtol=1e-5, hermitian=False)


@samples("solve_triangular")
def triangular(draw: Draw) -> Iterator[Sample]:
    """Either triangle, with and without the diagonal; the other triangle is not read."""
    for lower, unit_diagonal in ((True, False), (False, False), (True, True), (False, True)):
        static = {"lower": lower, "unit_diagonal": unit_diagonal}
        yield sample(draw.regular(3), draw(3), **static)
        yield sample(draw.regular(3), draw(3, 2), **static)


@samples("solve_sylvester")
def sylvester(draw: Draw) -> Iterator[Sample]:
    """A and -B without a common eigenvalue."""
    yield sample(draw.regular(3), draw.regular(2), draw(3, 2))
