"""Samples of the cosine and sine transforms: types, norms, an axis that is not the last."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from riesz.conformance.sample import Draw, Sample, sample, samples

from .fourier import NORMS


@samples("dct", "dst")
def arrays(draw: Draw) -> Iterator[Sample]:
    """Of length 4, and 3 along the first axis."""
    for type, norm in product((1, 2, 3, 4), NORMS):
        yield sample(draw(4), type=type, axis=0, norm=norm)
        yield sample(draw(3, 2), type=type, axis=0, norm=norm)
