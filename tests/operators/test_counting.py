"""Weighted counts, and functions applied along axes."""

import numpy as np

import riesz


def test_bincount(agrees, rng):
    agrees(lambda w: np.bincount([0, 2, 2, 1, 0], weights=w, minlength=5), rng.random(5))


def test_histogram(agrees, rng):
    values = rng.standard_normal(20)
    for bins in (3, [-1, 0, 0.5, 1]):
        for density in (False, True):
            agrees(
                lambda w, b=bins, d=density: np.histogram(values, b, weights=w, density=d)[0],
                rng.random(20),
            )


def test_counts_are_locally_constant(rng):
    values = rng.standard_normal(20)
    g = riesz.grad(lambda x: np.sum(x) + np.sum(np.histogram(x, 4)[0]))(values)
    np.testing.assert_array_equal(g, 1)


def test_along_an_axis(agrees, rng):
    x = rng.standard_normal((2, 3, 4))
    agrees(lambda x: np.apply_along_axis(lambda t: np.sum(t * t), 0, x), x)
    agrees(lambda x: np.apply_along_axis(lambda t, k: np.outer(t, t) * k, 1, x, 2.0), x)
    agrees(lambda x: np.apply_over_axes(np.sum, x, [0, 2]), x)


def test_where_of_a_condition_alone(rng):
    x = rng.standard_normal(9)
    g = riesz.grad(lambda x: np.sum(x[np.where(np.abs(x) * (x > 0))] ** 2))(x)
    np.testing.assert_array_equal(g, np.where(x > 0, 2 * x, 0))
