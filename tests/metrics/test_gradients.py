"""A gradient represents the derivative in the metric it is taken in: <grad f, u> = Df u."""

import numpy as np
import pytest

import riesz


def f(x):
    """A real function of real or complex arrays that is not quadratic."""
    return np.sum(np.abs(x) ** 4) / 4 + np.sum(np.real((2 - 1j) * x**3)) / 3


def df(x, u):
    """Df(x)u, by hand."""
    g = np.abs(x) ** 2 * x + np.conj((2 - 1j) * x**2)
    return np.sum(np.real(np.conj(g) * u))


def test_the_gradient_represents_the_derivative(X, points, tolerance):
    x, u, v = points
    g = riesz.grad(f, metric=X.metric)(x)
    assert (g.shape, g.dtype) == (X.shape, X.dtype)
    for direction in (u, v, g):
        difference = abs(X.inner(g, direction) - df(x, direction))
        assert difference <= tolerance * X.norm(g) * X.norm(direction)


def test_the_gradient_is_the_sharp_of_the_derivative(X, points):
    x, u, _ = points
    a = riesz.derivative(f)(x)
    assert np.array_equal(X.sharp(a), riesz.grad(f, metric=X.metric)(x))
    assert a(u) == pytest.approx(df(x, u), rel=1e-4, abs=1e-4)


def test_the_gradient_is_the_euclidean_one_in_other_variables(X, points, tolerance):
    x, _, _ = points
    z = X.metric.change_of_variables()
    g = z.back(riesz.grad(lambda y: f(z.back(y)))(z.to(x)))
    expected = riesz.grad(f, metric=X.metric)(x)
    assert X.norm((g - expected).astype(X.dtype)) <= 30 * tolerance * X.norm(expected)


def test_every_map_is_differentiable(S, x):
    for rule in (S.metric.apply, S.metric.solve, S.metric.sqrt, S.metric.unsqrt):
        riesz.check_grads(rule, x, order=1)
        riesz.check_grads(lambda y, rule=rule: rule(np.sin(y) * y), x)


def test_every_map_is_its_own_derivative(S, x):
    u = x[::-1].copy()
    for rule in (S.metric.apply, S.metric.solve, S.metric.sqrt, S.metric.unsqrt):
        y, dy = riesz.jvp(rule, x, u)
        assert y == pytest.approx(rule(x), rel=1e-12, abs=1e-12)
        assert dy == pytest.approx(rule(u), rel=1e-12, abs=1e-12)


def test_the_gradient_of_half_the_square_of_the_norm_is_the_point(S, x):
    def half_square(y):
        return 0.5 * S.inner(y, y)

    assert riesz.derivative(half_square)(x).value == pytest.approx(S.flat(x).value, rel=1e-12)
    assert riesz.grad(half_square, metric=S.metric)(x) == pytest.approx(x, rel=1e-11)


def test_the_gradient_of_the_norm_has_norm_one(S, x):
    g = riesz.grad(S.norm, metric=S.metric)(x)
    assert S.norm(g) == pytest.approx(1, rel=1e-12)
    assert g == pytest.approx(x / S.norm(x), rel=1e-11)


def test_a_gradient_in_a_metric_can_be_differentiated_again(S, x):
    gradient = riesz.grad(f, metric=S.metric)

    def steepness(y):
        return S.norm(gradient(y)) ** 2 / 2

    riesz.check_grads(steepness, x, order=1)
    # D(|g|^2 / 2) u = <Dg u, g> = D^2 f(g, u): represented by the Hessian applied to the gradient
    expected = riesz.hvp(f, x, gradient(x), metric=S.metric)
    assert riesz.grad(steepness, metric=S.metric)(x) == pytest.approx(expected, rel=1e-10)


def test_the_hessian_is_symmetric_in_the_metric(S, x):
    u, v = x[::-1].copy(), np.cos(x.real).astype(S.dtype)
    Hu, Hv = (riesz.hvp(f, x, w, metric=S.metric) for w in (u, v))
    assert S.inner(Hu, v) == pytest.approx(S.inner(u, Hv), rel=1e-11)
