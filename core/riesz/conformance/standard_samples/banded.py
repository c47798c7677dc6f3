"""Samples of band matrices with a strong main diagonal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("solve_banded")
def banded(draw: Draw) -> Iterator[Sample]:
    """Tridiagonal, one-sided and lopsided bands; one right side and several."""
    for lower, upper in ((1, 1), (0, 2), (2, 0), (2, 1)):
        ab = 0.3 * draw(lower + upper + 1, 5)
        ab[upper] += 2
        ab = ab.astype(draw.dtype)
        yield sample(ab, draw(5), lower=lower, upper=upper)
        yield sample(ab, draw(5, 2), lower=lower, upper=upper)
    yield sample(np.ones((1, 1), draw.dtype), draw(1), lower=0, upper=0)
