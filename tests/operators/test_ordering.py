"""Sorting, medians and quantiles."""

import numpy as np
import pytest

import riesz

METHODS = [
    "linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf", "averaged_inverted_cdf",
    "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased",
    "normal_unbiased",
]  # fmt: skip


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_sort(agrees, x, axis):
    agrees(lambda x: np.sort(x, axis=axis), x)
    agrees(lambda x: np.sort(x, axis=axis, kind="stable"), x)
    agrees(lambda x: np.partition(x, 1, axis=axis), x)
    agrees(lambda x: np.sort(x, axis=axis), x + 1j)


@pytest.mark.parametrize("q", [0, 1, 0.3, [0.1, 0.77], [[0.2, 0.5], [0.9, 1]]])
@pytest.mark.parametrize("method", METHODS)
def test_quantile(agrees, rng, method, q):
    x = rng.standard_normal((3, 11))
    agrees(lambda x: np.quantile(x, q, axis=1, method=method), x, order=1)


def test_axes_of_quantiles(agrees, rng):
    x = rng.standard_normal((2, 3, 4))
    agrees(lambda x: np.quantile(x, [0.2, 0.9], axis=(0, 2), keepdims=True), x)
    agrees(lambda x: np.percentile(x, 35), x)
    agrees(lambda x: np.percentile(x, [35, 50], axis=0, method="hazen"), x)
    agrees(np.median, x)
    agrees(lambda x: np.median(x, axis=(0, 1), keepdims=True), x)
    agrees(lambda x: np.median(x, axis=-1), x.astype(np.float32), order=1)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_without_nan(agrees, rng, axis):
    holes = np.zeros((3, 4), bool)
    holes[0, 1] = holes[2, 2] = True
    for f in (np.nanmedian, lambda x, axis: np.nanquantile(x, [0.3, 0.8], axis=axis),
              lambda x, axis: np.nanpercentile(x, 30, axis=axis)):  # fmt: skip
        agrees(lambda x, f=f: f(np.where(holes, np.nan, x), axis=axis), rng.standard_normal((3, 4)))


def test_nan_makes_the_quantile_nan(x):
    x[1, 1] = np.nan
    y = riesz.vjp(lambda x: np.median(x, axis=1), x)[0]
    np.testing.assert_array_equal(np.isnan(y), [False, True, False])


def test_what_quantiles_refuse(x):
    with pytest.raises(riesz.UnsupportedOperator, match="weights"):
        riesz.grad(lambda x: np.quantile(x, 0.5, weights=np.ones(12), method="inverted_cdf"))(x[0])
    with pytest.raises(riesz.InvalidType, match="q of a quantile"):
        riesz.grad(lambda q: np.quantile(q * np.ones(3), q))(0.5)
