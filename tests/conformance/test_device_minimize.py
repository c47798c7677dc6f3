"""`riesz.minimize` on a device: the same iterates, and nothing but scalars crosses."""

from functools import partial

import numpy as np
import pytest

import riesz

START = np.full(6, -0.7)
METRICS = {
    "euclidean": None,
    "weighted": riesz.Weighted(3.0),
    "mass": riesz.Mass(np.diag(START**2)),
}


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def residual(x):
    return np.concatenate((10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]))


FIT = riesz.LeastSquares(residual)
RUNS = {
    **{
        method: partial(riesz.minimize, rosenbrock, method=method)
        for method in ("gradient-descent", "nonlinear-cg", "l-bfgs", "newton-cg")
    },
    "exact": partial(riesz.minimize, rosenbrock, method="nonlinear-cg", line_search="exact"),
    "gauss-newton": partial(riesz.minimize, FIT, method="gauss-newton"),
}


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_minimize(device, run, metric):
    x0 = device.put(START)
    run(x0, metric=metric, max_steps=1)  # the metric's constants go to the device once
    with device.transfers() as crossed:
        found = run(x0, metric=metric, max_steps=4)
    assert (crossed.up, crossed.down) == (0, 0)
    expected = run(START, metric=metric, max_steps=4)
    assert [r.nfev for r in found.history] == [r.nfev for r in expected.history]
    np.testing.assert_allclose(device.get(found.x), expected.x, rtol=1e-6)
    np.testing.assert_allclose(device.get(found.grad), expected.grad, rtol=1e-4, atol=1e-6)


def test_a_natural_gradient(device):
    metric = partial(riesz.Pullback, residual, damping=0.1)
    run = partial(riesz.minimize, FIT, method="natural-gradient", metric=metric, max_steps=3)
    np.testing.assert_allclose(device.get(run(device.put(START)).x), run(START).x, rtol=1e-6)


def test_scipy_is_for_the_host(device):
    with pytest.raises(riesz.InvalidType, match="NumPy arrays"):
        riesz.minimize(rosenbrock, device.put(START), method="scipy:BFGS")
