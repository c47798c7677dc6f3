"""Samples of real, imaginary part, modulus and argument."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riesz.conformance.sample import Draw, Sample, sample, samples

from .arithmetic import SHAPES


@samples("real", "imag", "conj", "modulus")
def numbers(draw: Draw) -> Iterator[Sample]:
    """Either sign, away from 0."""
    for X in SHAPES:
        yield sample(draw.positive(*X))
        yield sample(-draw.positive(*X))


@samples("absolute")
def real_numbers(draw: Draw) -> Iterator[Sample]:
    """The same, real; the modulus of a complex number is another operator."""
    if not draw.complex:
        yield from numbers(draw)


@samples("angle")
def off_the_cut(draw: Draw) -> Iterator[Sample]:
    """Away from 0 and from the negative half axis."""
    for X in SHAPES:
        yield sample(draw.positive(*X))


@samples("astype")
def conversions(draw: Draw) -> Iterator[Sample]:
    """To the other precision, to the same, from real to complex."""
    for name in ("complex64", "complex128") if draw.complex else ("float32", "float64"):
        yield sample(draw(3), dtype=np.dtype(name))
    yield sample(draw(2, 0), dtype=np.result_type(draw.dtype, np.complex64))


@samples("truncated")
def truncations(draw: Draw) -> Iterator[Sample]:
    """To integers and to booleans."""
    x = Draw(np.empty(0, draw.dtype).real.dtype)
    for name in ("int64", "bool"):
        yield sample(3 * x(2, 3), dtype=np.dtype(name))
