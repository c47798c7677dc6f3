"""Every method of `minimize` against problems whose minimum is known, in several metrics."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riesz
from riesz.optimization import Status
from riesz.optimization.minimisation import METHODS
from riesz.optimization.scipy_run import NAMES

GENERAL = ["gradient-descent", "nonlinear-cg", "l-bfgs", "newton-cg"]
SCIPY = [name for name in NAMES if name not in ("scipy:Nelder-Mead", "scipy:Powell")]
H1 = riesz.Sobolev(1, lengthscale=0.5)
METRICS = {"euclidean": None, "weighted": riesz.Weighted(np.arange(1.0, 6)), "H1": H1}


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def residual(x):
    return {"valley": 10 * (x[1:] - x[:-1] ** 2), "distance": 1 - x[:-1]}


def spd(n, seed):
    A = np.random.default_rng(seed).standard_normal((n, n))
    return A @ A.T + np.eye(n)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize("method", [*GENERAL, *SCIPY])
def test_rosenbrock(method, metric):
    start = np.full(5, -0.5)
    result = riesz.minimize(rosenbrock, start, metric=metric, method=method, max_steps=50000)
    assert result.success, result.message
    assert result.status is Status.CONVERGED
    np.testing.assert_allclose(result.x, 1, atol=0.02)
    X = riesz.Space(5, metric=metric or riesz.Euclidean())
    first = X.norm(riesz.grad(rosenbrock, metric=metric)(start))
    assert float(X.norm(result.grad)) <= 1.001e-6 * float(first)
    np.testing.assert_allclose(result.grad, riesz.grad(rosenbrock, metric=metric)(result.x))


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_gauss_newton(metric):
    f = riesz.LeastSquares(residual)
    result = riesz.minimize(f, np.full(5, -0.5), metric=metric, method="gauss-newton", rtol=1e-9)
    assert result.success, result.message
    np.testing.assert_allclose(result.x, 1, atol=1e-6)
    assert result.nit < 40


def test_gauss_newton_solves_a_linear_problem_at_once():
    A, b = spd(6, 0), np.arange(6.0)
    f = riesz.LeastSquares(lambda x: A @ x - b, metric=riesz.Weighted(np.arange(1.0, 7)))
    result = riesz.minimize(
        f, np.zeros(6), method="gauss-newton", damping=0.0, tolerance=1e-12, rtol=1e-9
    )
    assert result.nit == 1
    np.testing.assert_allclose(result.x, np.linalg.solve(A, b), rtol=1e-6)


def test_natural_gradient_of_a_logistic_model():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((200, 4)) * [1.0, 10.0, 100.0, 0.1]
    labels = (A @ [1.0, 0.1, -0.01, 5.0] + rng.logistic(size=200) > 0).astype(float)

    def model(x):
        return A @ x

    def f(x):
        s = model(x)
        return np.sum(np.logaddexp(0, s) - labels * s) / 200

    def fisher(at):
        p = 1 / (1 + np.exp(-at))
        return riesz.Weighted(p * (1 - p) / 200)

    information = partial(riesz.Pullback, model, metric=fisher, damping=0)
    natural = riesz.minimize(f, np.zeros(4), method="natural-gradient", metric=information)
    assert natural.success
    assert natural.nit <= 10
    plain = riesz.minimize(f, np.zeros(4), method="gradient-descent", max_steps=500)
    assert not plain.success
    assert natural.fun < plain.fun


def test_natural_gradient_in_a_metric_of_each_point():
    """Of -sum log x on a simplex-like bowl; the Hessian metric makes it Newton's method."""

    def f(x):
        return np.sum(x - 3 * np.log(x))

    start = np.array([0.1, 1.0, 5.0])
    result = riesz.minimize(f, start, method="natural-gradient", metric=hessian_of_f, rtol=1e-10)
    assert result.success
    np.testing.assert_allclose(result.x, 3)
    assert result.nit < 60


def hessian_of_f(at):
    return riesz.Weighted(3 / at**2)


@settings(max_examples=20)
@given(st.integers(1, 8), st.integers(0, 10**6))
def test_conjugate_gradients_of_a_quadratic_end_after_n_steps(n, seed):
    """Exact line search makes either beta the linear method of Hestenes and Stiefel."""
    A, b, M = spd(n, seed), np.ones(n), spd(n, seed + 1)

    def f(x):
        return 0.5 * x @ A @ x - b @ x

    for beta in ("hager-zhang", "polak-ribiere"):
        result = riesz.minimize(
            f, np.zeros(n), metric=riesz.Mass(M), method="nonlinear-cg", beta=beta,
            line_search="exact", rtol=1e-7,
        )  # fmt: skip
        assert result.success
        assert result.nit <= n + 2  # two for rounding
        np.testing.assert_allclose(result.x, np.linalg.solve(A, b), rtol=1e-4, atol=1e-6)


@settings(max_examples=20)
@given(st.integers(2, 8), st.integers(1, 9), st.integers(0, 10**6))
def test_l_bfgs_of_a_quadratic_is_conjugate_gradients(n, memory, seed):
    """With exact line search its directions are theirs, however few pairs it keeps."""
    A, M = spd(n, seed), spd(n, seed + 1)

    def f(x):
        return 0.5 * x @ A @ x

    common = {
        "metric": riesz.Mass(M),
        "line_search": "exact",
        "max_steps": min(n, 4) - 1,
        "rtol": 0,
    }
    one = riesz.minimize(f, np.ones(n), method="l-bfgs", memory=memory, **common)
    other = riesz.minimize(f, np.ones(n), method="nonlinear-cg", **common)
    np.testing.assert_allclose(one.x, other.x, rtol=1e-4, atol=1e-6)


@settings(max_examples=20)
@given(st.sampled_from(GENERAL), st.integers(0, 10**6))
def test_the_iterates_do_not_depend_on_coordinates(method, seed):
    """x = T z with the metric carried along, M -> T'MT: the same points, whatever T."""
    n = 5
    A, M = spd(n, seed), spd(n, seed + 1)
    T = np.random.default_rng(seed).standard_normal((n, n)) + 3 * np.eye(n)
    x0 = np.ones(n)

    def f(x):
        return 0.5 * x @ A @ x + 0.1 * np.sum(np.cos(x[:1]))

    one = riesz.minimize(f, x0, metric=riesz.Mass(M), method=method, max_steps=6)
    other = riesz.minimize(
        lambda z: f(T @ z), np.linalg.solve(T, x0), metric=riesz.Mass(T.T @ M @ T), method=method,
        max_steps=6,
    )  # fmt: skip
    assert one.nit == other.nit
    values = [[record.fun for record in result.history] for result in (one, other)]
    np.testing.assert_allclose(*values, rtol=1e-5)


@pytest.mark.parametrize("method", [*GENERAL, "scipy:L-BFGS-B", "scipy:Newton-CG"])
def test_trees_with_a_metric_for_each_part(method):
    target = {"a": np.arange(3.0), "b": (np.ones((2, 2)), 2.0)}

    def f(tree):
        gaps = [tree["a"] - target["a"], tree["b"][0] - 1.0, tree["b"][1] - 2.0]
        return sum(np.sum(gap**2 + gap**4) for gap in gaps)

    start = {"a": np.zeros(3), "b": (np.zeros((2, 2)), 0.0)}
    metric = {"a": riesz.Weighted([1.0, 2.0, 3.0]), "b": (riesz.Sobolev(1), None)}
    result = riesz.minimize(f, start, metric=metric, method=method, rtol=1e-8)
    assert result.success
    assert set(result.x) == {"a", "b"}
    np.testing.assert_allclose(result.x["a"], target["a"], atol=1e-5)
    np.testing.assert_allclose(result.x["b"][0], 1, atol=1e-5)
    np.testing.assert_allclose(result.x["b"][1], 2, atol=1e-5)
    assert result.grad["b"][0].shape == (2, 2)


def test_weights_between_the_parts_of_a_tree():
    """A weight of a part is a square of its unit: heavy parts move little in the first step."""

    def f(tree):
        return np.sum(tree["a"]) + np.sum(tree["b"])

    start = {"a": np.zeros(2), "b": np.zeros(3)}
    metric = riesz.Product({"a": None, "b": None}, weights={"a": 1.0, "b": 100.0})
    for method in ("gradient-descent", "scipy:CG"):
        result = riesz.minimize(f, start, metric=metric, method=method, max_steps=1, target=-1e-9)
        np.testing.assert_allclose(result.x["a"][0] / result.x["b"][0], 100)
    assert result.history[0].norm == pytest.approx(np.sqrt(2 + 3 / 100))


def test_the_metric_of_a_hessian_is_newtons_method():
    def f(x):
        return np.sum(np.cosh(x - np.arange(4.0)))

    metric = partial(riesz.Hessian, f, damping=0)
    result = riesz.minimize(f, np.full(4, 1.0), method="natural-gradient", metric=metric)
    assert result.success
    assert result.nit < 10
    newton = riesz.minimize(f, np.full(4, 1.0), method="newton-cg", tolerance=1e-12)
    assert abs(result.nit - newton.nit) <= 2
    np.testing.assert_allclose(result.x, np.arange(4), atol=1e-3)


def test_trees_that_are_tuples():
    fit = riesz.LeastSquares(lambda x: (x[0] - 1.0, x[1] * x[0] - np.arange(3.0)))
    start = (np.array(0.5), np.zeros(3))
    natural = partial(riesz.Pullback, lambda *x: fit.residual(x), damping=1e-6)
    for options in ({"method": "gauss-newton"}, {"method": "natural-gradient", "metric": natural}):
        result = riesz.minimize(fit, start, rtol=1e-8, **options)
        assert isinstance(result.x, tuple)
        np.testing.assert_allclose(result.x[1], np.arange(3), atol=1e-5)


@pytest.mark.parametrize(
    "method", [*GENERAL, "scipy:L-BFGS-B", "scipy:Newton-CG", "scipy:trust-constr"]
)
@pytest.mark.parametrize("dtype", [np.float32, np.complex64, np.complex128])
def test_precision_and_complex_points(method, dtype):
    c = np.array([1, 2, 3]) * (1 + 2j if np.dtype(dtype).kind == "c" else 1)
    c = c.astype(dtype)

    def f(z):
        return np.sum(np.abs(z - c) ** 2 * np.array([1, 2, 4], np.float32)) / 2

    result = riesz.minimize(f, np.zeros(3, dtype), metric=riesz.Weighted(3.0), method=method)
    assert result.success, result.message
    assert result.x.dtype == dtype
    assert result.grad.dtype == dtype
    np.testing.assert_allclose(result.x, c, rtol=1e-4)


@pytest.mark.parametrize("search", ["armijo", "wolfe", "exact"])
@pytest.mark.parametrize("method", GENERAL)
def test_each_line_search_goes_down(method, search):
    A = spd(5, 3)
    result = riesz.minimize(
        lambda x: 0.5 * x @ A @ x, np.ones(5), method=method, line_search=search, rtol=1e-5
    )
    values = [record.fun for record in result.history]
    assert result.success
    assert all(after <= before for before, after in pairwise(values))


def test_a_line_search_of_ones_own():
    def third(phi, value, slope):
        assert phi(0.0) == value
        assert slope < 0
        return 1 / 3

    result = riesz.minimize(
        lambda x: np.sum(x**2), np.ones(2), method="gradient-descent", line_search=third,
        max_steps=2,
    )  # fmt: skip
    np.testing.assert_allclose(result.x, (1 - 2 / 3) ** 2)


@pytest.mark.parametrize("backend", ["numpy", "native"])
@pytest.mark.parametrize("method", [*GENERAL, "scipy:L-BFGS-B", "scipy:Newton-CG"])
def test_a_compiled_objective_gives_the_same_iterates(method, backend):
    if riesz.get_backend(backend).probe():
        pytest.skip(riesz.get_backend(backend).probe())
    start = np.full(5, -0.5)
    compiled = riesz.compile(rosenbrock, backend=backend)
    one = riesz.minimize(rosenbrock, start, method=method, max_steps=8)
    other = riesz.minimize(compiled, start, method=method, max_steps=8)
    assert len(compiled._plans) == 0  # its derivatives were compiled, in plans of their own
    np.testing.assert_allclose(other.x, one.x, rtol=1e-6)


def test_a_compiled_least_squares():
    f = riesz.compile(riesz.LeastSquares(residual))
    result = riesz.minimize(f, np.full(5, -0.5), method="gauss-newton", rtol=1e-9)
    np.testing.assert_allclose(result.x, 1, atol=1e-6)


def test_every_method_is_tested_here():
    assert set(METHODS) == {*GENERAL, "gauss-newton", "natural-gradient"}
