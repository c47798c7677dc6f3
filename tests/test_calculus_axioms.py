"""The laws every derivative obeys: linearity, product rule, chain rule, duality of the modes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

X = np.random.default_rng(0).standard_normal(5)
U = np.random.default_rng(1).standard_normal(5)


def f(x):
    return np.sum(np.sin(x) * x**2)


def h(x):
    return np.sum(np.exp(-x * x)) / (1.0 + np.sum(x * x))


def F(x):
    return np.sin(x) * x[::-1] + np.sum(x)


def G(y):
    return np.sin(y) * y[0] + y[::-1]


def test_linearity():
    both = grad(lambda x: 2.0 * f(x) - 3.0 * h(x))(X)
    assert_allclose(both, 2.0 * grad(f)(X) - 3.0 * grad(h)(X), rtol=1e-13)


def test_product_rule():
    product = grad(lambda x: f(x) * h(x))(X)
    assert_allclose(product, f(X) * grad(h)(X) + h(X) * grad(f)(X), rtol=1e-12)


def test_quotient_rule():
    quotient = grad(lambda x: f(x) / h(x))(X)
    expected = (grad(f)(X) * h(X) - f(X) * grad(h)(X)) / h(X) ** 2
    assert_allclose(quotient, expected, rtol=1e-12)


def test_chain_rule_of_jacobians():
    composed = jacobian(lambda x: G(F(x)))(X)
    assert_allclose(composed, jacobian(G)(F(X)) @ jacobian(F)(X), rtol=1e-12)


def test_chain_rule_of_tangents():
    y, v = jvp(F, X, U)
    assert_allclose(jvp(lambda x: G(F(x)), X, U)[1], jvp(G, y, v)[1], rtol=1e-12)


def test_chain_rule_of_covectors():
    a = U[::-1].copy()
    y, back_F = vjp(F, X)
    _, back_G = vjp(G, y)
    _, back = vjp(lambda x: G(F(x)), X)
    assert_allclose(back(a), back_F(back_G(a)), rtol=1e-12)


def test_inverse_function_rule():
    identity = jacobian(lambda x: np.arcsinh(np.sinh(x)))(X)
    assert_allclose(identity, np.eye(5), atol=1e-14)


def test_tangents_are_linear_in_the_direction():
    def tangent(u):
        return jvp(F, X, u)[1]

    assert_allclose(tangent(2.0 * U + X), 2.0 * tangent(U) + tangent(X), rtol=1e-12)


def test_covectors_are_linear_in_the_seed():
    _, back = vjp(F, X)
    assert_allclose(back(2.0 * U + X), 2.0 * back(U) + back(X), rtol=1e-12)


def test_forward_and_reverse_are_transposes():
    a = X[::-1].copy()
    assert_allclose(np.vdot(jvp(F, X, U)[1], a), np.vdot(U, vjp(F, X)[1](a)), rtol=1e-13)


def test_gradient_represents_the_derivative():
    assert_allclose(np.vdot(grad(f)(X), U), jvp(f, X, U)[1], rtol=1e-13)


def test_derivative_of_a_constant_vanishes():
    assert_allclose(grad(lambda x: 3.0)(X), np.zeros(5))
    assert_allclose(grad(lambda x: np.float64(3.0))(X), np.zeros(5))
    assert_allclose(jacobian(lambda x: np.ones(3))(X), np.zeros((3, 5)))


def test_derivative_of_the_identity_is_the_identity():
    assert_allclose(jacobian(lambda x: x)(X), np.eye(5))


def test_derivative_of_a_linear_map_is_the_map():
    A = np.random.default_rng(2).standard_normal((3, 5))
    assert_allclose(jacobian(lambda x: A @ x)(X), A)
    assert_allclose(jvp(lambda x: A @ x, X, U)[1], A @ U)


def test_value_is_that_of_the_plain_program():
    value, gradient = value_and_grad(f)(X)
    assert value == f(X)
    assert_allclose(gradient, np.cos(X) * X**2 + 2 * X * np.sin(X), rtol=1e-13)


def test_hessian_is_symmetric_and_acts_as_hvp():
    H = hessian(h)(X)
    assert_allclose(H, H.T, atol=1e-14)
    assert_allclose(hvp(h, X, U), H @ U, rtol=1e-12)
    assert_allclose(H, jacobian(grad(h))(X), rtol=1e-12)


def test_hessian_of_a_quadratic_is_its_matrix():
    A = np.random.default_rng(2).standard_normal((5, 5))
    assert_allclose(hessian(lambda x: 0.5 * x @ A @ x)(X), 0.5 * (A + A.T), atol=1e-14)


@pytest.mark.parametrize("shape", [(3, 5), (7, 5)], ids=["rows are fewer", "columns are fewer"])
def test_jacobian_by_rows_and_by_columns(shape):
    A = np.random.default_rng(2).standard_normal(shape)
    assert_allclose(jacobian(lambda x: np.sin(A @ x))(X), np.cos(A @ X)[:, None] * A, rtol=1e-13)


def test_eulers_theorem_on_homogeneous_functions():
    def cubic(x):
        return np.sum(x**2) * x[0]

    assert_allclose(np.vdot(grad(cubic)(X), X), 3 * cubic(X), rtol=1e-13)


def test_derivative_is_a_covector_of_the_space():
    Df = riesz.derivative(f)(X)
    assert isinstance(Df, riesz.Dual)
    assert_allclose(Df(U), jvp(f, X, U)[1], rtol=1e-13)


def test_stop_gradient_makes_a_constant():
    assert_allclose(grad(lambda x: np.sum(riesz.stop_gradient(x) * x))(X), X)
    assert_allclose(jvp(lambda x: riesz.stop_gradient(x) * x, X, U)[1], X * U)


def test_check_grads_accepts_what_is_right():
    riesz.check_grads(f, X, order=3)
    riesz.check_grads(lambda x, y: F(x) * y, X, U)


def test_check_grads_finds_a_wrong_derivative():
    @riesz.elementwise
    def wrong(m, x):
        return m.sin(x), 1.01 * m.cos(x)

    with pytest.raises(riesz.GradientMismatch, match="reverse mode gives"):
        riesz.check_grads(lambda x: wrong(x), X)


@pytest.mark.parametrize("constant", [1.0, np.float64(1.0), 3])
def test_every_derivative_of_a_number_vanishes(constant):
    assert_allclose(jacobian(lambda x: constant)(X), np.zeros(5))
    assert_allclose(hessian(lambda x: constant)(X), np.zeros((5, 5)))
    assert_allclose(hvp(lambda x: constant, X, U), np.zeros(5))
    assert_allclose(jvp(lambda x: constant, X, U)[1], 0.0)
    assert_allclose(vjp(lambda x: constant, X)[1](1.0), np.zeros(5))


@pytest.mark.parametrize(
    ("points", "order", "error", "message"),
    [
        ((), 2, riesz.InvalidValue, "no array"),
        (({},), 2, riesz.InvalidValue, "no array"),
        ((1.0,), 0, riesz.InvalidValue, "order is 0"),
        ((1.0,), 1.5, riesz.InvalidType, "order is an integer"),
    ],
)
def test_what_cannot_be_checked_is_refused(points, order, error, message):
    with pytest.raises(error, match=message):
        riesz.check_grads(lambda *x: 3.0, *points, order=order)
