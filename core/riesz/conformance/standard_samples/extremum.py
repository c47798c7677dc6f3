"""Samples of extrema, where no two entries tie."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, samples

from .reduction import AXES, reductions


@samples("max", "min")
def extrema(draw: Draw) -> Iterator[Sample]:
    """Distinct entries."""
    for X, axis in AXES:
        yield from reductions(draw.distinct(*X), axis)
    yield from reductions(draw.distinct(2, 0), (0,))


@samples("nanmax", "nanmin")
def extrema_of_numbers(draw: Draw) -> Iterator[Sample]:
    """Distinct entries."""
    for X, axis in AXES:
        for s in reductions(draw.distinct(*X), axis):
            yield s.except_for("nan_carried", "it is an extremum of what is not NaN")
