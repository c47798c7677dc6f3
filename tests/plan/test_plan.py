"""What a plan is made of: simplification, buffers, kernels, and the time it takes."""

import time

import numpy as np
import pytest

import riesz
from riesz.plan.compilation import Compiled
from riesz.registry import registry

x = np.linspace(0.1, 1.0, 1000)


def native_is_here():
    try:
        return riesz.get_backend("native").probe() is None
    except riesz.BackendUnavailable:
        return False


needs_native = pytest.mark.skipif(not native_is_here(), reason="no C compiler")


def plan(f, *args, backend="numpy"):
    compiled = Compiled(f, backend)
    compiled(*args)
    (made,) = compiled._plans.values()
    return made


def names(f, *args):
    return [s.results[0].name for s in plan(f, *args).steps]


@pytest.mark.parametrize(
    ("f", "steps"),
    [
        (lambda x: x * 1.0 + (x - 0.0) / 1, ["add"]),
        (lambda x: np.sin(x) + np.sin(x), ["sin", "add"]),
        (lambda x: np.negative(-np.sin(x)), ["sin"]),
        (lambda x: x**2 + np.square(x) + x * x, ["multiply", "add", "add"]),
        (lambda x: (np.cos(x), x + 1)[1], ["add"]),
        (lambda x: np.sin(x) + -np.cos(x), ["sin", "cos", "subtract"]),
        (lambda x: x * np.ones(1000), []),
        (lambda x: np.conj(x.real) * np.ones(()), []),
        (lambda x: np.roll(np.roll(x, 3), -3), []),
        (lambda x: x.reshape(10, 100).reshape(1000) + 1, ["add"]),
        (lambda x: np.mean(np.sin(x)), ["sin", "sum", "divide"]),
    ],
)
def test_steps_that_remain(f, steps):
    assert names(f, x) == steps


def test_zero_times_something_is_not_zero():
    f = riesz.compile(lambda x: x * 0.0)
    with np.errstate(invalid="ignore"):
        assert np.isnan(f(np.array([np.inf]))[0])


def test_a_covector_of_slices_is_one_array():
    made = plan(riesz.grad(lambda x: np.sum((x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)), x)
    kinds = [s.kind for s in made.steps]
    assert kinds.count("scatter") == 1
    assert kinds.count("add_at") == 1


def test_buffers_are_used_again():
    def chain(x):
        for _ in range(100):
            x = np.sin(x * 1.1)
        return np.sum(x)

    made = plan(chain, x)
    assert len(made.replay.buffers.slots) == 1
    assert made.replay.buffers.reused == 199


def test_calls_allocate_what_they_return_only():
    import tracemalloc

    big = np.ones(200_000)
    f = riesz.compile(riesz.grad(lambda x: np.sum(np.sin(x) * np.exp(x))))
    f(big)
    tracemalloc.start()
    f(big)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.1 * big.nbytes


def test_planning_is_linear():
    def chain(n):
        def f(x):
            for _ in range(n):
                x = np.tanh(np.sin(x) * 1.1 + 0.1)
            return np.sum(x)

        return riesz.value_and_grad(f)

    def seconds(n):
        start = time.process_time()
        plan(chain(n), np.ones(4))
        return (time.process_time() - start) / n

    seconds(10)
    assert seconds(2000) < 4 * min(seconds(200), seconds(200)) + 1e-4


@needs_native
def test_value_and_gradient_in_one_pass():
    made = plan(
        riesz.value_and_grad(lambda x: np.sum(np.sin(x) * np.exp(-(x**2)) / (1.0 + x**2))), x,
        backend="native",
    )  # fmt: skip
    (step,) = made.steps
    assert len(step.cluster.loads) == 1
    assert {r.reduce is None for r in step.cluster.results} == {True, False}


@needs_native
def test_rolls_are_loads_and_repeated_steps_one_kernel():
    def f(u):
        for _ in range(20):
            u = u + 0.1 * (np.roll(u, 1, 0) + np.roll(u, -1, 1) - 2 * u - u * u * u)
        return np.sum(u * u)

    made = plan(riesz.grad(f), np.ones((8, 9)), backend="native")
    kernels = [s for s in made.steps if s.kind == "kernel"]
    assert not [s for s in made.steps if s.kind == "roll"]
    assert len(kernels) <= 42
    assert len({id(s.kernel) for s in kernels}) <= 6


@needs_native
def test_covectors_of_slices_are_loads():
    def f(u):
        m = u[1:-1, 1:-1]
        laplacian = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * m
        u = riesz.at(u)[1:-1, 1:-1].add(0.1 * (laplacian - m * m * m))
        return np.sum(u * u)

    made = plan(riesz.value_and_grad(f), np.ones((8, 9)), backend="native")
    assert {s.kind for s in made.steps} == {"view", "kernel"}
    assert sum(s.kind == "kernel" for s in made.steps) <= 4


@needs_native
def test_a_small_part_is_added_where_it_is():
    made = plan(riesz.grad(lambda x: np.sum(x * x) + np.sum(x[:3] ** 3)), x, backend="native")
    assert {"scatter", "add_at"} & {s.kind for s in made.steps}


@needs_native
def test_a_value_used_often_is_one_kernel():
    def f(x):
        total = x * 0.5
        for k in range(100):
            total = total + x * (0.1 * k)
        return np.sum(total * total)

    assert len(plan(riesz.value_and_grad(f), x, backend="native").steps) == 1


@needs_native
def test_matrix_products_between_kernels():
    W = np.ones((30, 20))
    f = riesz.value_and_grad(lambda W, v: np.sum(np.tanh(W @ np.sin(v)) ** 2))
    made = plan(f, W, np.ones(20), backend="native")
    assert [s.kind for s in made.steps if s.kind in ("kernel", "matmul")].count("kernel") <= 4


@pytest.mark.parametrize("name", ["fftn", "matmul", "transpose"])
def test_kernels_of_plugins_are_called(name, monkeypatch):
    """Also of operators that a plan has lines of its own for."""
    f, x = {
        "fftn": (np.fft.fft, np.ones(4, complex)),
        "matmul": (lambda x: x @ x, np.eye(3)),
        "transpose": (lambda x: x.T, np.eye(3)),
    }[name]
    called = []

    def kernel(*x, **static):
        called.append(static)
        return f(x[0])

    monkeypatch.setitem(registry.kernels, (name, "numpy", "forward"), kernel)
    expected = f(x)
    np.testing.assert_array_equal(riesz.compile(f)(x), expected)
    assert len(called) == 1
