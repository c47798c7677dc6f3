"""The derivative chosen where there is none: written down per operator, and here.

A tie gives each its equal share; a norm or modulus has derivative 0 at 0; a choice has the
derivative of the branch taken; a formula with a removable singularity has the limit.
"""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riesz import grad, hvp, jvp


def slope(f, *x):
    """df/dx by each argument, of a function of numbers."""
    return grad(lambda *x: f(*x), tuple(range(len(x))))(*x)


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_ties_give_half_to_each(f):
    assert slope(f, 1.0, 1.0) == (0.5, 0.5)
    assert slope(f, 0.0, -0.0) == (0.5, 0.5)
    assert sorted(slope(f, 1.0, 2.0)) == [0.0, 1.0]


@pytest.mark.parametrize("f", [np.max, np.min], ids=["max", "min"])
def test_ties_of_a_reduction_share_equally(f):
    assert_allclose(grad(f)(np.full(4, 2.0)), 0.25)
    x = np.array([[1.0, 1.0], [0.0, 3.0]])
    expected = [[0.5, 0.5], [0, 1]] if f is np.max else [[0.5, 0.5], [1, 0]]
    assert_allclose(grad(lambda x: np.sum(f(x, axis=1)))(x), expected)


@pytest.mark.parametrize("f", [np.fmax, np.fmin])
def test_the_number_wins_over_nan(f):
    assert slope(f, 2.0, math.nan) == (1.0, 0.0)
    assert slope(f, math.nan, 2.0) == (0.0, 1.0)


def test_nan_wins_over_the_number():
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.maximum(math.nan, 1.0))
        assert sum(slope(np.maximum, 2.0, 1.0)) == 1.0


@pytest.mark.parametrize(
    "f", [np.abs, np.fabs, lambda x: np.hypot(x, x), lambda x: np.hypot(x, 0.0)]
)
def test_moduli_at_the_origin(f):
    assert grad(f)(0.0) == 0.0
    assert grad(f)(-0.0) == 0.0


def test_modulus_of_a_complex_number_at_the_origin():
    assert grad(np.abs)(0j) == 0
    assert_allclose(grad(np.abs)(3 + 4j), 0.6 + 0.8j)
    assert jvp(np.abs, 0j, 1j)[1] == 0


def test_norms_at_the_origin():
    assert_allclose(grad(np.linalg.norm)(np.zeros(3)), np.zeros(3))
    for order in (None, 1, 2, np.inf):
        g = grad(lambda x, p=order: np.linalg.norm(x, p))(np.zeros(3))
        assert np.isfinite(g).all()


def test_square_root_at_zero_is_steep():
    with np.errstate(divide="ignore"):
        assert grad(np.sqrt)(0.0) == math.inf
        assert grad(np.cbrt)(0.0) == math.inf


def test_powers_of_zero():
    assert grad(lambda x: x**2)(0.0) == 0.0
    assert grad(lambda x: x**1)(0.0) == 1.0
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: x**1.0)(0.0) == 1.0
    assert grad(lambda x: x**2.5)(0.0) == 0.0
    assert slope(np.power, 0.0, 2.0) == (0.0, 0.0)
    assert slope(np.power, 0.0, 1.0) == (1.0, 0.0)
    assert slope(np.power, 2.0, 0.0) == (0.0, math.log(2.0))
    assert slope(np.power, 0.0, 0.0)[0] == 0.0


def test_array_exponents_of_negative_numbers():
    x, p = np.array([-2.0, -3.0]), np.array([2.0, 3.0])
    assert_allclose(grad(lambda x: np.sum(x**p))(x), p * x ** (p - 1))


def test_second_derivatives_of_powers_at_zero():
    assert hvp(lambda x: x**2, 0.0, 1.0) == 2.0
    assert hvp(lambda x: x**3, 0.0, 1.0) == 0.0
    assert hvp(lambda x: x**2.0, 0.0, 1.0) == 2.0


@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-5, 1e-3, 0.00999, 0.0101, 0.05, 0.5, 1.0])
def test_sinc_near_zero(x):
    t = math.pi * x
    series = sum(
        (-1) ** k * 2 * k * t ** (2 * k - 1) / math.factorial(2 * k + 1) for k in range(1, 20)
    )
    assert_allclose(grad(np.sinc)(x), math.pi * series, rtol=1e-10, atol=1e-15)


def test_steps_have_derivative_zero_also_on_the_step():
    for f in (np.floor, np.ceil, np.trunc, np.rint, np.sign):
        assert grad(lambda x, f=f: f(x) * 1.0)(1.0) == 0.0
        assert grad(lambda x, f=f: f(x) * x)(2.0) == f(2.0)


def test_remainders_away_from_their_jumps():
    assert slope(np.remainder, 7.5, 2.0) == (1.0, -3.0)
    assert slope(np.remainder, -7.5, 2.0) == (1.0, 4.0)
    assert slope(np.fmod, -7.5, 2.0) == (1.0, 3.0)


def test_where_takes_the_derivative_of_the_branch_taken():
    assert grad(lambda x: np.where(x >= 1.0, x * x, 3.0 * x))(1.0) == 2.0
    assert grad(lambda x: np.where(x > 1.0, x * x, 3.0 * x))(1.0) == 3.0


def test_log_of_sums_far_apart_and_infinite():
    assert slope(np.logaddexp, 0.0, 1000.0) == (0.0, 1.0)
    assert slope(np.logaddexp, 1.0, -math.inf) == (1.0, 0.0)
    with np.errstate(invalid="ignore"):
        assert np.isfinite(slope(np.logaddexp, -math.inf, -math.inf)).all()


def test_angle_and_arctan2_on_the_axes():
    assert slope(np.arctan2, 0.0, 2.0) == (0.5, 0.0)
    assert slope(np.arctan2, 2.0, 0.0) == (0.0, -0.5)
    assert_allclose(grad(np.angle)(2j), -0.5)
