"""Samples of Fourier transforms: odd and even lengths, one, every norm, several axes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from riesz.conformance.sample import Draw, Sample, sample, samples

NORMS = ("backward", "ortho", "forward")
AXES = [((5,), (0,)), ((1,), (0,)), ((2, 6), (1,)), ((3, 4, 2), (2, 0)), ((3, 4), (0, 1))]


@samples("fftn", "ifftn", "rfftn")
def arrays(draw: Draw) -> Iterator[Sample]:
    """Along one axis and two, in either order."""
    for (X, axes), norm in product(AXES, NORMS):
        yield sample(draw(*X), axes=axes, norm=norm)


@samples("irfftn")
def half_spectra(draw: Draw) -> Iterator[Sample]:
    """Of odd and even lengths."""
    for n, norm in product((1, 2, 5, 6), NORMS):
        yield sample(draw(n // 2 + 1), n=n, axes=(0,), norm=norm)
        yield sample(draw(n // 2 + 1, 3), n=n, axes=(1, 0), norm=norm)


@samples("resize_corner")
def resized(draw: Draw) -> Iterator[Sample]:
    """Longer, shorter, both."""
    yield sample(draw(3), shape=(5,))
    yield sample(draw(5), shape=(2,))
    yield sample(draw(2, 4), shape=(3, 3))
    yield sample(draw(2, 0), shape=(2, 3))
