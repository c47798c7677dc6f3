"""Derivatives, trees, loops, equations and updates on a strict device, against NumPy's."""

import numpy as np
import pytest
import scipy.sparse

import riesz
from riesz.errors import UnsupportedOperator
from riesz.registry import registry
from riesz.tree import flatten

RNG = np.random.default_rng(0)
X, U, W = RNG.standard_normal(6), RNG.standard_normal(6), RNG.uniform(1, 2, 6)
Z = X + 1j * U


def f(x):
    return np.sum(np.sin(x) ** 2) + np.mean(x) * np.max(x)


def by_namespace(x):
    xp = x.__array_namespace__()
    return xp.sum(xp.arange(6) * x)


def sums(function):
    return riesz.grad(lambda *x: np.sum(function(*x)))


PROGRAMS = {
    "gradient": (riesz.grad(f), X),
    "value and gradient": (riesz.value_and_grad(f), X),
    "complex gradient": (riesz.grad(lambda z: np.sum(abs(z) ** 2)), Z),
    "Hessian times a direction": (lambda x, u: riesz.hvp(f, x, u), X, U),
    "Hessian": (riesz.hessian(f), X),
    "Jacobian by rows": (riesz.jacobian(lambda x: np.cumsum(x) * x), X),
    "Jacobian by columns": (riesz.jacobian(lambda x: np.stack([x, x * x])), X),
    "derivative": (lambda x: riesz.derivative(f)(x).value, X),
    "gradient of a gradient": (sums(lambda x: riesz.grad(f)(x) ** 2), X),
    "third derivative": (sums(lambda x: riesz.hvp(f, x, x)), X),
    "tree with an unused leaf": (riesz.grad(lambda t: np.sum(t["a"])), {"a": X, "b": [U]}),
    "constant": (sums(lambda x: x * riesz.stop_gradient(x)), X),
    "number to a power": (sums(lambda x: 2.0**x), X),
    "array API": (riesz.grad(by_namespace), X),
    "update by a value": (sums(lambda x: riesz.at(x)[1:3].set(x[0]) ** 2), X),
    "update by a number": (sums(lambda x: riesz.at(x)[1].set(2.0) ** 2), X),
    "array of values": (sums(lambda x: riesz.array([[x[0], 1.0], [2.0, x[1] ** 2]])), X),
    "sorted": (sums(lambda x: np.sort(x) * np.arange(6).tolist()[3]), X),
    "triangle": (sums(lambda x: np.triu(np.outer(x, x), 1)), X),
    "padded": (sums(lambda x: np.pad(x, 2, "reflect") ** 2), X),
    "scan": (sums(lambda x: riesz.scan(lambda c, s: (np.sin(c) + s, c * s), 0.0, x)[1]), X),
    "iterate": (sums(lambda x: riesz.iterate(lambda y: np.sin(y) * 2.0, x, 5, checkpoint=2)), X),
    "checkpoint": (sums(lambda x: riesz.checkpoint(np.sin)(x) ** 2), X),
    "linear solve": (sums(lambda x: riesz.linear_solve(lambda v, t: (2 + t * t) * v, x, x)), X),
    "fixed point": (sums(lambda x: riesz.fixed_point(lambda y, t: 0.5 * np.cos(y) + t, x, x)), X),
    "root": (sums(lambda x: riesz.root(lambda y, t: y + 0.3 * np.sin(y) - t, x, x)), X),
    "compiled gradient": (riesz.compile(riesz.value_and_grad(f)), X),
    "compiled second": (riesz.compile(lambda x, u: riesz.hvp(f, x, u)), X, U),
    "compiled with a number": (riesz.compile(lambda x, p: p * np.sum(x * 2.0)), X, 2.0),
}
COPIES = {  # of constants that the program brings from the host: their number each time
    "list as an index": (2, sums(lambda x: riesz.at(x)[[0, 0, 2]].add(x[3]) ** 2), X),
    "list as an operand": (1, sums(lambda x: x * [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), X),
    "split": (0, sums(lambda x: np.split(x, [2, 3])[1] ** 2), X),
    "repeat": (1, sums(lambda x: np.repeat(x, [1, 0, 2, 1, 1, 1])), X),
}


def agree(device, given, expected):
    for g, e in zip(flatten(device.get(given))[0], flatten(expected)[0], strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name, device):
    program, *x = PROGRAMS[name]
    there = device.put(x)
    with device.transfers() as crossed:
        y = program(*there)
    assert (crossed.up, crossed.down) == (0, 0)
    agree(device, y, program(*x))


@pytest.mark.parametrize("name", COPIES)
def test_constants_of_the_host(name, device):
    most, program, *x = COPIES[name]
    there = device.put(x)
    with device.transfers() as crossed:
        y = program(*there)
    assert crossed.up <= most
    assert crossed.down == 0
    agree(device, y, program(*x))


def test_a_holomorphic_jacobian_reads_one_number(device):
    z = device.backend.asarray(Z)
    with device.transfers() as crossed:
        J = riesz.jacobian(lambda z: z * z)(z)
    assert (crossed.up, crossed.down, crossed.scalars) == (0, 0, 1)
    agree(device, J, np.diag(2 * Z))


def test_derivatives_are_checked_on_a_device(device):
    riesz.check_grads(f, device.backend.asarray(X))
    with pytest.raises(riesz.GradientMismatch):
        riesz.check_grads(lambda x: np.sum(x * riesz.stop_gradient(x)), device.backend.asarray(X))


def test_a_sparse_matrix_names_what_is_missing(device):
    S = riesz.sparse(scipy.sparse.eye_array(6).tocsr())
    with pytest.raises(UnsupportedOperator, match=r"sparse_matmul cannot run on .*'loopback'"):
        riesz.grad(lambda x: np.sum(S @ x))(device.backend.asarray(X))


METRICS = {
    "Euclidean": riesz.Euclidean(),
    "a number": riesz.Weighted(2.0),
    "weights": riesz.Weighted(W),
    "matrix": riesz.Mass(np.diag(W) + 0.1),
    "periodic": riesz.Sobolev(1),
    "Neumann": riesz.Sobolev(1.5, boundary="neumann"),
    "Dirichlet": riesz.Sobolev(-1, boundary="dirichlet"),
}


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_brings_its_constants_once(name, device):
    metric = METRICS[name]
    x, u = device.put((X, U))
    gradient = riesz.grad(f, metric=metric)
    maps = [metric.apply, metric.solve, metric.sqrt, metric.unsqrt, gradient]
    for g in (*maps, riesz.compile(gradient), lambda x: metric.inner(x, x), metric.norm):
        agree(device, g(x), g(X))
        with device.transfers() as crossed:
            g(u)
        assert (crossed.up, crossed.down) == (0, 0)


@pytest.mark.parametrize("name", ["tanh", "multiply"])
def test_a_kernel_replaces_an_elementwise_adjoint(device, name):
    """Also where the operator has been used before; second derivatives go by the formula."""
    x, w = device.put((X, W))
    program = {"tanh": lambda x: np.sum(np.tanh(x)), "multiply": lambda x: np.sum(x * w)}[name]
    host = {"tanh": lambda x: np.sum(np.tanh(x)), "multiply": lambda x: np.sum(x * W)}[name]
    second = riesz.hvp(program, x, w)
    before, calls = riesz.grad(program)(x), []

    def kernel(a, y, *points):
        calls.append(name)
        partials = {"tanh": lambda: (1 - y * y,), "multiply": lambda: points[::-1]}[name]()
        return tuple(2 * a * p for p in partials)

    registry.add_kernel(name, "loopback", "adjoint", kernel)
    try:
        agree(device, riesz.grad(program)(x), 2 * riesz.grad(host)(X))
        assert calls == [name]
        np.testing.assert_allclose(riesz.grad(host)(X), device.backend.to_numpy(before))
        assert calls == [name]  # NumPy's arrays have their own rule
        agree(device, riesz.hvp(program, x, w), riesz.hvp(host, X, W))
    finally:
        del registry.kernels[name, "loopback", "adjoint"]
        registry.operators[name].forget()
    agree(device, riesz.grad(program)(x), riesz.grad(host)(X))
    agree(device, second, riesz.hvp(host, X, W))
