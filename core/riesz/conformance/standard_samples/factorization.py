"""Samples of factorisations, seen by what does not depend on signs, phases and free bases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples
from riesz.operators.hermitian import H, hermitian_part

SHAPES = ((3, 3), (5, 3), (2, 5, 3))


@samples("cholesky")
def definite(draw: Draw) -> Iterator[Sample]:
    """Among the Hermitian matrices."""
    yield sample(draw.definite(3)).on(hermitian_part)
    yield sample(draw.definite(3, 2, 2)).on(hermitian_part)


@samples("qr")
def of_full_rank(draw: Draw) -> Iterator[Sample]:
    """Tall and square."""
    for *batch, m, n in SHAPES:
        x = (draw(*batch, m, n) + 2 * np.eye(m, n)).astype(draw.dtype)
        yield sample(x, complete=False)
        yield sample(x, complete=True).seen_by(
            lambda q, r, n=n: (q[..., :n], projector(q[..., n:]), r)
        )


def projector(u: Any) -> Any:
    """Onto the space that the columns of u span, if they are orthonormal."""
    return u @ H(u)
