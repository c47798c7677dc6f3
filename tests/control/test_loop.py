"""riesz.scan and riesz.iterate: loops with one body."""

import numpy as np
import pytest

import riesz

RNG = np.random.default_rng(4)
C, XS = RNG.standard_normal(3), RNG.standard_normal((7, 3))


def step(carry, x):
    h, n = carry
    h = np.tanh(h * x["w"] + x["b"])
    return (h, n + 1), {"h": h * h, "sum": np.sum(h)}


def by_hand(h, xs):
    n, ys = 0, []
    for w, b in zip(xs["w"], xs["b"], strict=True):
        (h, n), y = step((h, n), {"w": w, "b": b})
        ys.append(y)
    return (h, n), {name: np.stack([y[name] for y in ys]) for name in ("h", "sum")}


def scanned(k):
    return lambda h, xs: riesz.scan(step, (h, 0), xs, checkpoint=k)


@pytest.mark.parametrize("k", [None, 1, 3, 7, 100])
def test_scan_is_the_loop(k):
    xs = {"w": XS, "b": XS[:, 0]}
    (h, n), ys = scanned(k)(C, xs)
    (expected, m), expected_ys = by_hand(C, xs)
    assert n == m == 7
    np.testing.assert_array_equal(h, expected)
    for name in ys:
        np.testing.assert_array_equal(ys[name], expected_ys[name])


@pytest.mark.parametrize("k", [None, 1, 3])
def test_scan_is_differentiated(k):
    def f(h, xs):
        (h, _), ys = scanned(k)(h, xs)
        return h, ys

    riesz.check_grads(f, C, {"w": XS, "b": XS[:, 0]}, order=2)


def test_a_scan_in_reverse_goes_from_the_last_to_the_first():
    xs = {"a": np.arange(1.0, 5.0), "b": np.ones((4, 2))}

    def step(c, x):
        c = np.sin(c) * x["a"] + x["b"]
        return c, (c, None)

    def f(c, xs):
        c, (ys, _) = riesz.scan(step, c, xs, reverse=True)
        return np.sum(c * ys)

    c, expected = np.zeros(2), []
    for i in (3, 2, 1, 0):
        c, _ = step(c, {"a": xs["a"][i], "b": xs["b"][i]})
        expected.insert(0, c)
    last, (ys, _) = riesz.scan(step, np.zeros(2), xs, reverse=True)
    np.testing.assert_array_equal(last, c)
    np.testing.assert_array_equal(ys, expected)
    riesz.check_grads(f, np.ones(2), xs)
    with pytest.raises(riesz.InvalidValue, match="first axes"):
        riesz.scan(step, np.zeros(2), {"a": xs["a"], "b": np.ones((3, 2))}, reverse=True)


def test_scan_by_length_and_without_results():
    carry, ys = riesz.scan(lambda c, x: (2 * c, x), 1.0, length=5)
    assert (carry, ys) == (32.0, None)


def test_scan_of_no_steps():
    carry, ys = riesz.scan(lambda c, x: (c, c * x), C, np.zeros((0, 3), np.float32))
    np.testing.assert_array_equal(carry, C)
    assert (ys.shape, ys.dtype) == ((0, 3), np.float64)
    g = riesz.grad(lambda c: np.sum(riesz.scan(lambda c, x: (c, c), c, length=0)[0]))(C)
    np.testing.assert_array_equal(g, np.ones(3))


@pytest.mark.parametrize("k", [None, 2])
def test_iterate_is_the_power_of_a_function(k):
    f = lambda x: {"u": np.sin(x["v"]), "v": x["u"] * x["v"]}  # noqa: E731
    expected = x = {"u": C, "v": C + 1}
    for _ in range(5):
        expected = f(expected)
    got = riesz.iterate(f, x, 5, checkpoint=k)
    assert all(np.array_equal(got[name], expected[name]) for name in x)
    riesz.check_grads(lambda x: riesz.iterate(f, x, 5, checkpoint=k), x, order=2)


def test_iterate_zero_times():
    assert riesz.iterate(np.sin, 0.3, 0) == 0.3


@pytest.mark.parametrize(("call", "message"), [
    (lambda: riesz.scan(step, C, {"a": XS, "b": XS[:3]}), "lengths"),
    (lambda: riesz.scan(step, C, XS, length=3), "length"),
    (lambda: riesz.scan(step, C), "length"),
    (lambda: riesz.scan(step, C, np.array(1.0)), "length"),
    (lambda: riesz.iterate(np.sin, C, -1), "is -1; an integer"),
    (lambda: riesz.iterate(np.sin, C, 2.5), "is 2.5; an integer"),
    (lambda: riesz.scan(lambda c, x: ((c, c), None), C, XS), "tree"),
    (lambda: riesz.scan(lambda c, x: (c[:2], None), C, XS), r"shape \(3,\)"),
    (lambda: riesz.scan(lambda c, x: (c + 0.5, None), 0, XS), "int64"),
    (lambda: riesz.scan(lambda c, x: (c, c if x[0] > XS[3, 0] else (c, c)), C, XS), "The y of"),
    (lambda: riesz.iterate(np.sin, C, 4, checkpoint=0), "checkpoint is 0"),
])  # fmt: skip
def test_what_is_refused(call, message):
    with pytest.raises(riesz.InvalidValue, match=message):
        call()


def test_a_body_returns_a_pair():
    with pytest.raises(riesz.InvalidType, match=r"\(carry, y\)"):
        riesz.scan(lambda c, x: c, C, XS)
