"""Samples of what sorting needs: orders and places, locally constant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("running_argument")
def running_arguments(draw: Draw) -> Iterator[Sample]:
    """Along either axis."""
    for extreme in ("maximum", "minimum"):
        yield sample(draw.distinct(5), extreme=extreme, axis=0)
        yield sample(draw.distinct(3, 4), extreme=extreme, axis=1)


@samples("quantile_place")
def places(draw: Draw) -> Iterator[Sample]:
    """Sorted rows, some quantiles."""
    if not draw.complex:
        for method in ("linear", "hazen", "lower", "inverted_cdf"):
            rows, q = np.sort(draw.distinct(2, 5), axis=-1), np.array([0.0, 0.35, 1.0])
            for skip_nan in (False, True):
                places = sample(rows, q, method=method, skip_nan=skip_nan)
                yield places.except_for("constant", "q, which is never traced, moves the places")
