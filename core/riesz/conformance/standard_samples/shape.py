"""Samples of shape operators: empty arrays, no axes, axes of length 1."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("reshape")
def reshapings(draw: Draw) -> Iterator[Sample]:
    """To more and to fewer axes."""
    for X, Y in (((), (1, 1)), ((6,), (2, 3)), ((2, 3), (3, 2)), ((2, 0), (0, 5)), ((1,), ())):
        yield sample(draw(*X), shape=Y)


@samples("transpose")
def transpositions(draw: Draw) -> Iterator[Sample]:
    """Permutations that are and are not their own inverse."""
    for X, order in (
        ((2, 3), (1, 0)),
        ((2, 3, 4), (2, 0, 1)),
        ((2, 0, 3), (1, 2, 0)),
        ((3,), (0,)),
    ):
        yield sample(draw(*X), axes=order)


@samples("broadcast_to")
def broadcasts(draw: Draw) -> Iterator[Sample]:
    """Along new axes and along axes of length 1."""
    for X, Y in (((), (3,)), ((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((1,), (0,)), ((2,), (2,))):
        yield sample(draw(*X), shape=Y)


@samples("flip")
def flips(draw: Draw) -> Iterator[Sample]:
    """Along no axis, one, several."""
    for X, axis in (((), ()), ((4,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((0, 3), (0, 1))):
        yield sample(draw(*X), axis=axis)


@samples("roll")
def rolls(draw: Draw) -> Iterator[Sample]:
    """Either way, by more than the length, along several axes."""
    for X, shift, axis in (((4,), (1,), (0,)), ((4,), (-9,), (0,)), ((3, 4), (2, -1), (1, 0)),
                           ((2, 0), (1,), (1,)), ((3,), (0,), (0,))):  # fmt: skip
        yield sample(draw(*X), shift=shift, axis=axis)
