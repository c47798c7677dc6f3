"""Samples of locally constant functions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("locally_constant")
def steps(draw: Draw) -> Iterator[Sample]:
    """A rounding, an order, a test of two arrays."""
    x = draw.distinct(3, 4)
    yield sample(x, function="round", names=("a",), static=(("decimals", 0),))
    yield sample(x, function="argsort", names=("a",), static=(("axis", 0),))
    yield sample(x, function="argmax", names=("a",), static=())
    yield sample(x, np.zeros(4), function="isclose", names=("a", "b"), static=())
