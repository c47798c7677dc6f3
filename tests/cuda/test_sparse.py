"""Band matrices and sparse matrices on the device, against SciPy."""

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from device_numbers import DTYPES, Numbers

import riesz

numbers = Numbers(2)


@pytest.fixture(autouse=True)
def seeded():
    """Equal numbers for a test, whichever ran before it."""
    numbers.restart()


def on_device(x):
    return riesz.asarray(x, backend="pycuda")


def assert_close(y, expected, ulps=500):
    y = riesz.to_numpy(y)
    assert y.shape == expected.shape
    assert y.dtype == expected.dtype
    bound = ulps * np.finfo(y.dtype).eps * np.max(np.abs(expected), initial=1)
    assert np.max(np.abs(y - expected), initial=0) <= bound


def solve_banded(bands, ab, b):
    """The operator, also where nothing is traced."""
    return riesz.vjp(lambda b: riesz.scipy.linalg.solve_banded(bands, ab, b), b)[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bands", [(0, 0), (1, 1), (0, 3), (3, 0), (2, 1), (1, 4), (20, 20)])
@pytest.mark.parametrize(("n", "right"), [(1, ()), (30, ()), (41, (3,)), (5, (0,))])
def test_band_matrices(pycuda, n, right, bands, dtype):
    ab, b = numbers((sum(bands) + 1, n), dtype), numbers((n, *right), dtype)
    A = dense(ab, bands, n)
    moved = on_device(ab[:, ::-1].copy())[:, ::-1]  # a view: what is beyond A is beyond memory
    x = riesz.to_numpy(solve_banded(bands, moved, on_device(b)))
    assert x.dtype == dtype
    size = np.max(np.abs(A)) * np.max(np.abs(x), initial=1)
    assert np.max(np.abs(A @ x - b), initial=0) <= 64 * n * np.finfo(dtype).eps * size


def dense(ab, bands, n):
    """A_ij = ab[upper + i - j, j], and 0 beyond the bands."""
    A = np.zeros((n, n), ab.dtype)
    for i in range(n):
        for j in range(max(0, i - bands[0]), min(n, i + bands[1] + 1)):
            A[i, j] = ab[bands[1] + i - j, j]
    return A


def test_rows_of_a_band_matrix_are_exchanged(pycuda):
    ab = np.array([[0, 1.0, 2, 3], [1e-30, 0, 1e-30, 0], [5, 6, 7, 0]])
    b = np.arange(4.0)
    assert_close(
        solve_banded((1, 1), on_device(ab), on_device(b)), scipy.linalg.solve_banded((1, 1), ab, b)
    )


@pytest.mark.parametrize("bands", [(0, 0), (1, 1), (2, 1)])
def test_singular_band_matrices(pycuda, bands):
    ab = on_device(np.zeros((sum(bands) + 1, 4)))
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        solve_banded(bands, ab, on_device(np.ones(4)))


def test_shapes_that_do_not_fit(pycuda):
    with pytest.raises(ValueError, match="1 diagonals"):
        pycuda.kernels["solve_banded", "forward"](
            on_device(np.ones((2, 4))), on_device(np.ones(4)), lower=1, upper=1
        )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("format", ["csr", "csc", "coo"])
@pytest.mark.parametrize("shape", [(300, 40), (40, 300), (1, 1), (3, 0), (0, 3)])
def test_sparse_products(pycuda, shape, format, dtype):
    S = scipy.sparse.random_array(
        shape, density=0.1, format=format, dtype=dtype, rng=numbers.random
    )
    m, n = shape
    for x in (numbers((n,), dtype), numbers((n, 7), dtype), numbers((9, 2 * n), dtype).T[::2]):
        assert_close(riesz.sparse(S) @ on_device(x), S.toarray() @ x)
    left = numbers((2, m), dtype)
    assert_close(on_device(left) @ riesz.sparse(S), left @ S.toarray())


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_derivatives_of_sparse_products(pycuda, format):
    S = scipy.sparse.random_array((30, 20), density=0.2, format=format, rng=numbers.random)
    data, x = S.data, numbers.random.normal(size=(20, 3))

    def f(data, x):
        return np.sum((riesz.sparse(S, data) @ x) ** 3)

    for g in (riesz.grad(f, (0, 1)), lambda *v: riesz.hvp(f, v, v)):
        for found, expected in zip(g(on_device(data), on_device(x)), g(data, x), strict=True):
            assert_close(found, expected)


def test_places_are_sorted_and_moved_once(pycuda):
    from riesz_backends.pycuda.algebra import sparse

    S = riesz.sparse(
        scipy.sparse.random_array((30, 20), density=0.2, format="csr", rng=numbers.random)
    )
    x = on_device(numbers.random.normal(size=20))
    known = len(sparse._known)
    for _ in range(3):
        riesz.grad(lambda x: np.sum((S @ x) ** 2))(x)
    assert len(sparse._known) == known + 2  # by rows of S, and by rows of its transpose
