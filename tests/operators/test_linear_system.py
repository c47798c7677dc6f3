"""Linear systems: NumPy's shapes, batches that broadcast, least squares, SciPy's solvers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz.registry import registry

registry.load()


def regular(draw, n, *batch):
    return draw(*batch, n, n) / n + 2 * np.eye(n)


@pytest.mark.parametrize(
    ("batch", "b"),
    [((), (3,)), ((), (3, 2)), ((4,), (3, 2)), ((), (4, 3, 2)), ((4,), (3,)), ((5, 1), (4, 3, 2))],
)
def test_solve(batch, b, draw, differentiates):
    differentiates(np.linalg.solve, regular(draw, 3, *batch), draw(*b))


def test_inverses(draw, differentiates):
    differentiates(np.linalg.inv, regular(draw, 3, 2))
    differentiates(np.linalg.tensorinv, regular(draw, 6).reshape(2, 3, 6))
    differentiates(lambda a: np.linalg.tensorinv(a, ind=1), regular(draw, 6).reshape(6, 2, 3))


def test_tensorsolve(draw, differentiates):
    A, b = regular(draw, 6).reshape(2, 3, 6), draw(2, 3)
    differentiates(np.linalg.tensorsolve, A, b)
    differentiates(lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)), np.moveaxis(A, -1, 0), b)


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5), (2, 5, 3)])
def test_pinv(shape, draw, differentiates):
    A = 0.3 * draw(*shape) + np.eye(*shape[-2:])
    differentiates(np.linalg.pinv, A)
    differentiates(lambda x: np.linalg.pinv(x, rtol=1e-8), A)
    differentiates(lambda x: np.linalg.pinv(x, 1e-8), A)


def test_pinv_of_constant_rank(draw, differentiates):
    differentiates(lambda x, y: np.linalg.pinv(x @ y, 1e-8), 2 * draw(5, 2), 2 * draw(2, 4))


@pytest.mark.parametrize(
    ("A", "b"), [((5, 3), (5,)), ((5, 3), (5, 2)), ((3, 3), (3,)), ((3, 5), (3, 2))]
)
def test_lstsq(A, b, draw, differentiates):
    A = 0.3 * draw(*A) + np.eye(*A)

    def without_the_rank(A, b):
        x, residuals, rank, s = np.linalg.lstsq(A, b)
        assert rank == 3
        return x, residuals, s

    differentiates(without_the_rank, A, draw(*b))


@pytest.mark.parametrize(
    ("A", "b"), [((5, 3), (5,)), ((5, 3), (5, 2)), ((3, 3), (3,)), ((3, 5), (3, 2)), ((0, 2), (0,))]
)
@pytest.mark.parametrize("solve", [np.linalg.lstsq, "scipy"])
def test_compiled_lstsq(A, b, solve, draw):
    if solve == "scipy":
        solve = pytest.importorskip("riesz.scipy.linalg").lstsq
    A, b = draw(*A), draw(*b)
    given, expected = riesz.compile(lambda A, b: solve(A, b))(A, b), solve(A, b)
    for g, e in zip(given, expected, strict=True):
        assert_allclose(g, e, rtol=1e-12)
        assert np.shape(g) == np.shape(e)

    def f(A, b):
        return np.sum(abs(solve(A, b)[0]) ** 2)

    both = riesz.grad(f, (0, 1))
    for g, e in zip(riesz.compile(both)(A, b), both(A, b), strict=True):
        assert_allclose(g, e, rtol=1e-10)


def test_compiled_residuals_of_a_lower_rank_are_nan(draw):
    A = draw(5, 2) @ draw(2, 3)
    _, residuals, rank, _ = riesz.compile(np.linalg.lstsq)(A, draw(5, 2))
    assert (rank, residuals.shape) == (2, (2,))
    assert np.isnan(residuals).all()


def test_singular_matrices_raise():
    with pytest.raises(np.linalg.LinAlgError):
        riesz.grad(lambda A: np.sum(np.linalg.inv(A)))(np.ones((2, 2)))


@pytest.mark.parametrize("trans", [0, 1, 2, "N", "T", "C"])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit_diagonal", [False, True])
def test_solve_triangular(trans, lower, unit_diagonal, draw, differentiates):
    scipy = pytest.importorskip("scipy.linalg")
    for b in ((3,), (3, 2)):
        differentiates(
            lambda A, b: registry.names["linalg.solve_triangular"](
                A, b, trans, lower, unit_diagonal
            ),
            regular(draw, 3), draw(*b),
            reference=lambda A, b: scipy.solve_triangular(A, b, trans, lower, unit_diagonal),
        )  # fmt: skip


def test_solve_sylvester(draw, differentiates):
    scipy = pytest.importorskip("scipy.linalg")
    f = registry.names["linalg.solve_sylvester"]
    A, B, Q = regular(draw, 3), regular(draw, 2), draw(3, 2)
    differentiates(lambda *x: f(*x), A, B, Q, reference=scipy.solve_sylvester)
