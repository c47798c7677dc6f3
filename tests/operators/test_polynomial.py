"""Polynomials."""

import numpy as np
import pytest

import riesz


@pytest.fixture
def p(rng):
    return rng.standard_normal(4)


def test_values(agrees, p, rng):
    agrees(np.polyval, p, rng.standard_normal((2, 3)))
    agrees(np.polyval, p, 0.3)
    agrees(np.vander, p)
    agrees(lambda x: np.vander(x, 3, increasing=True), p)


def test_algebra(agrees, p):
    agrees(np.polyadd, p, p[:2])
    agrees(np.polysub, p[:2], p)
    agrees(np.polymul, p, p[:2])
    agrees(lambda p: np.polyder(p, 2), p)
    agrees(lambda p: np.polyint(p, 2, k=[1.0, 2.0]), p)
    agrees(np.polyint, p)


def test_zeros(agrees, p):
    agrees(np.poly, p)
    agrees(lambda p: np.sum(np.roots(p) ** 3).real, np.array([1.0, -3.1, 0.4, 0.7]))
    agrees(lambda p: np.sum(np.roots(p)).real, np.array([2.0, -3.1]))


def test_fit(agrees, rng):
    x, y, w = np.sort(rng.random(6)), rng.standard_normal(6), rng.random(6) + 1
    agrees(lambda x, y, w: np.polyfit(x, y, 2, w=w), x, y, w)
    agrees(lambda y: np.polyfit(x, y, 1), np.stack([y, w], axis=1))
    with pytest.raises(riesz.UnsupportedOperator, match="full="):
        riesz.vjp(lambda y: np.polyfit(x, y, 1, full=True), y)


def test_the_polynomial_of_a_real_matrix_is_real(agrees):
    agrees(np.poly, np.array([[0.0, -1.0], [2.0, 0.3]]))


def test_roots_keep_single_precision():
    p = np.array([1, -3, 2, 0], np.float32)
    y, pullback = riesz.vjp(np.roots, p)
    assert (y.dtype, pullback(y).dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(np.sort(y), [0, 1, 2], atol=1e-6)
