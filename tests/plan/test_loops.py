"""Long loops of compiled programs: recorded once, with the results of the unrolled ones."""

import numpy as np
import pytest
from tests.conformance import loopback

import riesz
from riesz.backend import backends
from riesz.control import recurrence

BACKENDS = [
    name for name in ("numpy", "native") if riesz.get_backend(name).probe() is None
]  # fmt: skip
RNG = np.random.default_rng(5)
W, C, XS = 0.5 * RNG.standard_normal((3, 3)), RNG.standard_normal(3), RNG.standard_normal((7, 3))


@pytest.fixture(autouse=True)
def every_loop_is_long(monkeypatch):
    monkeypatch.setattr(recurrence, "FEWEST", 0)
    monkeypatch.setattr(recurrence, "LONG", 0)


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


def loss(W, c, xs):
    """A recurrent network: what is around the body, the carry and the rows all matter."""

    def step(state, x):
        c, count = state
        c = np.tanh(W @ c + x["input"])
        return (c, count + 1), {"energy": np.sum(c * c), "state": c}

    (c, count), ys = riesz.scan(step, (c, 0), {"input": xs})
    weight = np.arange(1.0, len(xs) + 1)
    return np.sum(c) * count + np.sum(weight * ys["energy"]) + np.sum(ys["state"][::2] ** 3)


def loops(compiled, *x):
    return sum(" x step ->" in line for line in compiled.explain(*x).splitlines())


def close(x, y):
    for a, b in zip(x, y, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_value_and_gradient_are_those_of_the_unrolled_loop(backend):
    f = riesz.value_and_grad(loss, argnums=(0, 1, 2))
    compiled = riesz.compile(f, backend)
    (value, gradients), (expected, by_hand) = compiled(W, C, XS), f(W, C, XS)
    close((value, *gradients), (expected, *by_hand))
    assert loops(compiled, W, C, XS) == 2  # there and back


def test_the_plan_does_not_grow_with_the_loop(backend):
    def steps(n):
        f = riesz.compile(riesz.grad(loss), backend)
        return f.explain(W, C, np.ones((n, 3))).partition("steps")[0].split(":")[1]

    assert steps(10) == steps(1000)


@pytest.mark.parametrize("argument", range(3))
def test_tangents_and_second_derivatives(backend, argument):
    x = (W, C, XS)
    u = RNG.standard_normal(x[argument].shape)

    def along(v):
        return loss(*x[:argument], v, *x[argument + 1 :])

    for derivative in (
        lambda v, u: riesz.jvp(along, v, u)[1],
        lambda v, u: riesz.hvp(along, v, u),
        lambda v, u: riesz.grad(lambda v: np.vdot(riesz.grad(along)(v), u))(v),
        lambda v, u: riesz.jvp(lambda v: riesz.hvp(along, v, u), v, u)[1],
    ):
        expected = derivative(x[argument], u)
        close([riesz.compile(derivative, backend)(x[argument], u)], [expected])


def test_jacobian_of_a_trajectory(backend):
    def path(p):
        return riesz.scan(lambda c, _: (c + 0.1 * np.sin(p * c), c), np.ones(2), None, 6)[1]

    p = np.array([0.5, 2.0])
    close([riesz.compile(riesz.jacobian(path), backend)(p)], [riesz.jacobian(path)(p)])


def test_loops_in_loops(backend):
    def f(x):
        def inner(c, _):
            return c * np.cos(x), None

        def outer(c, _):
            c = riesz.iterate(lambda c: inner(c, None)[0] + 0.1, c, 4)
            return c, c

        c, ys = riesz.scan(outer, x, None, 5)
        return np.sum(c) + np.sum(ys**2)

    g = riesz.value_and_grad(f)
    compiled = riesz.compile(g, backend)
    close(compiled(C), g(C))
    assert "inside 5 x outer" in compiled.explain(C)


def test_complex_carries_and_integer_rows(backend):
    def f(z):
        z, ys = riesz.scan(lambda z, k: (z * z / 2 + k, np.abs(z)), z, np.arange(4))
        return np.sum(np.abs(z) ** 2) + np.sum(ys)

    z = np.array([0.3 + 0.1j, -0.2 + 0.4j])
    g = riesz.value_and_grad(f)
    close(riesz.compile(g, backend)(z), g(z))


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
def test_single_precision_stays_so(backend, dtype):
    f = riesz.grad(lambda c: np.sum(np.abs(riesz.iterate(lambda c: c * c + 0.1, c, 4))))
    assert riesz.compile(f, backend)(C.astype(dtype) / 4).dtype == dtype


def test_a_number_as_carry(backend):
    f = riesz.value_and_grad(lambda a: riesz.iterate(lambda c: c - 0.1 * a * c, 1.0, 20))
    close(riesz.compile(f, backend)(0.7), f(0.7))


def test_what_a_result_does_not_depend_on_has_the_covector_zero(backend):
    f = riesz.grad(lambda c, x: np.sum(riesz.scan(lambda c, x: (c, x), c, x)[0]), argnums=(0, 1))
    close(riesz.compile(f, backend)(C, XS), (np.ones(3), np.zeros_like(XS)))


def same(x, y):
    for a, b in zip(riesz.tree.flatten(x)[0], riesz.tree.flatten(y)[0], strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.asarray(a).dtype == np.asarray(b).dtype
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_a_python_number_around_the_body_decides_no_dtype(backend):
    def f(c, s):
        return riesz.scan(lambda c, _: (c * np.float32(0.5), (c * s, s)), c, None, 5)

    c = C.astype(np.float32)
    same(riesz.compile(f, backend)(c, 0.5), f(c, 0.5))
    g = riesz.grad(lambda c, s: np.sum(f(c, s)[1][0]), argnums=(0, 1))
    same(riesz.compile(g, backend)(c, 0.5), g(c, 0.5))


def test_a_number_that_is_none_is_the_same_each_time(backend):
    def f(c):
        return riesz.iterate(lambda c: np.where(c > 0.1, c / 2, float("nan")), c, 4)

    np.testing.assert_array_equal(riesz.compile(f, backend)(C), f(C))


def test_rows_that_are_no_arrays_are_those_of_the_unrolled_loop(backend):
    masked = np.ma.masked_array(XS, XS > 0)

    def f(c):
        return riesz.scan(lambda c, x: (c + np.sum(x), None), c, masked)[0]

    assert unrolled(f, 1.0, backend=backend) == f(1.0)


def test_empty_rows_are_given_on(backend):
    def f(c, x):
        return riesz.scan(lambda c, x: ((c[0] / 2, c[1]), (x, c[1], c[0])), c, x)

    x = (C, np.ones((0, 2))), np.ones((4, 3, 0))
    same(riesz.compile(f, backend)(*x), f(*x))


def test_empty_arrays(backend):
    f = riesz.grad(lambda c: np.sum(riesz.iterate(lambda c: c * c, c, 5)))
    assert riesz.compile(f, backend)(np.ones((0, 3))).shape == (0, 3)


def unrolled(f, *x, backend):
    compiled = riesz.compile(f, backend)
    value = compiled(*x)
    assert " x step" not in compiled.explain(*x)
    return value


def test_a_body_that_is_steered_by_its_rows_is_unrolled(backend):
    def f(c):
        def step(c, k):
            return (c * 2 if k % 2 else c + C[k % 3]), None

        return np.sum(riesz.scan(step, c, np.arange(5))[0])

    close([unrolled(riesz.grad(f), C, backend=backend)], [riesz.grad(f)(C)])


def drawing(c):
    rng = np.random.default_rng(0)

    def step(c, _):
        return c + rng.standard_normal(3) * c, None

    return np.sum(riesz.scan(step, c, None, 50)[0])


def counting(c):
    seen = []

    def step(c, _):
        seen.append(None)
        return c + len(seen), None

    return np.sum(riesz.scan(step, c, None, 50)[0])


def counting_in_place(size):
    def f(c):
        seen = np.arange(size, dtype=float)

        def step(c, _):
            seen[...] += 1
            return c + np.sum(seen * c[0]), None

        return np.sum(riesz.scan(step, c, None, 50)[0])

    return f


@pytest.mark.parametrize("f", [drawing, counting, counting_in_place(3), counting_in_place(10_000)])
def test_a_body_that_is_another_program_each_time_is_refused(backend, f):
    with pytest.raises(riesz.InvalidValue, match=r"body step of a loop of 50 steps.*as xs"):
        riesz.compile(f, backend)(C)


@pytest.mark.parametrize("f", [drawing, counting])
def test_but_for_a_short_loop(backend, f, monkeypatch):
    monkeypatch.setattr(recurrence, "FEWEST", 51)
    close([unrolled(f, C, backend=backend)], [f(C)])


def test_a_body_that_solves_an_equation_is_unrolled(backend):
    def f(c):
        def step(c, _):
            return riesz.fixed_point(lambda x, c: np.cos(x) * c / 9, c, c), None

        return np.sum(riesz.scan(step, c, None, 3)[0])

    close([unrolled(riesz.grad(f), C, backend=backend)], [riesz.grad(f)(C)])


def test_a_body_that_takes_values_from_an_object_is_unrolled(backend):
    class Model:
        def step(self, c, _):
            return np.tanh(self.W @ c), None

    def f(W, c):
        model = Model()
        model.W = W
        return np.sum(riesz.scan(model.step, c, None, 5)[0])

    close([unrolled(riesz.grad(f), W, C, backend=backend)], [riesz.grad(f)(W, C)])


def test_a_short_loop_is_unrolled(backend, monkeypatch):
    monkeypatch.setattr(recurrence, "LONG", 5000)
    unrolled(riesz.grad(loss), W, C, XS, backend=backend)


def test_errors_of_the_body_are_those_of_the_loop(backend):
    with pytest.raises(riesz.InvalidValue, match="became"):
        riesz.compile(lambda c: riesz.iterate(lambda c: c[1:], c, 5), backend)(C)
    with pytest.raises(ZeroDivisionError):
        riesz.compile(lambda c: riesz.iterate(lambda c: c / (1 // 0), c, 5), backend)(C)


def test_checkpoints_are_the_loops_own(backend):
    def f(c):
        return np.sum(riesz.iterate(lambda c: np.sin(c * c), c, 9, checkpoint=3))

    close([riesz.compile(riesz.grad(f), backend)(C)], [riesz.grad(f)(C)])


def test_explain_counts_what_moves_inside(backend):
    def moved(n):
        text = riesz.compile(riesz.grad(loss), backend).explain(W, C, np.ones((n, 3)))
        line = next(line for line in text.splitlines() if line.startswith("memory"))
        value, unit = line.split(": ")[1].split()
        return float(value) * {"B": 1, "kB": 1e3, "MB": 1e6}[unit]

    assert 8 < moved(1000) / moved(100) < 12


@pytest.fixture(params=[loopback.double, loopback.returning], ids=lambda device: device.name)
def device(request):
    backends.add(request.param)
    yield request.param.name
    backends.remove(request.param.name)


def test_on_a_device_nothing_is_copied_to_the_host(device):
    f = riesz.value_and_grad(loss, argnums=(0, 1, 2))
    value, gradients = riesz.compile(f)(*(riesz.asarray(x, backend=device) for x in (W, C, XS)))
    expected, by_hand = f(W, C, XS)
    close(map(riesz.to_numpy, (value, *gradients)), (expected, *by_hand))
