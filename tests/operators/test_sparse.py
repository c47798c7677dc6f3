"""riesz.sparse(S): products with SciPy's sparse matrices, from both sides, and by the entries."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse

import riesz

RNG = np.random.default_rng(9)
FORMATS = ("csr", "csc", "coo", "lil", "dok", "dia", "bsr")


def dense(kind):
    D = RNG.standard_normal((4, 3)) * (RNG.random((4, 3)) < 0.6)
    return D * (1 + 0.5j) if kind == "complex" else D


def same(got, expected):
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("cls", [scipy.sparse.csr_array, scipy.sparse.csr_matrix])
@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("format", FORMATS)
def test_products_from_both_sides(format, kind, cls):
    D = dense(kind)
    S = riesz.sparse(cls(D).asformat(format))
    for x in (RNG.standard_normal(3), RNG.standard_normal((3, 2)), RNG.standard_normal(3) * 1j):
        same(S @ x, D @ x)
        same(S.dot(x), D @ x)
        same(x.T @ S.T, x.T @ D.T)
        same(S.conj() @ x, D.conj() @ x)
        riesz.check_grads(lambda x: S @ x, x)
        riesz.check_grads(lambda x: x.T @ S.T, x)
        riesz.check_grads(lambda x: S.H @ (S @ x), x)


@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("format", ["csr", "csc", "coo"])
def test_derivative_by_the_entries(format, kind):
    D = dense(kind)
    S = scipy.sparse.csr_array(D).asformat(format)
    x = RNG.standard_normal((3, 2))
    f = lambda data, x: riesz.sparse(S, data=data) @ x  # noqa: E731
    same(f(S.data, x), D @ x)
    riesz.check_grads(f, S.data, x)
    riesz.check_grads(f, S.data, x[:, 0])


def test_entries_at_one_place_add_up():
    S = scipy.sparse.coo_array((np.ones(3), ([1, 0, 1], [1, 0, 1])), shape=(2, 2))
    f = lambda data: riesz.sparse(S, data=data) @ np.array([2.0, 3.0])  # noqa: E731
    same(f(np.array([1.0, 10.0, 100.0])), np.array([20.0, 303.0]))
    riesz.check_grads(f, np.array([1.0, 10.0, 100.0]))


def test_integer_matrices_and_lists():
    S = riesz.sparse(scipy.sparse.eye_array(3, dtype=int))
    same(S @ [1.0, 2.0, 3.0], np.array([1.0, 2.0, 3.0]))
    same([1.0, 2.0, 3.0] @ S, np.array([1.0, 2.0, 3.0]))
    assert (S.shape, S.dtype) == ((3, 3), np.float64)


def test_float32_stays_float32():
    S = riesz.sparse(scipy.sparse.eye_array(3, dtype=np.float32))
    g = riesz.grad(lambda x: np.sum((S @ x) ** 2))(np.ones(3, np.float32))
    assert g.dtype == np.float32


def test_an_empty_matrix():
    S = riesz.sparse(scipy.sparse.csr_array((2, 3)))
    assert not riesz.grad(lambda x: np.sum(S @ x))(np.ones(3)).any()


def test_sparse_of_sparse_is_itself():
    S = riesz.sparse(scipy.sparse.eye_array(2))
    assert riesz.sparse(S) is S
    same(riesz.sparse(S, data=np.array([2.0, 3.0])) @ np.ones(2), np.array([2.0, 3.0]))


def test_a_poisson_problem():
    L = scipy.sparse.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(20, 20))
    S, b = riesz.sparse(L), np.ones(20)
    energy = lambda u: 0.5 * u @ (S @ u) - b @ u  # noqa: E731
    u = RNG.standard_normal(20)
    same(riesz.grad(energy)(u), L @ u - b)
    same(riesz.hvp(energy, u, b), L @ b)


@pytest.mark.parametrize(("call", "error"), [
    (lambda S: riesz.sparse(np.eye(3)), riesz.InvalidType),
    (lambda S: riesz.sparse(S, data=np.ones(99)), riesz.InvalidValue),
    (lambda S: riesz.sparse(S.tolil(), data=np.ones(3)), riesz.InvalidType),
    (lambda S: riesz.sparse(S.todia(), data=S.todia().data), riesz.InvalidType),
    (lambda S: riesz.sparse(S) @ np.ones(5), riesz.InvalidValue),
    (lambda S: riesz.sparse(S) @ np.ones((3, 3, 3)), riesz.InvalidValue),
    (lambda S: riesz.sparse(S) @ 2.0, riesz.InvalidValue),
])  # fmt: skip
def test_what_is_refused(call, error):
    with pytest.raises(error):
        call(scipy.sparse.eye_array(3).tocsr())


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("use", [
    lambda S, x: S @ x, lambda S, x: x @ S, lambda S, x: S.dot(x), lambda S, x: S * x,
])  # fmt: skip
def test_scipys_own_product_names_its_substitute(use, format):
    S = scipy.sparse.eye_array(3).asformat(format)
    with pytest.raises(riesz.InvalidType, match=r"riesz\.sparse\(S\) @ x"):
        riesz.grad(lambda x: np.sum(use(S, x)))(np.ones(3))


def test_without_scipy_it_says_what_to_install():
    code = (
        "import sys; sys.modules['scipy'] = None; sys.modules['scipy.sparse'] = None\n"
        "import riesz\n"
        "try: riesz.sparse(None)\n"
        "except riesz.MissingExtra as error: print(error)\n"
        "from riesz.scipy import linalg\n"
        "try: linalg.expm(1.0)\n"
        "except riesz.MissingExtra as error: print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.count("pip install 'riesz[scipy]'") == 2
