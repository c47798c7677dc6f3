"""Geometries: where rays are, what may be given."""

import numpy as np
import pytest

import riesz
from riesz_tomography import Fan, Parallel, project

FAN = {"shape": 4, "source_origin": 9.0}


def test_equal_geometries_are_one_key():
    one = Parallel(np.array([0.0, 1.0]), 3, shape=(4, 4))
    assert one == Parallel([0, 1], np.int64(3), 1, shape=4)
    assert hash(one) == hash(Parallel((0.0, 1.0), 3, shape=[4, 4]))
    assert one != Parallel([0, 1], 3, 2.0, shape=4)


def test_a_geometry_is_frozen():
    with pytest.raises(AttributeError):
        Parallel([0.0], 3, shape=4).spacing = 2.0


def test_rays_of_a_parallel_beam_are_where_they_should_be():
    phi, r = Parallel([0.0, 1.0], 4, 0.5, shape=3, offset=0.25).lines()
    np.testing.assert_array_equal(phi, [[0.0] * 4, [1.0] * 4])
    np.testing.assert_allclose(r, [[-0.5, 0.0, 0.5, 1.0]] * 2)


@pytest.mark.parametrize("curved", [False, True])
def test_rays_of_a_fan_pass_the_source_and_their_bin(curved):
    G = Fan([0.4, 2.0], 5, 0.7, shape=4, source_origin=6.0, origin_detector=2.0, curved=curved)
    phi, r = G.lines()
    for m, t in enumerate(G.angles):
        along, away = np.array([np.cos(t), np.sin(t)]), np.array([-np.sin(t), np.cos(t)])
        for k, s in enumerate(G.bins()):
            n = np.array([np.cos(phi[m, k]), np.sin(phi[m, k])])
            source, R = -6.0 * away, 8.0
            u, v = (R * np.sin(s / R), R * np.cos(s / R)) if curved else (s, R)
            points = [source, source + u * along + v * away]
            np.testing.assert_allclose(points @ n, [r[m, k]] * 2, atol=1e-14)


@pytest.mark.parametrize("curved", [False, True])
def test_a_far_source_is_a_parallel_beam(curved, rng):
    x, angles = rng.standard_normal((8, 8)), np.linspace(0, 3, 7)
    far = Fan(angles, 9, shape=8, source_origin=1e9, curved=curved)
    y = project(x, geometry=Parallel(angles, 9, shape=8))
    np.testing.assert_allclose(project(x, geometry=far), y, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Parallel([], 3, shape=4), riesz.InvalidValue, "angles"),
        (lambda: Parallel([[0.0]], 3, shape=4), riesz.InvalidValue, "angles"),
        (lambda: Parallel([np.nan], 3, shape=4), riesz.InvalidValue, "finite"),
        (lambda: Parallel(["x"], 3, shape=4), riesz.InvalidType, "radians"),
        (lambda: Parallel([0.0], 0, shape=4), riesz.InvalidValue, "detectors is 0"),
        (lambda: Parallel([0.0], 2.5, shape=4), riesz.InvalidValue, "whole number"),
        (lambda: Parallel([0.0], 3, -1.0, shape=4), riesz.InvalidValue, "spacing"),
        (lambda: Parallel([0.0], 3, shape=(4, 4, 4)), riesz.InvalidValue, "leading axes"),
        (lambda: Parallel([0.0], 3, shape=(4, 0)), riesz.InvalidValue, "shape is 0"),
        (lambda: Parallel([0.0], 3, shape=4, pixel="a"), riesz.InvalidType, "pixel"),
        (lambda: Parallel([0.0], 3, shape=4, offset=np.inf), riesz.InvalidValue, "offset"),
        (lambda: Fan([0.0], 3, shape=4, source_origin=2.0), riesz.InvalidValue, "farther"),
        (lambda: Fan([0.0], 3, shape=4, source_origin=0.0), riesz.InvalidValue, "positive"),
        (
            lambda: Fan([0.0], 3, origin_detector=-1.0, **FAN),
            riesz.InvalidValue,
            "zero or positive",
        ),
        (lambda: Fan([0.0], 99, curved=True, **FAN), riesz.InvalidValue, "90 degrees"),
    ],
)
def test_what_cannot_be_used_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()
