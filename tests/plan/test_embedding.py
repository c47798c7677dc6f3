"""A compiled function inside an eager derivative: compiled there too, with the same derivatives."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest

import riesz

BACKENDS = [name for name in ("numpy", "native") if riesz.get_backend(name).probe() is None]
X = np.linspace(0.2, 1.0, 5)


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray


def layer(p, x, power=1, scale=1.0):
    y = np.tanh(p.w @ x + p.b) ** power
    return {"y": scale * y, "norm": np.sum(p.w**2)}


def loss(f):
    def of(w, x):
        out = f(Layer(w, x[:5] * 0 + 1), x, 2, scale=0.5)
        return np.sum(out["y"] * x) * out["norm"]

    return of


W = np.random.default_rng(0).standard_normal((5, 5))
DERIVATIVES = {
    "value": lambda f: f,
    "gradient": lambda f: lambda w, x: riesz.grad(f, (0, 1))(w, x)[0],
    "tangent": lambda f: lambda w, x: riesz.jvp(f, (w, x), (w, x))[1],
    "jacobian": lambda f: lambda w, x: riesz.jacobian(f)(w, x),
    "hvp": lambda f: lambda w, x: riesz.hvp(f, (w, x), (w, x))[1],
    "reverse twice": lambda f: riesz.grad(lambda w, x: np.sum(riesz.grad(f)(w, x) ** 3)),
    "third": lambda f: lambda w, x: riesz.jvp(lambda w: riesz.hvp(f, (w, x), (w, x))[0], w, w)[1],
}


@pytest.mark.parametrize("of", DERIVATIVES.values(), ids=DERIVATIVES)
def test_derivatives_of_any_order_are_those_of_the_function(of, backend):
    expected = of(loss(layer))(W, X)
    given = of(loss(riesz.compile(layer, backend)))(W, X)
    np.testing.assert_allclose(given, expected, rtol=1e-11)


def test_each_derivative_is_compiled_once(backend):
    calls = []

    def step(u):
        calls.append(None)
        return np.sin(u) * u

    compiled = riesz.compile(step, backend)

    def f(u):
        for _ in range(20):
            u = compiled(u)
        return np.sum(u)

    for _ in range(3):
        riesz.value_and_grad(f)(X)
    assert len(calls) == 2  # one for the value, one for the covector


def test_only_its_arguments_are_kept(backend):
    compiled = riesz.compile(lambda u: np.sin(np.exp(np.cos(u))) * u, backend)
    tape = riesz.tape.Tape()
    compiled(tape.input(X))
    tape.close()
    assert len(tape.steps) == 3  # the input, the whole, its result


def test_a_program_that_is_recorded_takes_it_in(backend):
    f = riesz.compile(layer, backend)
    g = riesz.compile(riesz.grad(loss(f)), backend)
    np.testing.assert_allclose(g(W, X), riesz.grad(loss(layer))(W, X), rtol=1e-12)
    assert f._plans == {}


def test_a_python_number_to_differentiate_by(backend):
    f = riesz.compile(lambda a, x: np.sum(np.sin(a * x)), backend)
    np.testing.assert_allclose(riesz.grad(f)(2.0, X), np.sum(X * np.cos(2 * X)), rtol=1e-13)
    np.testing.assert_allclose(riesz.grad(f, 1)(2.0, X), 2.0 * np.cos(2 * X), rtol=1e-13)
    np.testing.assert_allclose(riesz.grad(f, 1)(3.0, X), 3.0 * np.cos(3 * X), rtol=1e-13)


def test_single_precision_stays_so(backend):
    f = riesz.compile(lambda x: np.sum(x * x * 0.3), backend)
    assert riesz.grad(f)(X.astype("f4")).dtype == np.float32


def test_integer_arguments_and_results_have_no_derivative(backend):
    f = riesz.compile(lambda x, k: (x[k] ** 2, k + 1), backend)

    def g(x):
        y, k = f(x, np.array([0, 2]))
        return np.sum(y * k)

    np.testing.assert_allclose(riesz.grad(g)(X), [2 * X[0], 0, 6 * X[2], 0, 0])


def test_results_that_are_no_arrays_pass(backend):
    f = riesz.compile(lambda x: (np.sum(x**2), "text"), backend)
    value, g = riesz.value_and_grad(lambda x: f(x), has_aux=True)(X)
    assert value[1] == "text"
    np.testing.assert_allclose(g, 2 * X)


def test_a_variable_of_a_derivative_around_it(backend):
    f = riesz.grad(lambda w: np.sum(riesz.compile(lambda x: x * w, backend)(w * X)))
    np.testing.assert_allclose(f(X), 2 * X * X)


def test_control_flow_by_values_is_refused_as_without_a_derivative(backend):
    f = riesz.compile(lambda x: np.sum(x) if x[0] > 0 else np.sum(x**2), backend)
    with pytest.raises(riesz.UnsupportedOperator, match=r"np\.where"):
        riesz.grad(f)(X)


def test_threads_share_it(backend):
    f = loss(riesz.compile(layer, backend))
    expected = riesz.grad(loss(layer))(W, X)
    errors = []

    def run():
        errors.extend(np.max(np.abs(riesz.grad(f)(W, X) - expected)) for _ in range(20))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(errors) == 80
    assert max(errors) < 1e-11


def test_on_a_device_nothing_is_copied_to_the_host(device):
    w, x = (riesz.asarray(v, backend=device) for v in (W, X))
    g = riesz.grad(loss(riesz.compile(layer)))(w, x)
    np.testing.assert_allclose(riesz.to_numpy(g), riesz.grad(loss(layer))(W, X), rtol=1e-12)
