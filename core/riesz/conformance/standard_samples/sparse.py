"""Samples of sparse products: by rows and by columns, of vectors and of matrices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples
from riesz.sparse_matrix import Pattern


@samples("sparse_matmul")
def products(draw: Draw) -> Iterator[Sample]:
    """A 4 x 3 matrix with an empty row and a place that occurs twice; an empty matrix."""
    pattern = Pattern(np.array([0, 2, 1, 1, 0]), np.array([0, 2, 2, 4, 5]), (4, 3))
    yield sample(draw(5), draw(3), pattern=pattern)
    yield sample(draw(5), draw(3, 2), pattern=pattern)
    yield sample(draw(5), draw(4), pattern=pattern.T)
    yield sample(draw(5), draw(4, 0), pattern=pattern.T)
    empty = Pattern(np.zeros(0, int), np.zeros(3, int), (2, 3))
    yield sample(draw(0), draw(3), pattern=empty)
