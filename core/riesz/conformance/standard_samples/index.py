"""Samples of indexing: slices, numbers, repeated and negative integers, masks, mixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples
from riesz.operators.index import split

REPEATED = np.array([0, 2, -1, 0])
SLICES: list[Any] = [
    1, -1, slice(1, None), slice(None, None, -2), Ellipsis, None, (), (slice(0, 2), None, 1),
    (Ellipsis, slice(3, 0, -1)), slice(2, 2),
]  # fmt: skip
INTEGERS: list[Any] = [
    REPEATED, (REPEATED, np.array([1, 1, 0, 1])), (slice(None), np.array([[0, 3], [3, 1]])),
    (REPEATED, slice(1, 3)), (1, np.array([0, 0, 2])), np.array(1), np.zeros(0, int),
    (np.array([[0], [2]]), np.array([1, 3])),
]  # fmt: skip
MASKS: list[Any] = [
    np.array([True, False, True]), np.arange(12).reshape(3, 4) % 5 < 2,
    (slice(None), np.array([True, False, False, True])), np.array(True), np.array(False),
]  # fmt: skip


@samples("getitem")
def selections(draw: Draw) -> Iterator[Sample]:
    """What has a shape that does not depend on values."""
    for index in SLICES + INTEGERS:
        arrays, key = split(index)
        yield sample(draw(3, 4), *arrays, key=key)


@samples("scatter")
def placements(draw: Draw) -> Iterator[Sample]:
    """Into every kind of place."""
    for index in SLICES + INTEGERS + MASKS:
        arrays, key = split(index)
        yield sample(draw(*np.zeros((3, 4))[index].shape), *arrays, key=key, shape=(3, 4))


@samples("index_add")
def additions(draw: Draw) -> Iterator[Sample]:
    """At every kind of place; a value for all entries, or one for each."""
    for index in SLICES + INTEGERS + MASKS:
        arrays, key = split(index)
        selected = np.zeros((3, 4))[index].shape
        yield sample(draw(3, 4), draw(*selected), *arrays, key=key)
        yield sample(draw(3, 4), draw(), *arrays, key=key)
