"""Derivatives of derivatives: levels kept apart, any order, any mixture of the modes."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp


def forward(f):
    """df/dx of a function of one number, by forward mode."""
    return lambda x: jvp(f, x, np.float64(1.0))[1]


def pulled(f):
    """df/dx of a function of one number, by a pullback."""

    def slope(x):
        _, back = vjp(f, x)
        return back(np.float64(1.0))

    return slope


MODES = {"reverse": grad, "forward": forward, "pullback": pulled}
one_mode = pytest.mark.parametrize("D", MODES.values(), ids=MODES)
two_modes = pytest.mark.parametrize(
    ("D", "E"),
    [(D, E) for D in MODES.values() for E in MODES.values()],
    ids=[f"{D} over {E}" for D in MODES for E in MODES],
)


# --- perturbation confusion (Siskind and Pearlmutter) ---------------------------------------


@two_modes
def test_inner_derivative_does_not_see_the_outer_perturbation(D, E):
    # d/dx (x d/dy (x + y)) = 1; confused perturbations give 2
    assert D(lambda x: x * E(lambda y: x + y)(np.float64(1.0)))(np.float64(1.0)) == 1.0


@two_modes
def test_inner_derivative_at_the_outer_variable(D, E):
    # d/dx (x d/dy (x y) at y = x) = d/dx x^2
    assert D(lambda x: x * E(lambda y: x * y)(x))(np.float64(3.0)) == 6.0


@two_modes
def test_inner_derivative_of_an_outer_constant_vanishes(D, E):
    assert D(lambda x: E(lambda y: x * x)(np.float64(2.0)) + x)(np.float64(5.0)) == 1.0


@two_modes
def test_product_of_both_variables(D, E):
    # d/dy x^2 y^3 at y = 2x is 12 x^4
    value = D(lambda x: E(lambda y: x**2 * y**3)(2.0 * x))(np.float64(1.5))
    assert_allclose(value, 48 * 1.5**3)


@two_modes
def test_curried_functions_keep_their_levels(D, E):
    # the derivative of a function-valued map, applied after it was taken
    def shift(u):
        return lambda f: lambda x: f(x + u)

    def derivative_of_shift(f):
        return lambda x: D(lambda u: shift(u)(f)(x))(np.float64(0.0))

    twice = derivative_of_shift(E(np.exp))
    assert_allclose(twice(np.float64(1.0)), math.e)


@two_modes
def test_three_levels(D, E):
    x = np.float64(0.7)
    value = D(lambda x: E(lambda y: D(lambda z: np.sin(x * y * z))(y))(x))(x)

    def by_hand(t):  # d/dy [x y cos(x y^2)] at y = x, where z = y after its derivative was taken
        c, s = np.cos(t**3), np.sin(t**3)
        return t * c - 2 * t**4 * s

    h = 1e-6
    assert_allclose(value, (by_hand(x + h) - by_hand(x - h)) / (2 * h), rtol=1e-8)


# --- order --------------------------------------------------------------------------------


@one_mode
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_derivatives_of_sine_go_round(D, order):
    f = np.sin
    for _ in range(order):
        f = D(f)
    assert_allclose(f(np.float64(0.4)), math.sin(0.4 + order * math.pi / 2), rtol=1e-13)


@two_modes
def test_fourth_derivative_by_alternating_modes(D, E):
    f = D(E(D(E(lambda x: np.exp(2.0 * x) * x))))
    assert_allclose(f(np.float64(0.3)), (16 * 0.3 + 32) * math.exp(0.6), rtol=1e-12)


@two_modes
def test_derivatives_of_a_power_end_in_zero(D, E):
    assert D(E(D(lambda x: x**3)))(np.float64(2.0)) == 6.0
    assert D(E(D(E(lambda x: x**3))))(np.float64(2.0)) == 0.0


def test_sixth_derivative():
    f = lambda x: np.exp(x) * np.cos(x)  # noqa: E731
    for _ in range(6):
        f = grad(f)
    # (e^((1+i)x))^(6) = (1+i)^6 e^((1+i)x) = -8i e^((1+i)x)
    assert_allclose(f(0.5), 8 * math.exp(0.5) * math.sin(0.5), rtol=1e-11)


# --- arrays -------------------------------------------------------------------------------

X = np.random.default_rng(0).standard_normal(4)
U = np.random.default_rng(1).standard_normal(4)
V = np.random.default_rng(2).standard_normal(4)


def g(x):
    return np.sum(np.sin(x[1:] * x[:-1]) * np.exp(x[0])) + np.prod(x)


def test_grad_of_jvp_and_jvp_of_grad_are_the_hessian():
    H = hessian(g)(X)
    assert_allclose(grad(lambda x: jvp(g, x, U)[1])(X), H @ U, rtol=1e-11)
    assert_allclose(jvp(grad(g), X, U)[1], H @ U, rtol=1e-11)
    assert_allclose(hvp(g, X, U), H @ U, rtol=1e-11)
    assert_allclose(grad(lambda x: np.vdot(grad(g)(x), U))(X), H @ U, rtol=1e-11)
    assert_allclose(jacobian(grad(g))(X), H, rtol=1e-11)


def test_third_derivative_is_symmetric():
    def third(u, v, w):
        return jvp(lambda x: np.vdot(hvp(g, x, u), v), X, w)[1]

    assert_allclose(third(U, V, X), third(X, U, V), rtol=1e-10)
    assert_allclose(third(U, V, X), third(V, X, U), rtol=1e-10)


def test_hvp_of_hvp():
    def phi(x):
        return np.vdot(hvp(g, x, U), V)

    h = 1e-5
    expected = (grad(phi)(X + h * U) - grad(phi)(X - h * U)) / (2 * h)
    assert_allclose(hvp(phi, X, U), expected, rtol=1e-5, atol=1e-6)


def test_gradient_step_can_be_differentiated():
    def loss_after_a_step(rate):
        y = X
        for _ in range(3):
            y = y - rate * grad(g)(y)
        return g(y)

    h = 1e-6
    expected = (loss_after_a_step(0.1 + h) - loss_after_a_step(0.1 - h)) / (2 * h)
    assert_allclose(grad(loss_after_a_step)(0.1), expected, rtol=1e-7)


def test_closure_over_an_outer_value():
    def outer(x):
        def inner(y):
            return np.sum(y**2 * x)  # x belongs to the outer derivative

        value, slope = value_and_grad(inner)(np.ones(4))
        return np.sum(slope * x) + value

    assert_allclose(grad(outer)(X), 4 * X + 1)


def test_inner_result_is_traced_by_the_outer_derivative_only():
    def outer(x):
        slope = grad(lambda y: np.sum(y**3))(np.ones(4))
        assert type(slope) is np.ndarray
        return np.sum(slope * x)

    assert_allclose(grad(outer)(X), 3 * np.ones(4))


def test_jacobian_of_a_jacobian():
    J2 = jacobian(jacobian(lambda x: x**3))(X)
    expected = np.zeros((4, 4, 4))
    expected[range(4), range(4), range(4)] = 6 * X
    assert_allclose(J2, expected, atol=1e-14)


def test_stop_gradient_stops_every_level():
    x = np.float64(2.0)
    assert grad(grad(lambda x: riesz.stop_gradient(x) ** 2 * x))(x) == 0.0
    assert grad(lambda x: grad(lambda y: riesz.stop_gradient(y) * x * y)(x))(x) == 2.0


def test_auxiliary_output_of_an_inner_derivative_stays_differentiable():
    def outer(x):
        _, aux = grad(lambda y: (np.sum(y**2), y * x), has_aux=True)(x)
        return np.sum(aux)

    assert_allclose(grad(outer)(X), 2 * X)


def test_gradient_in_a_metric_can_be_differentiated():
    metric = riesz.Weighted(np.array([1.0, 2.0, 3.0, 4.0]))

    def squared_norm(x):
        s = grad(g, metric=metric)(x)
        return np.sum(s * s)

    riesz.check_grads(squared_norm, X)
    H = hessian(g)(X)
    expected = 2 * H @ (grad(g)(X) / np.array([1.0, 4.0, 9.0, 16.0]))
    assert_allclose(grad(squared_norm)(X), expected, rtol=1e-10)
