"""Convolutions and correlations: modes, either sequence the longer one, several axes."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidValue
from riesz.registry import registry

registry.load()
MODES = ["full", "same", "valid"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("n", "m"), [(5, 3), (3, 5), (4, 4), (6, 1), (5, 4), (4, 7)])
def test_sequences(n, m, mode, draw, differentiates):
    differentiates(lambda x, y: np.convolve(x, y, mode), draw(n), draw(m))
    differentiates(lambda x, y: np.correlate(x, y, mode), draw(n), draw(m))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["fftconvolve", "convolve", "correlate"])
@pytest.mark.parametrize("Y", [(3, 2), (2, 3), (5, 1)])
def test_images(Y, name, mode, draw, differentiates):
    scipy = pytest.importorskip("scipy.signal")
    f, reference = registry.names[f"signal.{name}"], getattr(scipy, name)
    differentiates(
        lambda x, y: f(x, y, mode), draw(5, 4), draw(*Y),
        reference=lambda x, y: reference(x, y, mode), order=1,
    )  # fmt: skip


def test_along_chosen_axes(draw, differentiates):
    scipy = pytest.importorskip("scipy.signal")
    f = registry.names["signal.fftconvolve"]
    differentiates(
        lambda x, y: f(x, y, axes=1), draw(2, 4), draw(2, 3),
        reference=lambda x, y: scipy.fftconvolve(x, y, axes=1),
    )  # fmt: skip


def test_unknown_modes_are_refused():
    with pytest.raises(InvalidValue, match="full, same, valid"):
        riesz.vjp(lambda x: np.convolve(x, x, "wrap"), np.ones(3))
