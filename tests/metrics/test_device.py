"""Metrics on a device: its own arrays in and out, and no point of it ever in the host's memory."""

import functools

import numpy as np
import pytest
import scipy.sparse as sp
from tests.conformance import loopback

import riesz
from riesz.backend import backends
from riesz.errors import UnsupportedOperator
from riesz.metrics import Euclidean, Mass, Product, Sobolev, Weighted
from riesz.registry import registry

rng = np.random.default_rng(0)
M = np.diag([2.0, 3, 4, 5]) + 0.5
SPARSE = sp.csr_array(np.diag([2.0, 3, 4, 5]) + np.diag([0.5] * 3, 1) + np.diag([0.5] * 3, -1))
B = rng.standard_normal((6, 4))
METRICS = [
    Euclidean(),
    Weighted(0.5),
    Weighted([1.0, 2, 3, 4]),
    Mass(M),
    Mass(M, "cg"),
    Sobolev(1.5, 0.5),
    Sobolev(1, 0.5, "neumann"),
    Product(Weighted(2.0), weights=3.0),
]


@pytest.fixture(params=[loopback.double, loopback.single], ids=lambda b: b.name)
def device(request):
    backends.add(request.param)
    yield request.param
    backends.remove(request.param.name)


def dtype_of(device):
    return np.float64 if device.device.double else np.float32


def given(device, *x):
    return [device.asarray(np.asarray(xi, dtype_of(device))) for xi in x]


@pytest.mark.parametrize("R", METRICS, ids=repr)
def test_every_map_is_that_of_the_host_and_stays_on_the_device(device, R):
    u = rng.standard_normal(4)
    (there,) = given(device, u)
    rules = ["apply", "solve", *(["sqrt", "unsqrt"] if "cg" not in repr(R) else [])]
    for name in rules:
        rule = getattr(R, name)
        rule(there)  # which may bring the metric's own constants
        with device.device.counted() as crossed:
            image = rule(there)
        assert (crossed.up, crossed.down) == (0, 0)
        assert (type(image), image.dtype) == (device.array, dtype_of(device))
        assert device.to_numpy(image) == pytest.approx(rule(u), rel=1e-4)
    assert R.inner(there, there).item() == pytest.approx(R.inner(u, u).item(), rel=1e-4)
    assert R.norm(there).item() == pytest.approx(R.norm(u).item(), rel=1e-4)


@pytest.mark.parametrize("R", METRICS, ids=repr)
def test_gradients(device, R):
    def f(x):
        return np.sum(x**4) / 4

    u = rng.standard_normal(4)
    (there,) = given(device, u)
    g = riesz.grad(f, metric=R)(there)
    assert type(g) is device.array
    assert device.to_numpy(g) == pytest.approx(riesz.grad(f, metric=R)(u), rel=1e-4)


def test_pullbacks(device):
    u, a = rng.standard_normal((2, 4))
    there, covector, A = given(device, u, a, B)

    def F(A):
        return lambda x: np.sin(A @ x)

    for declared in ({"damping": 0.3}, {"truncation": 3}, {"damping": 0.1, "base": Weighted(2.0)}):
        R = riesz.Pullback(F(A), there, metric=Weighted(2.0), **declared)
        host = riesz.Pullback(F(B), u, metric=Weighted(2.0), **declared)
        image = R.solve(covector)
        assert type(image) is device.array
        assert device.to_numpy(image) == pytest.approx(host.solve(a), rel=1e-3)
    follows = functools.partial(riesz.Pullback, F(A), damping=0.3)
    g = riesz.grad(lambda x: np.sum(F(A)(x) ** 2), metric=follows)(there)
    assert type(g) is device.array


def test_weights_of_the_device(device):
    w, u = given(device, [1.0, 2, 3, 4], np.ones(4))
    R = Weighted(w)
    assert device.to_numpy(R.solve(u)) == pytest.approx([1, 0.5, 1 / 3, 0.25])
    follows = riesz.grad(lambda x: np.sum(x**2), metric=lambda at: Weighted(1 / at))(w)
    assert device.to_numpy(follows) == pytest.approx([2.0, 8, 18, 32])
    with pytest.raises(riesz.InvalidValue, match="must be positive"):
        Weighted(given(device, [1.0, -1.0])[0])


def test_a_sparse_matrix_is_solved_by_products_of_the_device(device, monkeypatch):
    def product(data, x, *, pattern):
        S = pattern.matrix(getattr(sp, pattern.kind), device.array.unwrap(data))
        return device.array.wrap(S @ device.array.unwrap(x))

    monkeypatch.setitem(registry.kernels, ("sparse_matmul", device.name, "forward"), product)
    u = rng.standard_normal(4)
    (there,) = given(device, u)
    for R in (Mass(SPARSE), Mass(SPARSE, "cg"), Sobolev(1, [[1.0, 2.0, 1.0, 1.0]], "neumann")):
        R.solve(there)  # which brings the constants of the metric
        with device.device.counted() as crossed:
            image = R.solve(there)
        assert (crossed.up, crossed.down) == (0, 0)
        assert device.to_numpy(image) == pytest.approx(R.solve(u), rel=1e-4)
        assert R.norm(there).item() == pytest.approx(R.norm(u), rel=1e-4)
    with pytest.raises(UnsupportedOperator, match=r"solver='lu'.*host's memory"):
        Mass(SPARSE, "lu").solve(there)


def test_what_the_device_lacks_is_not_computed_elsewhere(device):
    (u,) = given(device, np.ones(4))
    cells = Sobolev(1, [[1.0, 2.0, 1.0, 1.0]], "neumann")
    for rule in (
        Mass(SPARSE).apply,  # no sparse products here
        Mass(SPARSE).solve,
        Mass(SPARSE).sqrt,
        Mass(SPARSE, "lu").solve,
        cells.solve,
    ):
        with device.device.counted() as crossed, pytest.raises(UnsupportedOperator):
            rule(u)
        assert crossed.down == 0
