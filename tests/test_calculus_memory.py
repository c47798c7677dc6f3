"""What a derivative keeps, what it frees, and programs of any length."""

import gc
import sys
import tracemalloc
import weakref

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import grad, hvp, jvp, value_and_grad, vjp

N = 100_000  # an array of .8 MB
X = np.linspace(0.0, 1.0, N)


def peak(call):
    """The memory that `call` allocates at its peak, in arrays like X."""
    call()  # rules are printed once
    gc.collect()
    tracemalloc.start()
    call()
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size / X.nbytes


def additions(x):
    y = x
    for _ in range(50):
        y = y + x
    return np.sum(y)


def test_additions_keep_no_arrays():
    assert peak(lambda: value_and_grad(additions)(X)) < 8


def test_linear_steps_keep_no_arrays():
    def f(x):
        for k in range(50):
            x = np.roll(x * 0.5, k)[::-1] - 1.0
        return np.sum(x)

    assert peak(lambda: value_and_grad(f)(X)) < 8


def test_one_value_used_often_needs_one_accumulator():
    def fan_out(x):
        y = x * 0.0
        for k in range(50):
            y = y + x * float(k)
        return np.sum(y)

    assert peak(lambda: value_and_grad(fan_out)(X)) < 8


def test_slices_scatter_into_one_array():
    def f(x):
        return sum(np.sum(x[k : k + 10]) for k in range(200))

    assert peak(lambda: value_and_grad(f)(X)) < 4


def test_a_chain_keeps_one_array_a_step():
    def f(x):
        for _ in range(20):
            x = np.sin(x)
        return np.sum(x)

    assert 20 <= peak(lambda: value_and_grad(f)(X)) < 26


def test_gradient_frees_as_it_goes():
    """The backward pass adds nothing that grows with the length of the program."""

    def f(x):
        for _ in range(40):
            x = np.tanh(x)
        return np.sum(x)

    forward = peak(lambda: vjp(f, X))
    assert peak(lambda: value_and_grad(f)(X)) < forward + 6


def test_forward_mode_keeps_nothing():
    def f(x):
        for _ in range(40):
            x = np.sin(x)
        return np.sum(x)

    assert peak(lambda: jvp(f, X, X)) < 8


def test_tape_is_freed_with_the_call():
    held = []

    def f(x):
        y = np.sin(x)
        held.append(weakref.ref(y))
        return np.sum(y * y)

    value_and_grad(f)(X)
    gc.collect()
    assert held[0]() is None


def test_no_reference_cycles():
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(20):
            value_and_grad(additions)(np.ones(3))
        assert len(gc.get_objects()) - before < 200
    finally:
        gc.enable()


# --- length ---------------------------------------------------------------------------------------


def chain(n):
    def f(x):
        for _ in range(n):
            x = x * 1.00001
        return np.sum(x)

    return f


@pytest.mark.parametrize("D", [grad, lambda f: lambda x: jvp(f, x, np.ones(2))[1]])
def test_long_chains_need_no_recursion(D):
    n = 100_000
    limit = sys.getrecursionlimit()
    slope = np.sum(D(chain(n))(np.ones(2)))
    assert sys.getrecursionlimit() == limit
    assert_allclose(slope, 2 * 1.00001**n, rtol=1e-9)


def test_long_chain_of_second_order():
    n = 10_000

    def f(x):
        y = x
        for _ in range(n):
            y = y + x * 1e-4
        return np.sum(y * y)

    assert_allclose(hvp(f, np.ones(2), np.ones(2)), np.full(2, 8.0), rtol=1e-9)


def test_deep_dag_is_linear_in_its_size():
    """Every value used twice: 2^200 paths, 200 steps."""

    def f(x):
        for _ in range(200):
            x = 0.5 * (x + x)
        return np.sum(x)

    assert_allclose(grad(f)(np.ones(3)), np.ones(3))


def test_wide_sum_of_many_terms():
    g = grad(lambda x: sum(x[i] ** 2 for i in range(1000)))(np.arange(1000.0))
    assert_allclose(g, 2 * np.arange(1000.0))


def test_long_chain_is_deleted_without_recursion():
    y, back = vjp(chain(100_000), np.ones(2))
    del y, back
    gc.collect()
    assert riesz.grad(np.sum)(np.ones(2)).sum() == 2.0
