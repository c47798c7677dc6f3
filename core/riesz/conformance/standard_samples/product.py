"""Samples of products: vectors, matrices, stacks that broadcast, empty axes."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

FACTORS = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)), ((2, 1, 2, 3), (3, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)),
    ((0, 3), (3, 2)), ((2, 0), (0, 3)),
]  # fmt: skip


@samples("matmul")
def factors(draw: Draw) -> Iterator[Sample]:
    """Every pair of dimensions."""
    for X, Y in FACTORS:
        yield sample(draw(*X), draw(*Y))


@samples("tensordot")
def contracted(draw: Draw) -> Iterator[Sample]:
    """No axis, one, two in another order."""
    yield sample(draw(2, 3), draw(4), axes=((), ()))
    yield sample(draw(2, 3), draw(3, 4), axes=((1,), (0,)))
    yield sample(draw(2, 3, 4), draw(5, 4, 2), axes=((0, 2), (2, 1)))
    yield sample(draw(2, 3), draw(3, 2), axes=((0, 1), (1, 0)))


@samples("cross")
def in_space(draw: Draw) -> Iterator[Sample]:
    """One vector and a stack."""
    yield sample(draw(3), draw(3))
    yield sample(draw(4, 3), draw(3))
