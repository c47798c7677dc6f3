"""`KernelMetric`: the laws of an inner product, dense and by conjugate gradients."""

import pickle

import numpy as np
import pytest

import riesz
from riesz_kernels import KernelMetric

POINTS = np.random.default_rng(3).random((12, 2))
KERNELS = ("gaussian", "laplacian", "cauchy", "matern32", "matern52")


@pytest.fixture(params=[{}, {"dense": 0, "tol": 1e-12}], ids=["dense", "streamed"])
def metric(request, backend):
    return KernelMetric(POINTS, 0.4, kernel="matern32", ridge=1e-4, **request.param)


@pytest.fixture
def matrix(dense):
    return dense("matern32", POINTS, POINTS, 0.4) + 1e-4 * np.eye(12)


@pytest.mark.parametrize("shape", [(12,), (12, 3)])
def test_it_is_the_product_by_the_inverse_matrix(metric, matrix, shape, rng):
    u, v = rng.standard_normal(shape), rng.standard_normal(shape)
    expected = np.sum(u * np.linalg.solve(matrix, v))
    assert metric.inner(u, v) == pytest.approx(expected, rel=1e-8)
    assert metric.inner(v, u) == pytest.approx(expected, rel=1e-8)
    assert metric.norm(u) ** 2 == pytest.approx(metric.inner(u, u), rel=1e-8)
    np.testing.assert_allclose(metric.solve(u), matrix @ u, rtol=1e-12)
    np.testing.assert_allclose(metric.apply(metric.solve(u)), u, rtol=1e-7)


def test_a_gradient_is_the_sum_of_kernels(metric, matrix, rng):
    u, w = rng.standard_normal((12, 2)), rng.standard_normal((12, 2))

    def f(u):
        return np.sum(w * u * u)

    g = riesz.grad(f, metric=metric)(u)
    np.testing.assert_allclose(g, matrix @ (2 * w * u), rtol=1e-12)
    X = riesz.Space((12, 2), metric=metric)
    assert X.inner(g, w) == pytest.approx(riesz.jvp(f, u, w)[1], rel=1e-8)


def test_gradients_in_it_can_be_differentiated_again(metric, rng):
    u = rng.standard_normal(12)
    g = riesz.grad(lambda u: metric.inner(u, u))(u)
    np.testing.assert_allclose(g, 2 * metric.apply(u), rtol=1e-8)


def test_coordinates_in_which_it_is_euclidean(backend, rng):
    metric = KernelMetric(POINTS, 0.4, kernel="laplacian")
    u = rng.standard_normal((12, 2))
    z = metric.sqrt(u)
    assert np.sum(z * z) == pytest.approx(metric.inner(u, u))
    np.testing.assert_allclose(metric.unsqrt(z), u, rtol=1e-10)


def test_single_precision_stays(metric):
    u = np.ones(12, np.float32)
    assert metric.solve(u).dtype == np.float32


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_positive_kernel_is_one(kernel):
    metric = KernelMetric(POINTS, 0.1, kernel=kernel, ridge=1e-6)
    assert metric.inner(POINTS, POINTS) > 0


def test_values(rng):
    one, two = KernelMetric(POINTS, 0.4), KernelMetric(POINTS.copy(), 0.4)
    assert one == two
    assert hash(one) == hash(two)
    assert one != KernelMetric(POINTS, 0.5)
    assert pickle.loads(pickle.dumps(one)) == one
    assert "12 points" in repr(one)


def test_refusals():
    twice = np.vstack([POINTS, POINTS])
    with pytest.raises(riesz.InvalidValue, match=r"not positive definite.*ridge"):
        KernelMetric(twice)
    with pytest.raises(riesz.InvalidValue, match="energy"):
        KernelMetric(POINTS, kernel="energy")
    with pytest.raises(riesz.InvalidValue, match=r"\(N, d\)"):
        KernelMetric(POINTS[:, 0])
    with pytest.raises(riesz.InvalidValue, match="ridge=-1"):
        KernelMetric(POINTS, ridge=-1.0)
    metric = KernelMetric(POINTS, 0.4, dense=3)
    with pytest.raises(riesz.InvalidValue, match=r"12 points.*\(11,\)"):
        metric.solve(np.ones(11))
    with pytest.raises(riesz.InvalidValue, match="real"):
        metric.solve(np.ones(12, complex))
    with pytest.raises(riesz.InvalidValue, match="dense=3"):
        metric.sqrt(np.ones(12))


def test_conjugate_gradients_that_do_not_reach_their_tolerance_say_so(rng):
    points = np.linspace(0, 1, 100)[:, None]  # of a matrix with the condition number 1e13
    metric = KernelMetric(points, 3.0, kernel="matern52", dense=0, tol=1e-13)
    with pytest.raises(riesz.NotConverged, match="relative residual"):
        metric.apply(rng.standard_normal(100))
