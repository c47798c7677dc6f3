"""Sorting, selecting, counting and contracting on the device: what NumPy gives on the host."""

import numpy as np
import pytest

import riesz
from riesz.errors import UnsupportedOperator
from riesz.registry import registry

random = np.random.default_rng(1)
X = random.normal(size=(5, 7))
HOLES = np.where(random.random((4, 6)) < 0.3, np.nan, random.normal(size=(4, 6)))
TIES = random.integers(0, 6, (3, 40))
DTYPES = ["float64", "float32", "complex128", "int32", "int64", "uint64"]


@pytest.fixture
def agrees(pycuda):
    """Whether a function on the device gives what it gives on the host."""

    def check(f, *x):
        y, expected = f(*(riesz.asarray(v, backend="pycuda") for v in x)), f(*x)
        several = expected if isinstance(expected, tuple) else (expected,)
        for given, wanted in zip(y if isinstance(y, tuple) else (y,), several, strict=True):
            given = riesz.to_numpy(given)
            assert given.dtype == wanted.dtype
            eps = np.finfo(given.dtype).eps if given.dtype.kind in "fc" else 0
            np.testing.assert_allclose(given, wanted, rtol=100 * eps, atol=100 * eps)

    return check


@pytest.mark.parametrize("n", [0, 1, 2, 37, 512, 513, 1500])
def test_sorting_is_stable(agrees, n):
    agrees(lambda x: np.argsort(x, kind="stable"), random.integers(0, 9, n).astype(float))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sort(x), lambda x: np.sort(x, axis=0), lambda x: np.sort(x, axis=None),
        lambda x: np.median(x, axis=1), lambda x: np.quantile(x, (0.1, 0.5), axis=0),
        lambda x: np.quantile(x, 0.3, keepdims=True, method="median_unbiased"),
        lambda x: np.nanquantile(x, 0.4, axis=1), lambda x: np.nanmax(x, axis=1),
        lambda x: np.nanmin(x), lambda x: np.maximum.accumulate(x, axis=1),
        lambda x: np.minimum.accumulate(x), lambda x: np.unique(x),
    ],
)  # fmt: skip
@pytest.mark.parametrize("x", [X, HOLES, TIES.astype(np.float32)], ids=["all", "nan", "ties"])
def test_order(agrees, f, x):
    agrees(f, x)


def test_unique_knows_where_from(agrees):
    agrees(lambda x: np.unique(x, True, True, True), TIES.ravel())


@pytest.mark.parametrize("side", ["left", "right"])
def test_searching(agrees, side):
    a, v = np.sort(TIES[0]), np.array([[-1, 0, 3], [5, 9, 2]])
    agrees(lambda a, v: np.searchsorted(a, v, side=side), a, v)
    agrees(lambda a, v: np.digitize(v, a[::-1], right=side == "left"), a, v)
    agrees(lambda a, v: np.isin(v, a), a, v)


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_indices_add_up_in_one_order(pycuda, dtype):
    i = random.integers(0, 10, 700)
    v = (random.normal(size=700) * 9 + 30).astype(dtype)
    expected = np.zeros((10, 2), dtype)
    np.add.at(expected, (i, 1), v)
    found = []
    for _ in range(2):
        y = riesz.asarray(np.zeros((10, 2), dtype), backend="pycuda")
        index = riesz.asarray(i, backend="pycuda")
        pycuda.xp.add_at(y, (index, 1), riesz.asarray(v, backend="pycuda"))
        found.append(riesz.to_numpy(y))
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0], expected, rtol=1e-4 if dtype == "float32" else 1e-12)


def put(x, index, value):
    x = x.copy() if hasattr(x, "get") else np.array(x)
    x[index] = value
    return x


def test_of_equal_indices_the_last_is_set(agrees):
    agrees(put, np.arange(6.0), np.array([1, 1, 2, 1]), np.array([5.0, 6.0, 7.0, 8.0]))


def test_masks(agrees):
    rows, columns, places = X[:, 0] > 0, X[0] > 0, np.array([0, 1, 4])
    agrees(lambda x: x[x > 0], X)
    agrees(lambda x, m: x[m, 1:], X, rows)
    agrees(lambda x, m: x[:, m], X, columns)
    agrees(lambda x, m, i: x[:, m][i, -1], X, columns, places)
    agrees(lambda x: put(x, x > 0.5, 7), X)
    agrees(lambda x: np.nonzero(x > 0), X)
    agrees(lambda x: riesz.grad(lambda x: np.sum(x[x > 0] ** 3))(x), X)


@pytest.mark.parametrize("kept", [True, False])
def test_a_mask_without_axes(agrees, kept):
    agrees(lambda x, m: x[m], X, np.array(kept))
    agrees(lambda x, m: put(x, m, 7), X[0, 0], np.array(kept))


def test_a_mask_of_another_shape_is_refused(pycuda):
    x = riesz.asarray(X, backend="pycuda")
    with pytest.raises(IndexError, match="mask"):
        x[:, x[:, 0] > 0]


@pytest.mark.parametrize("order", [0, 0.5, 1, 2, 3, -1, np.inf, -np.inf])
def test_norms_of_vectors(agrees, order):
    agrees(lambda x: np.linalg.norm(x, order, axis=1), X)
    agrees(lambda x: np.linalg.norm(x, order, axis=0, keepdims=True), X + 1j * X[::-1])


def test_norms_of_matrices(agrees, pycuda):
    for order in ("fro", 1, -1, np.inf, -np.inf):
        agrees(lambda x, order=order: np.linalg.norm(x, order), X)
    with pytest.raises(UnsupportedOperator, match="singular values"):
        np.linalg.norm(riesz.asarray(X, backend="pycuda"), 2)


LENGTHS = {"i": 3, "j": 4, "k": 2, "l": 5, "b": 2}


@pytest.mark.parametrize(
    "subscripts",
    ["ij,kj->ik", "ii->i", "ij->", "ij,ij->i", "i,j->ij", "ij,jk,kl->il", "bij,bjk->bik", "iij->j"],
)
def test_einstein_sums(agrees, subscripts):
    terms = subscripts.split("->")[0].split(",")
    factors = [random.normal(size=[LENGTHS[s] for s in term]) for term in terms]
    agrees(lambda *x: np.einsum(subscripts, *x), *factors)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), [(7, 4), (3, 7), (5, 5), (1, 6)])
def test_convolutions(agrees, mode, n, m):
    x, y = random.normal(size=n), random.normal(size=m) * 1j
    agrees(lambda x, y: np.convolve(x, y, mode), x, y)
    agrees(lambda x, y: np.correlate(x, y, mode), x, y)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
@pytest.mark.parametrize("axis", [None, 0, (0, 1)])
def test_reductions_of_a_part(agrees, name, axis):
    def f(x):
        return getattr(np, name)(x, axis=axis, initial=1.5, where=x > 0, keepdims=axis == 0)

    agrees(f, X)


LOGSUMEXP = [
    X, X.astype(np.float32), random.normal(size=(2, 70_001)),
    np.array([[-np.inf, -np.inf], [np.inf, 1], [np.nan, 2], [800.0, 801]]),
]  # fmt: skip


@pytest.mark.parametrize("x", LOGSUMEXP, ids=["double", "single", "long", "special"])
def test_logsumexp_is_one_pass(pycuda, x, monkeypatch):
    from riesz_backends.pycuda.reductions import reduction

    registry.load()
    logsumexp = registry.operator("logsumexp")
    launched = []
    launch = reduction._launch
    monkeypatch.setattr(reduction, "_launch", lambda *a: (launched.append(a), launch(*a)))
    y = logsumexp(riesz.asarray(x, backend="pycuda"), axis=(1,), keepdims=False)
    assert len(launched) <= 1 + (x.size > 70_000)
    expected = logsumexp(x, axis=(1,), keepdims=False)
    eps = np.finfo(x.dtype).eps
    np.testing.assert_allclose(riesz.to_numpy(y), expected, rtol=100 * eps)


PLAIN = [
    lambda x: np.hstack((x, x)), lambda x: np.tile(x, 2), lambda x: np.pad(x, 1),
    lambda x: np.pad(x, 2, mode="reflect"), lambda x: np.rot90(x), lambda x: np.diff(x, axis=0),
    lambda x: np.outer(x[0], x[1]), lambda x: np.interp(x[0], np.sort(x[1]), x[2]),
    lambda x: np.average(x, axis=0), lambda x: np.kron(x, x), lambda x: np.cov(x),
    lambda x: np.nanmean(x, axis=1), lambda x: np.trapezoid(x, axis=0),
    lambda x: np.select([x > 0, x < -1], [x, 2 * x], 0.0), lambda x: np.histogram(x, 4)[0],
    lambda x: np.insert(x, 1, 0.0, axis=1), lambda x: np.unwrap(4 * x, axis=0),
    lambda x: np.round(x, 1), lambda x: np.isclose(x, x + 1e-9),
    lambda x: np.cross(x[:, :3], x[:, 3:6]), lambda x: np.real_if_close(x + 0j),
]  # fmt: skip


@pytest.mark.parametrize("f", PLAIN)
def test_functions_made_of_operators(agrees, f):
    agrees(f, X)


PROGRAMS = [
    lambda x: np.sum(np.sort(x, axis=0)[1:3] ** 3),
    lambda x: np.median(x) + np.sum(np.quantile(x, 0.3, axis=1)),
    lambda x: np.sum(np.linalg.norm(x, 3, axis=1)) + np.max(np.maximum.accumulate(x, axis=0)),
    lambda x: np.einsum("ij,kj->", x, x**2) + np.sum(np.convolve(x[0], x[1], "same") ** 2),
]


@pytest.mark.parametrize("f", PROGRAMS)
def test_gradients(agrees, f):
    agrees(riesz.grad(f), X)
