"""SciPy's optimisers work in orthonormal coordinates, and are never given a Riesz gradient."""

import numpy as np
import pytest

import riesz
from riesz.optimization.coordinates import Coordinates
from riesz.optimization.objective import Objective

optimize = pytest.importorskip("scipy.optimize")

n = 8
rng = np.random.default_rng(0)
B = rng.standard_normal((n, n))
METRICS = {
    "weighted": riesz.Weighted(np.arange(1.0, n + 1)),
    "mass": riesz.Mass(B @ B.T + np.eye(n)),
    "sobolev": riesz.Sobolev(1, spacing=1 / n, boundary="dirichlet"),
}


def f(x):
    return np.sum(np.cos(x) + 0.5 * (x - np.arange(n)) ** 2) + np.sum(x[1:] * x[:-1]) / 4


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize("method", ["L-BFGS-B", "CG", "Newton-CG"])
def test_what_scipy_is_given_is_consistent(monkeypatch, metric, method):
    """Its `fun` has the `jac` it returns: differences agree, and the Hessian's products too."""
    given = {}
    whole = optimize.minimize

    def spy(**arguments):
        given.update(arguments)
        return whole(**arguments)

    monkeypatch.setattr(optimize, "minimize", spy)
    x0 = rng.standard_normal(n)
    result = riesz.minimize(f, x0, metric=metric, method=f"scipy:{method}", rtol=1e-6)
    assert result.success
    z, u = given["x0"], rng.standard_normal(n)
    np.testing.assert_allclose(z, metric.sqrt(x0))
    fun, h = given["fun"], 1e-6

    (plus, a), (minus, b) = fun(z + h * u), fun(z - h * u)
    assert (plus - minus) / (2 * h) == pytest.approx(fun(z)[1] @ u, rel=1e-6)
    riesz_gradient = riesz.grad(f, metric=metric)(x0)
    assert (plus - minus) / (2 * h) != pytest.approx(riesz_gradient @ u, rel=1e-2)
    assert np.linalg.norm(fun(z)[1]) == pytest.approx(float(metric.norm(riesz_gradient)))
    if method == "Newton-CG":
        np.testing.assert_allclose((a - b) / (2 * h), given["hessp"](z, u), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex64, np.complex128])
def test_coordinates_are_orthonormal_and_go_there_and_back(dtype):
    x = {"a": rng.standard_normal(n).astype(dtype), "b": np.ones((2, 3), dtype)}
    metric = {"a": riesz.Sobolev(1), "b": riesz.Weighted(3.0)}
    objective = Objective(lambda x: np.sum(np.abs(x["a"])), x, metric)
    coordinates = Coordinates(objective)
    z = coordinates.to(objective.start)
    assert z.dtype == np.float64
    norm = sum(float(metric[k].inner(x[k], x[k])) for k in x)
    assert z @ z == pytest.approx(norm, rel=1e-5)
    for back, leaf in zip(coordinates.back(z), objective.start, strict=True):
        assert back.dtype == dtype
        np.testing.assert_allclose(back, leaf, rtol=1e-5, atol=1e-6)


def test_the_metric_is_the_preconditioner():
    """With the Hessian as the metric the first gradient step of any method is Newton's."""
    H = B @ B.T + np.diag(np.arange(1.0, n + 1))
    result = riesz.minimize(
        lambda x: 0.5 * x @ H @ x - np.sum(x), np.zeros(n), metric=riesz.Mass(H),
        method="scipy:CG", rtol=1e-6,
    )  # fmt: skip
    assert result.nit <= 2
    np.testing.assert_allclose(result.x, np.linalg.solve(H, np.ones(n)), rtol=1e-5)


@pytest.mark.parametrize("method", ["Nelder-Mead", "Powell"])
def test_methods_without_derivatives(method):
    result = riesz.minimize(
        lambda x: np.sum((x - 1) ** 2), np.zeros(2), metric=riesz.Weighted([1.0, 9.0]),
        method=f"scipy:{method}", rtol=1e-3,
    )  # fmt: skip
    assert result.success
    np.testing.assert_allclose(result.x, 1, atol=1e-2)


def test_options_go_to_scipy():
    with pytest.warns(optimize.OptimizeWarning, match="Unknown solver options: nonsense"):
        riesz.minimize(lambda x: np.sum(x**2), np.ones(2), method="scipy:BFGS", nonsense=1)


def test_without_scipy(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(riesz.MissingExtra, match=r"'scipy:BFGS'\) needs SciPy.*riesz\[scipy\]"):
        riesz.minimize(lambda x: np.sum(x**2), np.ones(2), method="scipy:BFGS")
