"""Linear algebra on the device: what NumPy and SciPy give, to rounding, or their LinAlgError."""

import numpy as np
import pytest
import scipy.linalg
from device_numbers import DTYPES, Numbers

import riesz
from riesz.errors import UnsupportedOperator

SIZES = [0, 1, 3, 32, 33, 70]  # a block is 32
numbers = Numbers(1)


@pytest.fixture(autouse=True)
def seeded():
    """Equal numbers for a test, whichever ran before it."""
    numbers.restart()


def H(a):
    return a.conj().swapaxes(-1, -2)


def definite(shape, dtype):
    a = numbers(shape, dtype)
    return a @ H(a) + np.eye(shape[-1], dtype=dtype)


def on_device(*x):
    moved = tuple(riesz.asarray(v, backend="pycuda") for v in x)
    return moved if len(moved) > 1 else moved[0]


def assert_close(y, expected, scale=None, ulps=64):
    """To so many units in the last place of the largest entry, or of `scale`."""
    y = riesz.to_numpy(y)
    assert y.shape == expected.shape
    assert y.dtype == expected.dtype
    scale = np.max(np.abs(expected), initial=1) if scale is None else scale
    bound = ulps * np.finfo(y.dtype).eps * scale
    assert np.max(np.abs(y - expected), initial=0) <= bound


def assert_solves(x, a, b):
    """That a x = b with an error of rounding, however a is conditioned."""
    x = riesz.to_numpy(x)
    vector = b.ndim == 1
    expected = np.zeros((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:]))
    assert x.shape == expected.shape
    assert x.dtype == np.result_type(a, b)
    left = (a @ x[..., None])[..., 0] if vector else a @ x
    size = [np.max(np.abs(v), initial=1) for v in (a, x, b)]
    bound = 8 * max(a.shape[-1], 1) * np.finfo(x.dtype).eps * (size[0] * size[1] + size[2])
    assert np.max(np.abs(left - b), initial=0) <= bound


@pytest.fixture
def agrees(pycuda):
    """Whether a function on the device gives what it gives on the host."""

    def check(f, *x, ulps=500):
        assert_close(f(*map(on_device, x)), np.asarray(f(*x)), ulps=ulps)

    return check


@pytest.fixture
def xp(pycuda):
    return pycuda.xp


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_factors_with_pivots(pycuda, n, dtype):
    from riesz_backends.pycuda.algebra import lu

    a = numbers((2, n, n), dtype)
    moved = on_device(a.copy())
    pivots = riesz.to_numpy(lu.factorize(moved))
    found = riesz.to_numpy(moved)
    L, U = np.tril(found, -1) + np.eye(n, dtype=dtype), np.triu(found)
    for matrix, exchanges in zip(a, pivots, strict=True):
        for k, p in enumerate(exchanges):
            matrix[[k, p]] = matrix[[p, k]]
    largest = 1 if L.dtype.kind == "f" else 2**0.5  # pivots are chosen by |Re| + |Im|
    assert np.max(np.abs(L), initial=0) <= largest * (1 + 1e-6)
    assert_close(L @ U, a, ulps=4 * max(n, 8))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("columns", [None, 0, 5, 40])
def test_solve(pycuda, n, columns, dtype):
    a = numbers((n, n), dtype)
    b = numbers((n,) if columns is None else (n, columns), dtype)
    assert_solves(np.linalg.solve(*on_device(a, b)), a, b)


@pytest.mark.parametrize(
    ("left", "right"),
    [((2,), (2,)), ((), (3,)), ((3,), ()), ((2, 1), (1, 3)), ((2, 3), (3,)), ((0,), (0,)),
     ((2, 0), (0,))],
)  # fmt: skip
def test_stacks_of_systems(pycuda, left, right):
    a, b = numbers((*left, 5, 5), "float64"), numbers((*right, 5, 3), "float64")
    assert_solves(np.linalg.solve(*on_device(a, b)), a, b)
    lower = a + 5 * np.eye(5)
    x = pycuda.xp.linalg.solve_triangular(*on_device(lower, b), lower=True)
    assert_solves(x, np.tril(lower), b)


def test_views(pycuda):
    a, b = numbers((2, 80, 80), "complex128"), numbers((40, 80), "complex128")
    moved, right = on_device(a, b)
    part = np.s_[:, ::-2, 1::2]
    x = np.linalg.solve(moved[part].mT, right[:, ::2])
    assert_solves(x, a[part].swapaxes(-1, -2), b[:, ::2])
    assert_close(moved, a)
    assert_close(right, b)


def test_mixed_dtypes_are_promoted_as_numpy_does(agrees):
    a, b = np.array([[2, 1], [1, 3]]), numbers((2,), "float32")
    agrees(np.linalg.solve, a, b)
    agrees(np.linalg.solve, a.astype("float32"), numbers((2, 1), "complex64"))
    agrees(np.linalg.inv, a)
    agrees(np.linalg.det, a)
    agrees(np.linalg.cholesky, a)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("unit_diagonal", [True, False])
def test_triangular_systems_read_one_triangle(xp, n, lower, unit_diagonal, dtype):
    a = numbers((n, n), dtype) / 8 + 2 * np.eye(n, dtype=dtype)
    b = numbers((n, 3), dtype)
    kept = (np.tril if lower else np.triu)(a)
    hidden = np.where((np.tril if lower else np.triu)(np.ones((n, n), bool)), a, np.nan)
    if unit_diagonal:
        np.fill_diagonal(kept, 1)
        np.fill_diagonal(hidden, np.nan)
    hidden, right = on_device(hidden.astype(dtype), b)
    static = {"lower": lower, "unit_diagonal": unit_diagonal}
    assert_solves(xp.linalg.solve_triangular(hidden, right, **static), kept, b)
    assert_solves(xp.linalg.solve_triangular(hidden, right[:, 0], **static), kept, b[:, 0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("trans", ["N", "T", "C"])
def test_transposed_triangular_systems(agrees, trans, dtype):
    solve = riesz.scipy.linalg.solve_triangular
    a = numbers((40, 40), dtype) / 8 + 2 * np.eye(40, dtype=dtype)
    agrees(
        lambda a, b: riesz.vjp(lambda b: solve(a, b, trans, lower=True), b)[0],
        a,
        numbers((40,), dtype),
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_reads_one_triangle(pycuda, n, upper, dtype):
    a = definite((2, n, n), dtype)
    hidden = np.where((np.triu if upper else np.tril)(np.ones((n, n), bool)), a, np.nan)
    y = np.linalg.cholesky(on_device(hidden.astype(dtype)), upper=upper)
    L = riesz.to_numpy(y)
    assert np.array_equal(L, (np.triu if upper else np.tril)(L))
    assert_close(H(L) @ L if upper else L @ H(L), a)
    assert_close(y, np.linalg.cholesky(a, upper=upper), ulps=1000)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_inverses_and_determinants(pycuda, n, dtype):
    a = (numbers((2, n, n), dtype) / (2 * max(n, 1) ** 0.5) + np.eye(n)).astype(dtype)
    moved = on_device(a)
    assert_solves(np.linalg.inv(moved), a, np.broadcast_to(np.eye(n, dtype=dtype), a.shape))
    expected, found = np.linalg.slogdet(a), np.linalg.slogdet(moved)
    assert type(found) is type(expected)
    assert_close(found.sign, expected.sign, ulps=2000)
    assert_close(found.logabsdet, expected.logabsdet, scale=max(n, 1))
    determinant = np.linalg.det(a)
    assert_close(np.linalg.det(moved), determinant, np.max(np.abs(determinant)), ulps=4000)


def test_determinants_of_permutations(agrees):
    a = np.stack([np.eye(40)[numbers.random.permutation(40)] for _ in range(4)])
    agrees(np.linalg.det, a, ulps=0)
    agrees(np.linalg.inv, a, ulps=0)


def test_large_determinants_overflow_late(agrees):
    a = np.diag([1e200, 1e200, 1e-200, 1e-200])
    agrees(np.linalg.det, a)
    assert np.linalg.slogdet(on_device(1e200 * np.eye(3))).logabsdet.item() > 1380


def test_small_pivots_are_not_taken(agrees):
    agrees(np.linalg.solve, np.array([[1e-20, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0]))
    agrees(np.linalg.solve, np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1.0, 2.0]))


def test_results_have_equal_bits(pycuda):
    a, b = on_device(numbers((70, 70), "float32"), numbers((70, 3), "float32"))
    first, second = (riesz.to_numpy(np.linalg.solve(a, b)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


SINGULAR = [
    np.zeros((1, 1)), np.zeros((40, 40)), np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones((33, 33)),
    np.stack([np.eye(2), np.zeros((2, 2))]), np.diag(np.arange(40.0)[::-1]) * (1 + 2j),
]  # fmt: skip


@pytest.mark.parametrize("a", SINGULAR)
def test_singular_matrices(pycuda, a):
    moved, b = on_device(a, np.ones(a.shape[-1]))
    for f in (np.linalg.inv, lambda a: np.linalg.solve(a, b), lambda a: riesz.grad(total)(a)):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            f(moved)
    for found, expected in zip(np.linalg.slogdet(moved), np.linalg.slogdet(a), strict=True):
        np.testing.assert_array_equal(riesz.to_numpy(found), expected)
    np.testing.assert_array_equal(riesz.to_numpy(np.linalg.det(moved)), np.linalg.det(a))


def total(a):
    return np.sum(np.linalg.inv(a)).real


def test_a_zero_on_the_diagonal_of_a_triangle(xp):
    a, b = on_device(np.diag([1.0, 0.0, 2.0]), np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        xp.linalg.solve_triangular(a, b, lower=True)
    assert_close(xp.linalg.solve_triangular(a, b, lower=True, unit_diagonal=True), np.ones(3))


INDEFINITE = [
    -np.eye(1), np.zeros((2, 2)), np.array([[1.0, 2.0], [2.0, 1.0]]), np.diag([1.0, np.nan]),
    np.diag([1.0] * 40 + [-1.0]), np.stack([np.eye(3), -np.eye(3)]).astype(complex),
]  # fmt: skip


@pytest.mark.parametrize("a", INDEFINITE)
def test_matrices_that_are_not_positive_definite(pycuda, a):
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        np.linalg.cholesky(on_device(a))


def test_shapes_that_do_not_fit(pycuda):
    a = on_device(np.ones((2, 3)))
    for f in (np.linalg.inv, np.linalg.det, np.linalg.cholesky, lambda a: np.linalg.inv(a[0])):
        with pytest.raises(np.linalg.LinAlgError, match="Square"):
            f(a)
    with pytest.raises(ValueError, match="2 rows"):
        np.linalg.solve(*on_device(np.eye(2), np.ones(3)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (5, 5), (4, 3, 3), (0, 2, 2), (40, 40)])
def test_exponentials(xp, shape, dtype):
    a = numbers(shape, dtype) / 2
    if a.ndim == 3:
        a *= np.array([0, 1e-9, 1, 30], dtype)[: len(a), None, None]
        a -= H(a)  # so that its exponential is not large
    assert_close(xp.linalg.expm(on_device(a)), scipy.linalg.expm(a), ulps=1000)


def test_the_exponential_of_integers(xp):
    a = np.array([[0, 1], [-1, 0]])
    assert_close(xp.linalg.expm(on_device(a)), scipy.linalg.expm(a))


def system(a):
    return np.sum(np.linalg.solve(a, a[0]) ** 2)


def cho_solve(a):
    c = riesz.scipy.linalg.cho_factor(a @ a.T, lower=True)
    return np.sum(riesz.scipy.linalg.cho_solve(c, a[1]) ** 2)


PROGRAMS = [
    system,
    lambda a: np.linalg.det(a) + np.linalg.slogdet(a)[1],
    lambda a: np.sum(np.linalg.cholesky(a @ a.T) ** 3),
    lambda a: np.sum(np.linalg.matrix_power(a / 2, -3)),
    lambda a: np.sum(riesz.scipy.linalg.expm(a)),
    lambda a: np.linalg.cond(a, 1),
    cho_solve,
]


@pytest.mark.parametrize("f", PROGRAMS)
def test_gradients(agrees, f):
    a = numbers((4, 4), "float64") / 4 + np.eye(4)
    agrees(riesz.grad(f), a, ulps=5000)
    agrees(riesz.compile(riesz.grad(f)), a, ulps=5000)
    agrees(lambda x: riesz.hvp(f, x, x), a, ulps=50000)


@pytest.mark.parametrize("name", ["svd", "eigh", "eig", "qr", "pinv"])
def test_what_has_no_kernel_says_why(pycuda, name):
    def f(a):
        y = getattr(np.linalg, name)(a)
        return np.sum(abs(y[0]))

    with pytest.raises(UnsupportedOperator, match=f"{name} cannot run on .*pycuda.*no kernel"):
        riesz.grad(f)(on_device(np.eye(2)))
    with pytest.raises(UnsupportedOperator, match=f"pycuda has no linalg.{name}: "):
        getattr(np.linalg, name)(on_device(np.eye(2)))
