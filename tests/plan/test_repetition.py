"""Loops whose steps are kernels alone: one call runs them all, with the results of many calls."""

import threading

import numpy as np
import pytest

import riesz
from riesz.control import recurrence
from riesz.plan import repetition
from riesz.registry import registry

pytestmark = pytest.mark.skipif(
    riesz.get_backend("native").probe() is not None, reason="no C compiler"
)
N = 300  # steps: more than are run between two looks at interruptions
RNG = np.random.default_rng(2)
A = RNG.standard_normal((4, 4)) / 3
LARGE = RNG.random((300, 300))
T = A.T  # a view, whose entries lie elsewhere


@pytest.fixture(autouse=True)
def every_loop_is_long(monkeypatch):
    monkeypatch.setattr(recurrence, "FEWEST", 0)
    monkeypatch.setattr(recurrence, "LONG", 0)


def rotated(c, x):
    """Carries that change places, and one that is given on as it is."""
    a, b, same = c
    return (b, np.sin(a) + x[0], same), (a, same, b)


def parts(c, x):
    return np.stack([c[1], c[2] * x[0], c[3], np.cos(c[0])]), c[::-1] * 0.5


def joined(c, x):
    d = np.concatenate([c[2:] + x[:1], 0.5 * c[:2]])
    return d, np.concatenate([np.stack([d, d * d]), np.ones((1, 4))]).T


def products(c, x):
    B = np.outer(c, x[:4])
    return np.tanh(A @ c + T @ x[:4] + 0.1 * (B @ A) @ c), A @ B @ T


def sums(c, x):
    d = c + 0.1 * np.sum(c) * x[:4]
    return d / np.max(np.abs(d)), (np.prod(d), np.min(d), np.sum(np.outer(d, d), axis=0))


def shifted(c, x):
    d = 0.5 * np.roll(c, 1) + 0.25 * np.roll(c, -3)
    return np.pad(d[1:-1], 1) + x[:4], np.roll(c, 2)


def grids(c, x):
    u = c.reshape(2, 2)
    v = np.roll(u, (1, 1), (0, 1)) * x[:4].reshape(2, 2).T
    return 0.9 * np.transpose(u + v).reshape(4), np.flip(v, 0)


def chosen(c, x):
    d = np.where(c > 0, c - x[:4], c + np.abs(x[:4]))
    return np.clip(d, -2, 2), (d > 0).astype(np.float32)


def counted(c, x):
    c, k = c
    return (np.cos(c + k) * x[0], k + 1), k


def complex_(c, x):
    z, w = c
    z = z * np.exp(1j * x[:2]) + 0.1 * np.conj(w)
    return (z / (1 + np.abs(z)), w * 1j), (z.real, np.abs(w))


def single(c, x):
    c = np.float32(0.5) * c + np.float32(0.1) * np.sin(c)
    return c, c.astype(np.float64) * x[0]


def adding(c, x):
    c = riesz.at(c)[1:3].add(x[:2])
    return 0.8 * riesz.at(c)[0].set(x[3]), c


def mixed(c, x):
    """Sums of integers and booleans, products of several dtypes."""
    k = (4 * x[:4]).astype(np.int16)
    d = c + 0.1 * np.sum(k) * (A.astype(np.float32) @ x[:4]) + np.max(k) - np.sum(c > 0)
    return np.tanh(d), (np.sum(k), np.prod(k), np.min(k), k @ k, np.sum(c > 0), np.max(c > 0))


def empty(c, x):
    """Also sums of nothing, and products over it."""
    none = x[5:]
    d = c + np.sum(none) + np.outer(c, none) @ (none * x[:0])
    return 0.5 * np.concatenate([d, none]), (none, np.stack([none, none]), np.sum(none))


def scalars(c, x):
    a, b = c
    return (b, a + 0.1 * np.sin(b) + x[0]), a * b


CARRY = RNG.standard_normal(4)
BODIES_OF_ONE = parts, joined, products, sums, shifted, grids, chosen, adding, mixed, empty
BODIES = {
    rotated: (CARRY[:2], CARRY[2:], CARRY[1:3]),
    counted: (CARRY, 0),
    complex_: (CARRY[:2] + 0.5j, CARRY[2:] - 1j),
    single: CARRY.astype(np.float32),
    scalars: (0.3, -0.2),
} | dict.fromkeys(BODIES_OF_ONE, CARRY)
ROWS = RNG.standard_normal((N, 5))


def whole(body, carry, **options):
    """A function of the carry and the rows, of all that the loop finds."""

    def f(carry, rows):
        found = riesz.scan(body, carry, rows, **options)
        leaves = found[0] if isinstance(found[0], tuple) else (found[0],)
        ys = found[1] if isinstance(found[1], tuple) else (found[1],)
        return sum(np.sum(np.abs(y) ** 2 * np.arange(1.0, 1 + y.size).reshape(y.shape))
                   for y in map(riesz.array, (*leaves, *ys)))  # fmt: skip

    return f, carry


def kinds(compiled, *x):
    """How each loop is run: whether one call repeats it."""
    lines = [s.strip() for s in compiled.explain(*x).splitlines()]
    return ["one call" in s for s in lines if s.startswith("inside")]


def called_from_python(monkeypatch):
    monkeypatch.setattr(repetition, "LARGEST", -1)


def agree(f, *x, monkeypatch):
    once = riesz.compile(f, "native")
    found = once(*x)
    assert kinds(once, *x)
    assert all(kinds(once, *x))
    called_from_python(monkeypatch)
    each = riesz.compile(f, "native")
    expected = each(*x)
    assert not any(kinds(each, *x))
    for a, b in zip(riesz.tree.flatten(found)[0], riesz.tree.flatten(expected)[0], strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.asarray(a).dtype == np.asarray(b).dtype
        tolerance = 1e-4 if np.asarray(a).dtype == np.float32 else 1e-10
        np.testing.assert_allclose(
            a, b, rtol=tolerance, atol=tolerance * np.max(np.abs(b), initial=0)
        )


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("body", BODIES, ids=lambda f: f.__name__)
def test_values(body, reverse, monkeypatch):
    agree(
        lambda carry, rows: riesz.scan(body, carry, rows, reverse=reverse),
        BODIES[body], ROWS, monkeypatch=monkeypatch,
    )  # fmt: skip


@pytest.mark.parametrize(
    "body", [b for b in BODIES if b not in (counted, sums)], ids=lambda f: f.__name__
)
def test_gradients(body, monkeypatch):
    f, carry = whole(body, BODIES[body])
    agree(riesz.value_and_grad(f, argnums=(0, 1)), carry, ROWS[:20], monkeypatch=monkeypatch)


@pytest.mark.parametrize("body", [parts, products, scalars], ids=lambda f: f.__name__)
def test_second_derivatives(body, monkeypatch):
    f, carry = whole(body, BODIES[body])
    agree(
        lambda rows: riesz.hvp(lambda x: f(carry, x), rows, np.cos(rows)), ROWS[:9],
        monkeypatch=monkeypatch,
    )  # fmt: skip


def test_rows_of_any_strides_and_dtypes(monkeypatch):
    def step(c, x):
        return c + 0.1 * x["a"] * x["k"], (c, x["k"])

    xs = {"a": RNG.standard_normal((4, 12)).T[::-1], "k": np.arange(12, dtype=np.int8)}
    agree(lambda c, xs: riesz.scan(step, c, xs), CARRY, xs, monkeypatch=monkeypatch)


def test_nothing_that_was_given_is_written_to():
    carry, rows = CARRY.copy(), ROWS.copy()
    f = riesz.compile(lambda c, xs: riesz.scan(parts, c, xs), "native")
    first = f(carry, rows)
    kept = [np.copy(first[0]), np.copy(first[1])]
    f(2 * carry, rows)
    np.testing.assert_array_equal(carry, CARRY)
    np.testing.assert_array_equal(rows, ROWS)
    np.testing.assert_array_equal(first[0], kept[0])
    np.testing.assert_array_equal(first[1], kept[1])


def test_threads_have_arrays_of_their_own():
    f = riesz.compile(lambda c, xs: riesz.scan(products, c, xs), "native")
    carries = [CARRY + i for i in range(8)]
    expected = [f(c, ROWS)[0] for c in carries]
    found = [None] * len(carries)

    def run(i):
        found[i] = f(carries[i], ROWS)[0]

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(carries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(found, expected)


def solves(c, x):
    return np.linalg.solve(np.eye(4) + np.outer(c, c), x[:4]), None


def large(c, x):
    return c * 0.5 + np.sum(LARGE * x[0]), None


def picks(c, x):
    return c[np.array([1, 2, 3, 0])] + x[:4], None


def wide(c, x):
    return np.tanh(np.broadcast_to(c[:, None], (4, 5000)) @ np.ones((5000, 1)))[:, 0], None


def leading(c, x):
    """NumPy drops leading axes of length 1 where it assigns."""
    return riesz.at(c)[1:].set(x[:3].reshape((1,) * 15 + (3,))), None


def unsigned(c, x):
    return c, c.astype(np.uint64)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (solves, "solve is no kernel"),
        (large, "its arrays are large"),
        (picks, "getitem is no kernel"),
        (wide, "matmul of shapes (4, 5000) and (5000, 1) is left to the library"),
        (unsigned, "C has no type for the dtype uint64."),
        (leading, "A kernel has at most 12 axes"),
    ],
    ids=lambda x: getattr(x, "__name__", None),
)
def test_why_each_step_is_called_from_python(body, why):
    f = riesz.compile(lambda c, xs: riesz.scan(body, c, xs)[0], "native")
    np.testing.assert_allclose(f(CARRY, ROWS[:5]), riesz.scan(body, CARRY, ROWS[:5])[0], rtol=1e-12)
    assert f"called from Python ({why}" in f.explain(CARRY, ROWS[:5])


def test_what_repeats_may_be_what_a_backend_lacks():
    f = riesz.compile(lambda c, xs: riesz.scan(parts, c, xs), "numpy")
    assert "called from Python (numpy repeats nothing)" in f.explain(CARRY, ROWS)


def test_nan_stays_where_it_came():
    rows = ROWS[:6].copy()
    rows[3, 0] = np.nan
    f = riesz.compile(lambda c, xs: riesz.scan(parts, c, xs), "native")
    np.testing.assert_array_equal(f(CARRY, rows)[0], riesz.scan(parts, CARRY, rows)[0])


def test_a_loop_may_be_interrupted(monkeypatch):
    """Between the calls of the driver, Python looks at signals."""
    from riesz_backends.native import repetition as native

    seen = []
    driver = native.driver()

    class Watched:
        def riesz_repeat(self, table, count, end, at):
            seen.append(end)
            return driver.riesz_repeat(table, count, end, at)

    monkeypatch.setattr(native, "driver", Watched)
    riesz.compile(lambda c, xs: riesz.scan(parts, c, xs), "native")(CARRY, ROWS)
    assert sorted(set(seen)) == [256, N]


def test_a_part_of_no_entries_may_be_set(monkeypatch):
    def step(c, x):
        c = riesz.at(c)[2:2].set(x[0])
        return riesz.at(c)[4:].add(1.0) + x[:4], c[1:3]

    agree(lambda c, xs: riesz.scan(step, c, xs), CARRY, ROWS[:5], monkeypatch=monkeypatch)


@pytest.mark.parametrize("name", ["stack", "index_set"])
def test_kernels_of_plugins_are_called(name, monkeypatch):
    called = []

    def kernel(x, *_, **static):
        called.append(static)
        return np.stack([x, x]) if name == "stack" else x

    def step(c, x):
        d = np.stack([c, c])[0] + riesz.at(c)[:].set(c)
        return d * x[0], None

    monkeypatch.setitem(registry.kernels, (name, "native", "forward"), kernel)
    f = riesz.compile(lambda c, xs: riesz.scan(step, c, xs)[0], "native")
    np.testing.assert_allclose(f(CARRY, ROWS[:5]), riesz.scan(step, CARRY, ROWS[:5])[0])
    assert len(called) == 5
    assert f"called from Python ({name} is no kernel)" in f.explain(CARRY, ROWS[:5])
