"""Gradients in a metric, compiled: the same values as eager ones."""

import functools

import numpy as np
import pytest
import scipy.sparse as sp

import riesz
from riesz import Hessian, Mass, Product, Pullback, Sobolev, Weighted

rng = np.random.default_rng(0)
B = rng.standard_normal((6, 4))
SPARSE = sp.diags_array([[0.5] * 3, [2.0, 3, 4, 5], [0.5] * 3], offsets=[-1, 0, 1]).tocsr()


def F(x):
    return np.sin(B @ x)


def f(x):
    return np.sum(F(x) ** 2)


@pytest.mark.parametrize("backend", ["numpy", "native"])
@pytest.mark.parametrize(
    "metric",
    [
        Weighted([1.0, 2, 3, 4]),
        Mass(SPARSE.toarray()),
        Mass(SPARSE, "lu"),
        Mass(SPARSE, "cg"),
        Sobolev(1.5, 0.5),
        Sobolev(1, [[1.0, 2, 1, 1]], "neumann"),
        Product(Weighted(2.0), weights=3.0),
        functools.partial(Pullback, F, damping=0.3),
        functools.partial(Hessian, f, damping=30.0),
    ],
    ids=lambda metric: (
        getattr(metric, "func", type(metric)).__name__ + str(getattr(metric, "solver", ""))
    ),
)
def test_a_compiled_gradient_is_the_eager_one(metric, backend):
    x, other = rng.standard_normal((2, 4))
    gradient = riesz.grad(f, metric=metric)
    compiled = riesz.compile(gradient, backend=backend)
    for y in (x, other):
        assert compiled(y) == pytest.approx(gradient(y), rel=1e-9)
