"""Running sums and products, differences, gradient, unwrap."""

import numpy as np
import pytest

import riesz

RUNNING = (np.cumsum, np.cumprod, np.nancumsum, np.nancumprod)


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("f", RUNNING)
def test_axis(agrees, x, f, axis):
    agrees(lambda x: f(x, axis=axis), x)
    agrees(lambda x: f(x, axis=axis), x + 1j * x[::-1])
    agrees(lambda x: f(np.where(x > 1, np.nan, x), axis=axis), x if "nan" in f.__name__ else x / 9)


@pytest.mark.parametrize("f", RUNNING)
def test_none_and_no_axes(agrees, f):
    agrees(f, np.zeros(0))
    agrees(f, np.array(2.0))
    agrees(lambda x: f(x, axis=1), np.zeros((3, 0, 2)))


@pytest.mark.parametrize("zeros", [(2,), (0, 4), (1, 2, 5)])
def test_product_with_zeros(agrees, rng, zeros):
    x = rng.standard_normal(7)
    x[list(zeros)] = 0
    agrees(np.cumprod, x, order=3)


def test_standard_names(agrees, x):
    if not hasattr(np, "cumulative_sum"):
        pytest.skip("NumPy has these from 2.1 on")
    for f in (np.cumulative_sum, np.cumulative_prod):
        agrees(lambda x, f=f: f(x, axis=1, include_initial=True), x)
        agrees(lambda x, f=f: f(x[0]), x)
        with pytest.raises(ValueError, match="axis="):
            riesz.grad(lambda x, f=f: np.sum(f(x)))(x)


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.add, np.multiply])
def test_accumulations(agrees, x, f):
    agrees(lambda x: f.accumulate(x, axis=1), x)
    agrees(lambda x: f.accumulate(x), x)


def test_differences(agrees, x, rng):
    agrees(np.diff, x)
    agrees(lambda x: np.diff(x, n=2, axis=0), x)
    agrees(lambda x: np.diff(x, n=0), x)
    agrees(lambda x, p: np.diff(x, prepend=p, append=1.0), x, 0.5)
    agrees(lambda x, p: np.diff(x, axis=0, append=p), x, rng.standard_normal((2, 4)))
    agrees(lambda x, e: np.ediff1d(x, to_begin=e, to_end=[1.0, 2.0]), x, rng.standard_normal(2))


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient(agrees, x, rng, edge_order):
    t = np.sort(rng.random(4))
    agrees(lambda x: np.gradient(x, edge_order=edge_order), x)
    agrees(lambda x: np.gradient(x, 0.5, axis=1, edge_order=edge_order), x)
    agrees(lambda x, t: np.gradient(x, t, axis=-1, edge_order=edge_order), x, t)
    agrees(lambda x: np.gradient(x, 2.0, [1.0, 2.0, 4.0, 8.0], edge_order=edge_order), x)
    agrees(lambda x, h: np.gradient(x, h, axis=(1, 0), edge_order=edge_order), x, 0.3)


def test_unwrap(agrees, rng):
    x = 5 * rng.standard_normal((6, 3))
    agrees(np.unwrap, x)
    agrees(lambda x: np.unwrap(x, axis=0, period=3), x)
    agrees(lambda x: np.unwrap(x, discont=4), x)


def test_ends_of_ediff1d_have_the_dtype_of_the_array(agrees):
    x = np.array([1, 4, 9], np.float32)
    agrees(lambda x: np.ediff1d(x, to_end=[1, 2], to_begin=0.5), x, order=1)


def test_a_negative_number_of_differences_is_refused():
    with pytest.raises(riesz.InvalidValue, match="n=-1"):
        riesz.vjp(lambda x: np.diff(x, n=-1), np.ones(3))
