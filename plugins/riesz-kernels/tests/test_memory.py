"""No N x M matrix: the peak of memory grows with the points, in value and in derivatives."""

import tracemalloc

import numpy as np
import pytest

import riesz
from riesz_kernels import kernel_logsumexp, kernel_sum

pytestmark = pytest.mark.usefixtures("backend")
N = 4000  # the matrix would have 122 MiB
LIMIT = 4 * 2**20


def value(f, x, y, b):
    return f(x, y, b)


def adjoint(f, x, y, b):
    return riesz.grad(lambda *v: np.sum(f(*v)), (0, 1, 2))(x, y, b)


def tangent(f, x, y, b):
    return riesz.jvp(f, (x, y, b), (x, y, b))


def second(f, x, y, b):
    return riesz.hvp(lambda x: np.sum(f(x, y, b)), x, x)


def peak(run, f, n):
    rng = np.random.default_rng(0)
    x, y, b = rng.random((n, 2)), rng.random((n, 2)), rng.random(n)
    run(f, x[:9], y[:9], b[:9])  # what is made once: compiled kernels, tables
    tracemalloc.start()
    try:
        run(f, x, y, b)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("function", [kernel_sum, kernel_logsumexp])
@pytest.mark.parametrize("run", [value, adjoint, tangent, second])
def test_memory_is_linear_in_the_points(run, function):
    def f(*v):
        return function(*v, 0.3, kernel="matern32")

    assert peak(run, f, N) < LIMIT


def test_the_measure_sees_a_matrix():
    def f(x, y, b):
        return np.exp(-np.sum((x[:, None] - y[None]) ** 2, -1)) @ b

    assert peak(value, f, 1000) > LIMIT
