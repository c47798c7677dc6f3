"""max, min, ptp: ties, NaN, initial, where."""

import numpy as np
import pytest

import riesz

EXTREMA = (np.max, np.min, np.amax, np.amin, np.ptp, np.nanmax, np.nanmin)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
@pytest.mark.parametrize("f", EXTREMA)
def test_axis(agrees, rng, f, axis):
    x = rng.permutation(np.arange(24.0)).reshape(2, 3, 4)
    agrees(lambda x: f(x, axis=axis), x)
    agrees(lambda x: f(np.sin(x), axis=axis, keepdims=True), x)


@pytest.mark.parametrize("f", [np.max, np.min, np.nanmax, np.nanmin])
def test_initial_and_where(agrees, rng, f):
    x = rng.permutation(np.arange(12.0)).reshape(3, 4)
    agrees(lambda x: f(x, axis=0, initial=5.3), x)
    agrees(lambda x: f(x, axis=0, initial=5.3, where=x > 3.5), x)
    with pytest.raises(ValueError, match="initial="):
        riesz.grad(lambda x: f(x, where=np.ones(3, bool)))(np.ones(3))


def test_ties_share_equally():
    x = np.array([2.0, 1.0, 2.0, 0.0])
    np.testing.assert_array_equal(riesz.grad(np.max)(x), [0.5, 0, 0.5, 0])
    np.testing.assert_array_equal(riesz.grad(np.min)(-x), [0.5, 0, 0.5, 0])
    np.testing.assert_array_equal(
        riesz.grad(lambda x: np.max(x, initial=2.0))(x), [0.25, 0, 0.25, 0]
    )


@pytest.mark.parametrize("f", [np.max, np.min])
def test_where_the_value_is_nan_so_is_the_derivative(f):
    x = np.array([[1.0, np.nan], [3.0, 2.0]])
    g = riesz.grad(lambda x: f(x, axis=1)[1])(x)
    np.testing.assert_array_equal(g[1], [1, 0] if f is np.max else [0, 1])
    assert np.isnan(riesz.grad(f)(x)).all()


def test_nan_is_passed_over_by_nanmax():
    x = np.array([1.0, np.nan, 3.0])
    np.testing.assert_array_equal(riesz.grad(np.nanmax)(x), [0, 0, 1])


def test_ufunc_reduction(agrees, rng):
    agrees(lambda x: np.maximum.reduce(x, axis=1), rng.standard_normal((3, 4)))


def test_empty_is_numpys_error():
    with pytest.raises(ValueError, match="zero-size"):
        riesz.grad(np.max)(np.zeros(0))


@pytest.mark.parametrize("f", [np.max, np.min, np.nanmax, np.nanmin])
def test_initial_of_nothing(f):
    for x, axis, keepdims in ((np.zeros(0), None, False), (np.zeros((0, 2)), 0, True)):
        y, pullback = riesz.vjp(lambda x, a=axis, k=keepdims: f(x, a, None, k, 1.5), x)
        np.testing.assert_array_equal(y, f(x, axis, None, keepdims, 1.5))
        assert pullback(np.ones(y.shape)).shape == x.shape
