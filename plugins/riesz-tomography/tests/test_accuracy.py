"""Against the exact projections of ellipses: of the operators, and of filtered back-projection."""

import numpy as np
import pytest

import riesz
from riesz_tomography import (
    Ellipse,
    Fan,
    Parallel,
    filtered_backprojection,
    image,
    project,
    shepp_logan,
    sinogram,
)  # fmt: skip

DISC = [Ellipse(1.0, 0.6, 0.6, 0.1, 0.05)]
ANGLES = np.linspace(0, 2 * np.pi, 180, endpoint=False)


def beams(size, angles=ANGLES):
    common = {"shape": size, "pixel": 2 / size}
    yield Parallel(angles, size, 2.2 / size, **common)
    for curved in (False, True):
        yield Fan(
            angles, size, 4.0 / size, source_origin=3.0, origin_detector=2.0, curved=curved,
            offset=0.013, **common,
        )  # fmt: skip


def relative(given, expected):
    return np.linalg.norm(given - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("beam", range(3))
@pytest.mark.parametrize(("phantom", "bound"), [(DISC, 0.009), (shepp_logan(), 0.034)])
def test_projections_of_a_phantom(beam, phantom, bound, backend):
    errors = []
    for size in (32, 64, 128):
        G = list(beams(size, ANGLES[::6] + 0.01))[beam]
        errors.append(relative(project(image(phantom, G), geometry=G), sinogram(phantom, G)))
    assert errors[2] < bound
    assert errors[2] < 0.4 * errors[0]  # of an image with jumps, about h


@pytest.mark.parametrize("beam", range(3))
def test_projections_of_a_smooth_image_are_of_second_order(beam, backend):
    """A Gaussian: its line integrals are known, and interpolation loses h^2."""
    width, errors = 0.15, []
    for size in (32, 64):
        G = list(beams(size, ANGLES[::6] + 0.01))[beam]
        places = (np.arange(size) - 0.5 * (size - 1)) * G.pixel
        X, Y = places - 0.1, -places[:, None] - 0.2
        phi, r = G.lines()
        t = r - 0.1 * np.cos(phi) - 0.2 * np.sin(phi)
        exact = np.sqrt(2 * np.pi) * width * np.exp(-0.5 * (t / width) ** 2)
        x = np.exp(-0.5 * (X**2 + Y**2) / width**2)
        errors.append(relative(project(x, geometry=G), exact))
    assert errors[1] < 0.004
    assert errors[0] / errors[1] > 3.5


@pytest.mark.parametrize("beam", range(3))
@pytest.mark.parametrize("window", ["ram-lak", "shepp-logan", "cosine", "hamming", "hann"])
def test_filtered_back_projection_inverts(beam, window):
    G = list(beams(64))[beam]
    smooth = [Ellipse(1.0, 0.7, 0.5, 0.1, 0.0, 0.3), Ellipse(-0.5, 0.2, 0.3)]
    x = filtered_backprojection(sinogram(smooth, G), geometry=G, window=window)
    truth = image(smooth, G)
    inside = image([Ellipse(1.0, 0.12, 0.2)], G) == 1  # away from edges
    np.testing.assert_allclose(x[inside], truth[inside], atol=0.04)
    assert relative(x, truth) < 0.32


def test_filtered_back_projection_of_uneven_angles_and_slices():
    angles = np.sort(np.random.default_rng(2).uniform(0, np.pi, 150))
    G = Parallel(angles[::-1], 64, 2.2 / 64, shape=64, pixel=2 / 64)
    both = np.stack([sinogram(DISC, G), 2 * sinogram(DISC, G)])
    x = filtered_backprojection(both, geometry=G)
    assert relative(x[0], image(DISC, G)) < 0.15
    np.testing.assert_allclose(x[1], 2 * x[0], rtol=1e-12, atol=1e-12)


def test_an_unknown_window_is_named():
    G = Parallel([0.0], 4, shape=4)
    with pytest.raises(riesz.InvalidValue, match="'ramp', but it must be one of ram-lak"):
        filtered_backprojection(np.zeros((1, 4)), geometry=G, window="ramp")
    with pytest.raises(riesz.InvalidValue, match="filtered_backprojection was given"):
        filtered_backprojection(np.zeros((4, 4)), geometry=G)


@pytest.mark.parametrize("tilt", [0.0, 0.7])
def test_the_mass_of_an_ellipse_is_seen_from_every_side(tilt):
    ellipse = Ellipse(2.0, 0.5, 0.3, 0.2, -0.1, tilt)
    G = Parallel(ANGLES[::9], 4000, 2.4 / 4000, shape=4)
    mass = sinogram([ellipse], G).sum(axis=1) * G.spacing
    np.testing.assert_allclose(mass, 2.0 * np.pi * 0.5 * 0.3, rtol=1e-4)


def test_the_image_of_a_phantom_has_its_mass():
    G = Parallel([0.0], 4, shape=(40, 60), pixel=0.05)
    x = image([Ellipse(3.0, 0.7, 0.4, 0.2, 0.1, 0.5)], G, samples=16)
    np.testing.assert_allclose(x.sum() * G.pixel**2, 3 * np.pi * 0.7 * 0.4, rtol=1e-3)


def test_an_image_with_its_own_sinogram_is_seen_the_right_way_up():
    """A disc in the upper right, one ray through it from each of two sides."""
    disc = [Ellipse(1.0, 0.2, 0.2, 0.5, 0.3)]
    G = Parallel([0.0, np.pi / 2], 41, 0.05, shape=40, pixel=0.05)
    x, y = image(disc, G), project(image(disc, G), geometry=G)
    assert x[:20, 20:].sum() == x.sum()
    assert G.bins()[y[0].argmax()] == pytest.approx(0.5)  # X
    assert G.bins()[y[1].argmax()] == pytest.approx(0.3)  # Y
    np.testing.assert_allclose(y, sinogram(disc, G), atol=0.1)
