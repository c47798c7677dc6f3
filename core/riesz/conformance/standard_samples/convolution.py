"""Samples of convolutions: either sequence the longer one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from riesz.conformance.sample import Draw, Sample, sample, samples


@samples("convolve")
def sequences(draw: Draw) -> Iterator[Sample]:
    """Odd and even lengths."""
    for (n, m), mode in product(
        ((5, 3), (3, 5), (4, 4), (6, 1), (2, 7)), ("full", "same", "valid")
    ):
        yield sample(draw(n), draw(m), mode=mode)
