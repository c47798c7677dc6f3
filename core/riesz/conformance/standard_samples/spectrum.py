"""Samples of spectra, seen by what does not depend on signs, phases and free bases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples
from riesz.operators.hermitian import H, hermitian_part

from .factorization import SHAPES, projector


@samples("svd")
def with_distinct_values(draw: Draw) -> Iterator[Sample]:
    """Tall, wide, square; full and not."""
    for *batch, m, n in (*SHAPES, (3, 5)):
        x = (0.2 * draw(*batch, m, n) + np.eye(m, n) * np.arange(1, n + 1)).astype(draw.dtype)
        yield sample(x, full=False).seen_by(singular_projectors)
        yield sample(x, full=True).seen_by(singular_projectors)


@samples("eigh")
def hermitian(draw: Draw) -> Iterator[Sample]:
    """With eigenvalues apart, among the Hermitian matrices, by either triangle."""
    for batch, lower in (((), True), ((2,), False)):
        x = 0.2 * draw(*batch, 3, 3) + np.diag(np.arange(3.0))
        x = hermitian_part(x).astype(draw.dtype)
        yield sample(x, lower=lower).on(hermitian_part).seen_by(lambda w, v: (w, moduli(v)))


@samples("eig")
def general(draw: Draw) -> Iterator[Sample]:
    """With complex eigenvalues, all distinct."""
    turn = np.array([[1.0, 2.0, 0.0], [-2.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
    for batch in ((), (2,)):
        x = (0.1 * draw(*batch, 3, 3) + turn).astype(draw.dtype)
        yield sample(x).seen_by(lambda w, v: (w, moduli(v)))


def moduli(u: Any) -> Any:
    """|u_ij|^2, which the phases of the columns do not change."""
    return u.real**2 + u.imag**2 if u.dtype.kind == "c" else u * u


def singular_projectors(u: Any, s: Any, vh: Any) -> tuple[Any, ...]:
    """The values, the moduli of the vectors, one pair of them, and the complement of the rest."""
    k = s.shape[-1]
    pair = u[..., :, :1] @ vh[..., :1, :]
    return s, moduli(u[..., :k]), moduli(vh[..., :k, :]), pair, projector(u), projector(H(vh))
