"""riesz.checkpoint: the same derivatives, of any order, from less memory."""

import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest

import riesz
from riesz.conformance.checks import AT_SAMPLES
from riesz.conformance.refusals import refusals
from riesz.conformance.sample import sample
from riesz.control.recomputation import Recomputed

RNG = np.random.default_rng(2)
X, W = RNG.standard_normal(3), RNG.standard_normal((3, 3))


@dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray


def layer(p, x, *, power=1, names=()):
    return {"y": np.tanh(p.w @ x + p.b) ** power, "n": len(names), "norm": np.sum(p.w**2)}


def loss(f):
    def of(p, x):
        out = f(p, x, power=2, names=("a", "b"))
        return np.sum(out["y"] * x) + out["norm"] * out["n"]

    return of


P = Layer(W, np.ones(3))


def test_trees_keywords_and_constants_go_through():
    out = riesz.checkpoint(layer)(P, X, power=2, names=("a", "b"))
    assert out["n"] == 2
    np.testing.assert_array_equal(out["y"], np.tanh(W @ X + 1) ** 2)


def test_derivatives_of_any_order_are_those_of_the_function():
    f, g = loss(layer), loss(riesz.checkpoint(layer))
    for mine, plain in zip(riesz.grad(g, (0, 1))(P, X), riesz.grad(f, (0, 1))(P, X), strict=True):
        for name in ("w", "b") if isinstance(mine, Layer) else ():
            np.testing.assert_array_equal(getattr(mine, name), getattr(plain, name))
    np.testing.assert_array_equal(riesz.jvp(g, (P, X), (P, X))[1], riesz.jvp(f, (P, X), (P, X))[1])
    riesz.check_grads(g, P, X, order=3)


def test_keywords_may_be_differentiated_too():
    g = riesz.checkpoint(lambda x, *, scale: scale * x)
    np.testing.assert_array_equal(riesz.grad(lambda s: np.sum(g(X, scale=s)))(2 * X), X)


def test_hvp_is_that_of_the_function():
    g = riesz.checkpoint(lambda x: np.sum(np.sin(x) ** 3))
    expected = riesz.hvp(lambda x: np.sum(np.sin(x) ** 3), X, X)
    np.testing.assert_allclose(riesz.hvp(g, X, X), expected, rtol=1e-14)


def test_nested_checkpoints():
    inner = riesz.checkpoint(lambda x, y: np.sin(x) * y)
    outer = riesz.checkpoint(lambda x: inner(x, x) + inner(x**2, 1.0))
    riesz.check_grads(outer, X, order=3)


def test_complex_arguments():
    riesz.check_grads(riesz.checkpoint(lambda z: (abs(z), z * z)), X + 1j, order=2)


def test_only_what_is_differentiated_is_computed():
    calls = []

    @riesz.linear
    class watched:
        def forward(xp, x):
            return 2 * x

        def adjoint(xp, a, X):
            calls.append("constant")
            return 2 * a

        def metric(X):
            return X

    g = riesz.checkpoint(lambda x, data: (x * watched(data), watched(data)))
    riesz.grad(lambda x: np.sum(g(x, X)[0]))(X)
    assert calls == []


def test_unused_results_and_arguments():
    g = riesz.checkpoint(lambda x, y: (x * x, np.sin(y), 3))
    gx, gy = riesz.grad(lambda x, y: np.sum(g(x, y)[0]), (0, 1))(X, X)
    np.testing.assert_array_equal(gx, 2 * X)
    assert not gy.any()


def test_integers_may_be_given_and_returned():
    g = riesz.checkpoint(lambda x, i: (x[i], i + 1))
    gradient = riesz.grad(lambda x: g(x, np.array(1))[0] * g(x, np.array(0))[1])(X)
    np.testing.assert_array_equal(gradient, [0, 1, 0])


def test_forward_mode_simply_runs():
    runs = []

    @riesz.checkpoint
    def f(x):
        runs.append(1)
        return x * x

    riesz.jvp(f, X, X)
    assert len(runs) == 1


class Holder:
    """An object that holds a differentiated value."""

    def __init__(self, x):
        self.x = x

    def times(self, y):
        return self.x * y


def test_a_differentiated_value_of_an_attribute_is_refused():
    with pytest.raises(riesz.InvalidType, match="as an argument"):
        riesz.grad(lambda x: np.sum(riesz.checkpoint(Holder(x).times)(np.ones(3))))(X)
    with pytest.raises(riesz.InvalidType, match="as an argument"):
        riesz.grad(lambda x: np.sum(riesz.checkpoint(Holder(x).times)(x)))(X)
    with pytest.raises(riesz.InvalidType, match="of a loop: in the carry"):
        riesz.grad(lambda x: np.sum(riesz.iterate(Holder(x).times, x, 4, checkpoint=2)))(X)


def plain(f):
    return f


def in_a_body(checkpoint):
    return lambda x: np.sum(checkpoint(lambda y: np.sin(x * y))(x))


def beside_constants(checkpoint):
    return lambda x: np.sum(checkpoint(lambda y, *, n=2: x**n * y)(X, n=3))


def in_functions_and_trees(checkpoint):
    def f(x):
        p = {"a": 2 * x, "b": [x, None]}

        def force(y):
            return p["a"] * y + p["b"][0]

        return np.sum(checkpoint(lambda y: np.tanh(force(force(y))))(X))

    return f


def changing(checkpoint):
    def f(x):
        y, total = x, 0.0
        for _ in range(3):
            total = total + np.sum(checkpoint(lambda z: y * z)(X))  # noqa: B023
            y = y * x
        return total

    return f


def in_default_values(checkpoint):
    return lambda x: np.sum(checkpoint(lambda y, p=(2 * x, None), *, z=x: p[0] * y * z)(X))


def of_a_derivative_around(checkpoint):
    return lambda x: riesz.grad(lambda z: np.sum(checkpoint(lambda y: x * z**2 * y)(z)))(x) @ X


@pytest.mark.parametrize(
    "f",
    [
        in_a_body, beside_constants, in_functions_and_trees, changing, in_default_values,
        of_a_derivative_around,
    ],
)  # fmt: skip
def test_variables_of_enclosing_functions_are_arguments(f):
    f, g = f(riesz.checkpoint), f(plain)
    for of in (riesz.grad, lambda f: riesz.compile(riesz.grad(f)), riesz.hessian):
        np.testing.assert_allclose(of(f)(X), of(g)(X), rtol=1e-13)
    np.testing.assert_allclose(riesz.jvp(f, X, W[0])[1], riesz.jvp(g, X, W[0])[1], rtol=1e-13)


def test_a_loop_takes_parameters_from_around_it():
    def f(x, **how):
        return np.sum(riesz.iterate(lambda y: np.sin(x * y), np.ones(3), 5, **how))

    np.testing.assert_allclose(
        riesz.grad(lambda x: f(x, checkpoint=2))(X), riesz.grad(f)(X), rtol=1e-13
    )


def test_a_body_changes_the_variables_around_it():
    runs, found = 0, []

    def f(x):
        def body(y):
            nonlocal runs
            runs += 1
            found.append(x.shape)
            return x * y

        return np.sum(riesz.checkpoint(body)(X))

    np.testing.assert_allclose(riesz.grad(f)(X), X)
    assert (runs, found) == (2, [(3,), (3,)])


def test_a_function_that_calls_itself_is_refused_what_it_takes_from_around():
    def f(x):
        def power(y, n):
            return x * power(y, n - 1) if n else y

        return np.sum(riesz.checkpoint(power)(X, 2))

    with pytest.raises(riesz.InvalidType, match="as an argument"):
        riesz.grad(f)(X)


def test_a_list_that_holds_itself_is_a_constant():
    factors = [2.0]
    factors.append(factors)
    assert riesz.grad(riesz.checkpoint(lambda x: factors[0] * x))(3.0) == 2.0


def test_what_is_not_numeric_is_refused():
    with pytest.raises(riesz.InvalidType, match="str"):
        riesz.checkpoint(lambda x: "text")(X)


def test_name_and_docstring_stay():
    assert riesz.checkpoint(layer).__name__ == "layer"


def peak(f, *x):
    f(*x)  # what is cached is there afterwards
    tracemalloc.start()
    f(*x)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return memory


@pytest.mark.parametrize("order", ["grad", "hvp", "grad of grad"])
def test_memory_of_a_loop_grows_like_the_root_of_its_steps(order):
    x, n = np.linspace(0.1, 1, 10_000), 144

    def program(k):
        def loss(x):
            return np.sum(riesz.iterate(lambda x: np.sin(x) * 1.1, x, n, checkpoint=k))

        if order == "hvp":
            return lambda x: riesz.hvp(loss, x, x)
        if order == "grad":
            return riesz.grad(loss)
        return riesz.grad(lambda x: np.sum(riesz.grad(loss)(x) ** 2))

    np.testing.assert_allclose(program(12)(x), program(None)(x), rtol=1e-12)
    assert peak(program(None), x) > n * x.nbytes
    assert peak(program(12), x) < 9 * 12 * x.nbytes
    assert peak(program(12), x) < 0.35 * peak(program(None), x)


CONFORMING = Recomputed(lambda x, y, k: (np.sin(x) * y, y[k]), "recomputed")
#: It refuses nothing itself: its rule is the user's program, with the user's errors.
CONCERNING = [check for check in AT_SAMPLES if check is not refusals]


@pytest.mark.parametrize("check", CONCERNING, ids=lambda check: check.__name__)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_the_operator_conforms(check, dtype):
    dtype = np.dtype(dtype)
    x = [RNG.standard_normal(3).astype(dtype) for _ in range(2)]
    finding = check(CONFORMING, sample(*x, np.array([0, 2])), dtype)
    assert finding is None or finding.passed, str(finding)
