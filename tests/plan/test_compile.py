"""riesz.compile: signatures, results, refusals, threads, reports."""

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

import riesz
from riesz import RieszError, UnsupportedOperator, compile
from riesz.scipy import linalg

x = np.linspace(0.1, 1.0, 5)


def program(x):
    return np.sum(np.sin(x) * np.exp(-(x**2)) / (1.0 + x**2))


@pytest.mark.parametrize(
    ("f", "args"),
    {
        "value_and_grad": (riesz.value_and_grad(program), (x,)),
        "hvp": (lambda x, u: riesz.hvp(program, x, u), (x, x + 1)),
        "jacobian": (riesz.jacobian(lambda x: x * x[0]), (x,)),
        "hessian": (riesz.hessian(program), (x,)),
        "third order": (riesz.grad(lambda x: riesz.grad(lambda y: program(y) ** 2)(x)[0]), (x,)),
        "metric": (riesz.grad(program, metric=riesz.Sobolev(1)), (x,)),
        "weighted": (riesz.grad(program, metric=riesz.Weighted(x)), (x,)),
        "trees": (riesz.grad(lambda p: np.sum(p["a"] * p["b"][0])), ({"a": x, "b": [x, x]},)),
        "keywords of NumPy": (lambda x: np.sum(x, axis=0, keepdims=True), (x,)),
        "own arguments": (lambda x: (x, x.T, x[::2], x), (x,)),
        "constants": (lambda x: (1, 2.5, np.ones(2), np.zeros((2, 3)), x), (x,)),
        "no arrays": (lambda n: n + 1, (3,)),
        "argmax": (lambda x: x[np.argmax(x)] * np.argsort(-x), (x,)),
        "shapes": (lambda x: np.zeros_like(x) + np.shape(x)[0] * np.full_like(x, 2.0), (x,)),
        "to integers": (lambda x: (5 * x).astype(int) // 2, (x,)),
        "an index that follows from x": (
            lambda x: (riesz.vjp(np.sort, x)[1](np.arange(5.0)), riesz.grad(np.median)(x)),
            (x[[2, 0, 1, 4, 3]],),
        ),
        "index array": (riesz.grad(lambda x, i: np.sum(x[i] ** 2)), (x, np.array([0, 0, 2]))),
        "table": (
            lambda x, table: (np.take(x, (4 * x).astype(int)), table[(4 * x).astype(int)]),
            (x, np.arange(5.0)),
        ),
        "constant table": (
            lambda x: np.take_along_axis(np.arange(5.0), (4 * x).astype(int), 0),
            (x,),
        ),
        "mask": (riesz.grad(lambda x, m: np.sum(np.where(m, x**2, x))), (x, x > 0.5)),
        "masks that follow from x": (
            riesz.grad(lambda x, m: np.sum(np.where((x > -1) & ~(x > 0.7) | m ^ (x < 0), x**2, x))),
            (x, np.arange(5) > 2),
        ),
        "masks beside Python's": (
            lambda x: (True & (x > 0), (x > 0) | False, np.bitwise_and(x > 0, x < 1) * x),
            (x,),
        ),
        "a constant table of interp": (
            riesz.grad(lambda x: np.sum(np.interp(x, [0.0, 0.5, 2.0], [1.0, 2.0, 4.0]) ** 2)),
            (x,),
        ),
        "at a constant table": (
            lambda x: riesz.at(np.arange(5.0))[(4 * x).astype(int)].get(),
            (x,),
        ),
        "constant mask": (riesz.grad(lambda x: np.sum(x[np.arange(5) > 2] ** 2)), (x,)),
        "update": (riesz.grad(lambda x: np.sum(riesz.at(x)[1:].add(x[:-1]) ** 3)), (x,)),
        "slices": (riesz.grad(lambda x: np.sum(x[1:] * x[:-1] + x[1:] ** 2)), (x,)),
        "rolls": (riesz.grad(lambda x: np.sum(np.roll(x * 2, 1) * np.roll(x, -2))), (x,)),
        "rolled products of unequal shapes": (
            riesz.grad(
                lambda x, w: np.sum(np.roll(w[:, None, None] * np.outer(x, x), (1, 2), (1, 2))[0])
            ),
            (x, x[:2]),
        ),
        "rolled twice": (lambda x: np.roll(np.roll(x, 2), -3) + np.roll(x, 5), (x,)),
        "padding": (riesz.grad(lambda x: np.sum((x + np.pad(x[1:-1] * x[2:], 1)) ** 2)), (x,)),
        "an axis added by True": (riesz.grad(lambda x: np.sum(x[True] * x[..., True])), (x,)),
        "updates at True and False": (
            lambda x: (
                riesz.at(x)[True].add(x),
                riesz.at(x)[False].add(1.0),
                riesz.at(x)[True].set(2),
            ),
            (x,),
        ),
        "numbers chosen by floats": (lambda x: np.where(x > 0.5, np.where(x - 1, 3, 0), 2), (x,)),
        "integers chosen by complex numbers": (
            lambda z, k: np.where(z, k, 7),
            (1j * x - 0.1j, np.arange(5, dtype=np.int32)),
        ),
        "reshape of a transpose": (
            lambda x: np.sin(x * 2).reshape(5, 1).T.reshape(5) @ np.outer(x, x).T.reshape(25)[:5],
            (x,),
        ),
        "reductions along axes": (
            riesz.grad(lambda x: np.sum(np.max(np.outer(x, x * 2), axis=1) ** 2)),
            (x,),
        ),
        "reductions along no axes": (
            lambda x: (np.max(np.sin(x[0]) * x[1], ()), np.prod(x * x, ()), np.min(x, ())),
            (x,),
        ),
        "mean and variance": (riesz.grad(lambda x: np.mean(x * x) + np.var(x)), (x,)),
        "complex": (riesz.grad(lambda z: np.sum(np.abs(z) ** 2 + np.real(z * z))), (x + 1j * x,)),
        "single precision": (riesz.value_and_grad(program), (x.astype(np.float32),)),
        "mixed precision": (lambda x, y: x * y + x, (x.astype(np.float32), x)),
        "float beside single": (lambda x, s: x * s + s * s, (x.astype(np.float32), 0.5)),
        "integers": (lambda k: k * 2 + k // 3, (np.arange(5),)),
        "negative strides": (riesz.grad(program), (x[::-2],)),
        "stop_gradient": (riesz.grad(lambda x: np.sum(x * riesz.stop_gradient(x))), (x,)),
        "scan": (riesz.grad(lambda x: riesz.scan(lambda c, r: (c * r + r, c), 0.0, x)[0]), (x,)),
        "a Python float as carry": (
            lambda c, x: riesz.scan(lambda c, r: (c * 0.5, c * r), c, x),
            (0.5, x.astype(np.float32)),
        ),
        "a Python float that becomes the carry": (
            lambda c, s, x: riesz.scan(lambda c, r: (s, c * r), c, x),
            (x[0], 0.5, x.astype(np.float32)),
        ),
        "iterate": (riesz.grad(lambda x: np.sum(riesz.iterate(np.sin, x, 4))), (x,)),
        "checkpoint": (riesz.grad(riesz.checkpoint(program)), (x,)),
        "root": (
            riesz.grad(lambda x: np.sum(riesz.root(lambda y, t: y**3 + y - t, x, x))),
            (x,),
        ),
        "square root of a matrix": (
            riesz.grad(lambda x: np.sum(linalg.sqrtm(np.outer(x, x) + np.eye(5)) ** 2)),
            (x,),
        ),
        "empty": (riesz.value_and_grad(program), (np.zeros(0),)),
        "axis of length 0": (lambda x: np.sum(np.sin(x), axis=1), (np.zeros((3, 0)),)),
        "0-d": (riesz.value_and_grad(lambda x: x * np.sin(x)), (np.float64(0.5),)),
        "subnormal and infinite": (
            lambda x: (x * 1, 1 / x, x - x),
            (np.array([0.0, -0.0, np.inf]),),
        ),
    }.values(),
)
def test_equals_eager(f, args, backend_name):
    compiled = compile(f, backend_name)
    with np.errstate(all="ignore"):
        expected, structure = riesz.tree.flatten(f(*args))
        for _ in range(3):
            found, same = riesz.tree.flatten(compiled(*args))
            assert riesz.tree.same_structure(structure, same)
            for y, e in zip(found, expected, strict=True):
                assert np.asarray(y).dtype == np.asarray(e).dtype
                np.testing.assert_allclose(y, e, rtol=1e-5 if y_is_single(e) else 1e-12, atol=1e-14)


def y_is_single(e):
    return np.asarray(e).dtype in (np.float32, np.complex64)


def test_derivative_is_a_covector(backend_name):
    Df = compile(riesz.derivative(program), backend_name)(x)
    assert isinstance(Df, riesz.Dual)
    assert float(Df(x)) == pytest.approx(float(riesz.derivative(program)(x)(x)), rel=1e-12)


def test_one_plan_per_signature():
    f = compile(lambda x, n=2, s=1.0: x * n * s)
    for args in ((x,), (x + 1,), (x, 2), (x, 3), (x, 3, 0.5), (x, 3, 0.75)):
        f(*args)
    assert "4 plan(s)" in repr(f)  # n is static, s is not
    assert f(x, 3, 0.25)[0] == pytest.approx(x[0] * 0.75)
    f(x.astype(np.float32))
    f(x[:3])
    assert "6 plan(s)" in repr(f)


@compile
def halved(x):
    return np.sum(x / 2)


def test_pickled_and_copied_without_plans():
    assert halved(x) == np.sum(x / 2)
    assert pickle.loads(pickle.dumps(halved)) is halved
    for backend in (None, "numpy", riesz.get_backend("numpy")):
        f = compile(program, backend)
        f(x)
        for g in (pickle.loads(pickle.dumps(f)), copy.deepcopy(f), copy.copy(f)):
            assert "0 plan(s)" in repr(g)
            assert g(x) == f(x)


@compile(backend="numpy")
def doubled(x):
    "Twice x."
    return 2 * x


def test_a_decorator_with_arguments():
    assert (doubled.__doc__, doubled.backend) == ("Twice x.", "numpy")
    assert np.array_equal(doubled(x), 2 * x)
    assert pickle.loads(pickle.dumps(doubled)) is doubled
    assert compile()(program)(x) == compile(program)(x)


class Scale:
    def __init__(self, factor):
        self.factor = factor

    @compile
    def image(self, x, power=1):
        return self.factor * x**power

    @classmethod
    @compile
    def name_of(cls, x):
        return cls.__name__, x + 1


@dataclass
class Affine:
    factor: np.ndarray

    @compile(backend="numpy")
    def image(self, x):
        return self.factor * x


def test_methods():
    two, three = Scale(2.0), Scale(3.0)
    for scale in (two, three, two):
        assert np.array_equal(scale.image(x, power=2), scale.factor * x**2)
    assert "2 plan(s)" in repr(Scale.image)
    assert np.array_equal(Scale.image(two, x), 2 * x)
    assert np.array_equal(riesz.grad(lambda x: np.sum(two.image(x)))(x), np.full(5, 2.0))
    assert np.array_equal(riesz.grad(program)(two.image(x)), compile(riesz.grad(program))(2 * x))
    assert two.image.explain(x) == Scale.image.explain(two, x)
    assert Scale.name_of(x)[0] == "Scale"
    again = pickle.loads(pickle.dumps(two.image))
    assert np.array_equal(again(x), 2 * x)


def test_the_arrays_of_a_dataclass_are_inputs_of_its_methods():
    affine = Affine(x)
    assert np.array_equal(affine.image(x), x * x)
    affine.factor = x + 1
    assert np.array_equal(affine.image(x), (x + 1) * x)
    assert "1 plan(s)" in repr(Affine.image)


def test_a_self_that_cannot_be_found_again_is_refused():
    class Unhashable(Scale):
        __hash__ = None

    with pytest.raises(riesz.InvalidType, match="compared and hashed"):
        Unhashable(1.0).image(x)


def test_true_is_not_one():
    f = compile(lambda x, flag: x if flag is True else -x)
    assert f(x, True)[0] == x[0]
    assert f(x, 1)[0] == -x[0]


def test_results_are_the_callers_own(backend_name):
    constant = np.arange(5.0)
    f = compile(lambda x: (x, x[:2], x * 2, constant, x * 2, np.sin(x).reshape(5, 1)), backend_name)
    first = f(x)
    kept = [np.array(y) for y in first]
    for y in first:
        y[...] = -1
    for y, expected in zip(f(x), kept, strict=True):
        assert np.array_equal(y, expected)
    assert constant[1] == 1


def test_arguments_stay_as_they_are(backend_name):
    frozen = x.copy()
    frozen.flags.writeable = False
    f = compile(riesz.grad(lambda x: np.sum((x * 2 + x[::-1]) ** 2)), backend_name)
    np.testing.assert_allclose(f(frozen), riesz.grad(lambda x: np.sum((x * 2 + x[::-1]) ** 2))(x))
    assert np.array_equal(frozen, x)


def test_inside_a_derivative_it_is_transparent():
    f = compile(program)
    np.testing.assert_allclose(riesz.grad(f)(x), riesz.grad(program)(x), rtol=1e-14)
    np.testing.assert_allclose(compile(riesz.grad(f))(x), riesz.grad(program)(x), rtol=1e-12)


def test_values_of_a_derivative_around_it():
    inner = riesz.grad(lambda w: np.sum(compile(lambda x: x * w)(x)))
    np.testing.assert_allclose(inner(x * 2), x)


def branch(x):
    if np.sum(x) > 0:
        return np.sum(x)
    return -np.sum(x)


@pytest.mark.parametrize(
    ("f", "words"),
    {
        "if": (branch, ["test_compile.py", "if np.sum(x) > 0:", "np.where", "riesz.scan"]),
        "if in a gradient": (riesz.grad(branch), ["if np.sum(x) > 0:"]),
        "int": (lambda x: int(x[0]) * x, ["int(x[0])", "np.where"]),
        "float": (lambda x: float(x[0]) * x, ["float(x[0])"]),
        "text": (lambda x: f"{x[0]:.2f}", ["{x[0]:.2f}", "uncompiled"]),
        "loop length": (lambda x: sum(x for _ in range(x.astype(int)[0])), ["riesz.scan"]),
        "nonzero": (lambda x: np.nonzero(x), ["np.nonzero", "outside the compiled function"]),
        "unique": (np.unique, ["np.unique", "outside the compiled function"]),
        "allclose": (lambda x: np.allclose(x, x), ["np.allclose"]),
        "bincount": (
            lambda x: np.bincount((3 * x).astype(int), weights=x),
            ["np.bincount", "outside the compiled function"],
        ),
        "histogram": (lambda x: np.histogram(x, 3)[0], ["np.histogram", "outside the compiled"]),
        "mask": (lambda x: x[x > 0.5], ["mask", "np.where"]),
        "piecewise": (lambda x: np.piecewise(x, [x > 0.5], [np.sin]), ["mask", "np.where"]),
        "array": (np.asarray, ["np.stack"]),
        "table": (
            lambda x: np.arange(9.0)[(8 * x).astype(int)],
            ["riesz.at(table)[i].get()", "as an argument"],
        ),
        "take": (
            lambda x: np.take(np.arange(9.0), (8 * x).astype(int)),
            ["riesz.at(table)[i].get()", "as an argument"],
        ),
        "slice": (
            lambda x: x[np.argmax(x) :],
            ["test_compile.py", "x[i + np.arange(n)]", "uncompiled."],
        ),
        "a string": (lambda x: object(), ["array", "number"]),
    }.values(),
)
def test_refusals_say_what_to_do(f, words):
    with pytest.raises(RieszError) as caught:
        compile(f)(x)
    assert all(word in str(caught.value) for word in words)
    assert "cannot run on the backend" not in str(caught.value)


def test_a_refused_program_leaves_nothing_behind():
    f = compile(branch)
    for _ in range(2):
        with pytest.raises(UnsupportedOperator):
            f(x)


def test_arguments_that_cannot_be_hashed():
    with pytest.raises(riesz.InvalidType, match="compared and hashed"):
        compile(lambda x, s: x)(x, {1, 2})


@pytest.mark.parametrize("bad", [np.array(["a"]), np.ma.masked_array([1.0, 2.0], [True, False])])
def test_arrays_that_are_no_numbers(bad):
    with pytest.raises(riesz.InvalidType, match=r"numbers or booleans|np\.where"):
        compile(lambda x: x)(bad)


@pytest.mark.parametrize("n", [5, 20_000])
def test_constants_that_change_while_recorded(n):
    def f(x):
        e = np.zeros(n)
        total = x * 0
        for i in range(3):
            e[:] = 0
            e[i] = i + 1
            total = total + x * e
        return total

    point = np.ones(n)
    if n == 5:
        assert np.array_equal(compile(f)(point), f(point))
    else:
        with pytest.raises(riesz.InvalidValue, match="changed in place"):
            compile(f)(point)


@pytest.mark.parametrize("n", [5, 20_000])
def test_constants_that_a_derivative_holds_may_be_used_again(n):
    table, point = np.arange(n, dtype=float), np.ones(n)
    f = riesz.grad(lambda x: np.sum((table * x) ** 2) + np.sum(np.sin(table * x**2)))
    np.testing.assert_allclose(compile(f)(point), f(point), rtol=1e-12)
    assert table.flags.writeable


def test_large_constants_that_change_while_a_derivative_holds_them():
    table = np.ones(20_000)

    def f(x):
        y = np.sum((table * x) ** 2)
        table.flags.writeable = True
        table[0] = 2.0
        return y + np.sum(table * x)

    with pytest.raises(riesz.InvalidValue, match="changed in place"):
        compile(riesz.grad(f))(np.ones(20_000))


def test_a_recorded_matrix_without_a_real_root_is_refused_when_run():
    f = compile(lambda x: linalg.sqrtm(np.diag(x)))
    np.testing.assert_allclose(f(x**2), np.diag(np.abs(x)))
    with pytest.raises(riesz.InvalidValue, match=r"sqrtm\(A\.astype\(complex\)\)"):
        f(-(x**2) - 1)


def test_values_that_escape_are_refused():
    kept = []
    compile(lambda x: (kept.append(x), x)[1])(x)
    with pytest.raises(riesz.ClosedTape, match=r"riesz\.compile"):
        kept[0] + 1


def test_threads(backend_name):
    f = compile(
        riesz.value_and_grad(lambda x: np.sum(np.sin(x) * np.roll(x, 1) ** 2)), backend_name
    )
    points = [np.linspace(0, k, 1000) for k in range(1, 9)]
    expected = [
        riesz.value_and_grad(lambda x: np.sum(np.sin(x) * np.roll(x, 1) ** 2))(p) for p in points
    ]
    start = threading.Barrier(8)

    def work(k):
        start.wait()
        return [f(points[k]) for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        for results, (value, g) in zip(pool.map(work, range(8)), expected, strict=True):
            for v, h in results:
                assert v == pytest.approx(value, rel=1e-12)
                np.testing.assert_allclose(h, g, rtol=1e-11, atol=1e-12)


def test_an_error_while_running_gives_the_buffers_back():
    f = compile(lambda A: np.sum(np.linalg.inv(A * 2.0)))
    with pytest.raises(np.linalg.LinAlgError):
        f(np.zeros((3, 3)))
    assert f(np.eye(3)) == pytest.approx(1.5)


def test_explain(backend_name):
    text = compile(riesz.value_and_grad(program), backend_name).explain(x)
    for word in ("operators recorded", "steps", "memory moved", "buffers", "fused"):
        assert word in text


@pytest.mark.parametrize("seed", range(8))
def test_random_slices_equal_eager(seed, backend_name):
    """Boxes of arrays: read, padded, added in place, between rolls and sums, and their adjoints."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 9, rng.integers(1, 4)))
    steps = [_random_step(rng, shape) for _ in range(6)]

    def f(u):
        for step in steps:
            u = step(u)
        return np.sum(np.sin(u), axis=0)

    def norm(u):
        return np.sum(f(u) ** 2)

    u = rng.standard_normal(shape)
    for g in (f, riesz.grad(norm), lambda u: riesz.hvp(norm, u, np.cos(u))):
        assert compile(g, backend_name)(u) == pytest.approx(g(u), rel=1e-10, abs=1e-10)


def _random_step(rng, shape):
    start = [int(rng.integers(0, n)) for n in shape]
    box = tuple(slice(i, int(rng.integers(i, n)) + 1) for i, n in zip(start, shape, strict=True))
    width = [(s.start, n - s.stop) for s, n in zip(box, shape, strict=True)]
    shift = int(rng.integers(-2, 3))
    return [
        lambda u: u + 0.3 * np.pad(u[box] ** 2, width),
        lambda u: riesz.at(u)[box].add(0.5 * np.cos(u[box])),
        lambda u: np.roll(u, shift, 0) - 0.1 * np.pad(np.tanh(u)[box], width) * u,
        lambda u: u * 0.5 + np.pad(np.sum(u[box]) * u[box], width),
    ][rng.integers(0, 4)]
