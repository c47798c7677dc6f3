"""Samples of soft maxima and ramps, away from kinks."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("relu", "softplus", "gelu", "silu")
def of_either_sign(draw: Draw) -> Iterator[Sample]:
    """Away from 0."""
    for X in ((), (4,), (2, 0, 3)):
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("logsumexp")
def log_sums(draw: Draw) -> Iterator[Sample]:
    """Along one axis, several, all; complex sums stay off the cut."""
    for X, axis in (((3,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((2, 3), (0, 1))):
        for keepdims in (False, True):
            yield sample(draw.between(-1, 1, *X), axis=axis, keepdims=keepdims)


@samples("softmax", "log_softmax")
def shares(draw: Draw) -> Iterator[Sample]:
    """Along one axis, several."""
    for X, axis in (((3,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2))):
        yield sample(draw(*X), axis=axis)
