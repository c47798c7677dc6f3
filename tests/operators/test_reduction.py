"""Sums, means, variances, products, averages: every keyword, as NumPy has it."""

import numpy as np
import pytest

import riesz

REDUCTIONS = (np.sum, np.mean, np.prod, np.var, np.std)
AXES = (None, 0, -1, (0, -1), (2, 0), (1,))
WITHOUT_NAN = (np.nansum, np.nanmean, np.nanprod, np.nanvar, np.nanstd)


@pytest.fixture
def x(rng):
    return rng.standard_normal((2, 3, 4))


@pytest.fixture
def mask(rng):
    return rng.random((2, 3, 4)) < 0.7


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("f", REDUCTIONS)
def test_axis(agrees, x, f, axis, keepdims):
    agrees(lambda x: f(np.sin(x), axis=axis, keepdims=keepdims), x)


@pytest.mark.parametrize("f", REDUCTIONS)
def test_complex(agrees, x, f):
    agrees(lambda z: f(z, axis=1), x + 1j * x[::-1])


@pytest.mark.parametrize("f", REDUCTIONS)
def test_single_precision_is_kept(agrees, x, f):
    agrees(lambda x: f(x, axis=0), (x[:2] + 3).astype(np.float32), order=1)


@pytest.mark.parametrize("f", REDUCTIONS)
def test_where(agrees, x, f):
    mask = np.arange(24).reshape(2, 3, 4) % 5 != 0
    agrees(lambda x: f(x, axis=(0, 1), where=mask), x)
    agrees(lambda x: f(x, axis=1, keepdims=True, where=mask[0]), x)


@pytest.mark.parametrize("f", [np.sum, np.prod])
def test_initial(agrees, x, f):
    agrees(lambda x: f(x, axis=0, initial=2.5), x)


def test_initial_may_be_traced():
    total = riesz.grad(lambda s: np.add.reduce(np.ones(2) * s, initial=s))
    assert total(3.0) == 3.0


@pytest.mark.parametrize("f", REDUCTIONS)
def test_dtype(x, f):
    y = x[0].astype(np.float32)
    g = riesz.grad(lambda y: np.sum(f(y, axis=0, dtype=np.float64)))(y)
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, riesz.grad(lambda y: np.sum(f(y, axis=0)))(y.astype(float)), 1e-5)


@pytest.mark.parametrize("f", [np.var, np.std])
def test_degrees_of_freedom(agrees, x, f):
    agrees(lambda x: f(x, axis=1, ddof=1), x)
    agrees(lambda x: f(x, axis=1, correction=1), x)
    agrees(lambda x: f(x, axis=1, mean=np.mean(x, axis=1, keepdims=True)), x)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("f", WITHOUT_NAN)
def test_without_nan(agrees, x, f, axis):
    holes = np.zeros(x.shape, bool)
    holes[0, 1, 2] = holes[1, 0, 1] = True
    if axis == 0 and f is np.nanstd:
        holes[:] = False  # of one number the deviation is 0, where it has a kink
    agrees(lambda x: f(np.where(holes, np.nan, np.sin(x)), axis=axis, keepdims=True), x)


@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_product_with_zeros(agrees, zeros):
    x = np.array([1.5, 0.3, -2.0, 0.7, 1.1])
    x[:zeros] = 0
    agrees(lambda x: np.prod(x) + np.sum(np.sin(x)), x, order=3)
    others = [np.prod(np.delete(x, i)) for i in range(5)]
    np.testing.assert_allclose(riesz.grad(np.prod)(x), others)


def test_average(agrees, x, rng):
    w = rng.random(3) + 1
    agrees(lambda x, w: np.average(x, axis=1, weights=w), x, w)
    agrees(lambda x, w: np.average(x, axis=(2, 0), weights=w, keepdims=True), x, rng.random((4, 2)))
    agrees(lambda x: np.average(x, axis=0, weights=[2.0, 1.0], returned=True)[0], x)
    agrees(np.average, x)


def test_average_says_which_weights_it_takes(x):
    with pytest.raises(ValueError, match="weights of shape"):
        riesz.grad(lambda x: np.sum(np.average(x, axis=1, weights=np.ones(4))))(x)


def test_trapezoid(agrees, x, rng):
    t = np.sort(rng.random(4))
    agrees(lambda y, t: np.trapezoid(y, t), x, t)
    agrees(lambda y, t: np.trapezoid(y, t, axis=0), x, np.cumsum(np.ones((2, 3, 4)), axis=0) + x)
    agrees(lambda y, h: np.trapezoid(y, dx=h, axis=1), x, 0.3)


@pytest.mark.parametrize("f", [np.sum, np.prod, np.mean])
def test_methods_and_ufunc_reductions(agrees, x, f):
    agrees(lambda x: getattr(x, f.__name__)(axis=1), x)
    agrees(lambda x: np.add.reduce(x, axis=1), x)
    agrees(lambda x: np.multiply.reduce(x), x)
    agrees(lambda x: np.logaddexp.reduce(x, axis=-1, keepdims=True) + np.logaddexp.reduce(x), x)


def test_nothing_to_reduce(agrees):
    for f in (np.sum, np.prod):
        agrees(f, np.zeros((0,)))
        agrees(lambda x, f=f: f(x, axis=0), np.zeros((2, 0)))
        agrees(f, 3.0)
        agrees(lambda x, f=f: f(x, axis=()), np.ones(3))


@pytest.mark.parametrize("f", [*REDUCTIONS, *WITHOUT_NAN])
def test_out_is_refused(f):
    with pytest.raises(riesz.InvalidType, match="out="):
        riesz.grad(lambda x: f(x, out=np.zeros(())))(np.ones(3))


def test_axis_out_of_range_is_numpys_error():
    with pytest.raises(np.exceptions.AxisError):
        riesz.grad(lambda x: np.sum(np.sum(x, axis=3)))(np.ones(3))


def test_deviation_has_derivative_zero_where_it_is_zero():
    np.testing.assert_array_equal(riesz.grad(np.std)(np.full(3, 2.0)), 0)
    np.testing.assert_array_equal(riesz.hvp(np.std, np.full(3, 2.0), np.ones(3)), 0)


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:divide by", "ignore:invalid value")
@pytest.mark.parametrize("how", [{}, {"where": np.array([True, True, True])}])
@pytest.mark.parametrize("ddof", [3, 4])
@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar])
def test_without_a_degree_of_freedom(f, ddof, how):
    x = np.array([1.0, 2.0, 4.0])
    y, gradient = riesz.value_and_grad(lambda x: f(x, ddof=ddof, **how))(x)
    np.testing.assert_array_equal(y, f(x, ddof=ddof, **how))
    assert not np.isfinite(gradient).any()
    assert not np.isfinite(riesz.jvp(lambda x: f(x, ddof=ddof, **how), x, x)[1])


@pytest.mark.parametrize("f", [np.sum, np.prod, np.mean, np.var])
def test_a_mask_of_more_axes_is_refused(f):
    with pytest.raises(riesz.InvalidValue, match=r"where= has shape \(2, 3\)"):
        riesz.grad(lambda x: f(x, where=np.ones((2, 3), bool)))(np.ones(3))


def test_weights_of_another_shape_ask_for_an_axis():
    with pytest.raises(riesz.InvalidValue, match="axis=None"):
        riesz.grad(lambda x: np.average(x, weights=np.ones(2)))(np.ones((2, 2)))
