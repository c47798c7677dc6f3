"""np.linalg.norm and its relatives: all ord, axis, keepdims; the subgradients at 0."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidValue

INF = np.inf
norm = np.linalg.norm


@pytest.mark.parametrize("ord", [None, 2, 1, 3, 0.5, 2.5, -1, -2, INF, -INF])
def test_norms_of_vectors(ord, draw, differentiates):
    x = 2 * draw(4, 3)
    differentiates(lambda x: norm(x, ord), x[0])
    differentiates(lambda x: norm(x, ord, axis=1), x)
    differentiates(lambda x: norm(x, ord, axis=0, keepdims=True), x)
    p = 2 if ord is None else ord
    differentiates(lambda x: np.linalg.vector_norm(x, axis=(0, 2), ord=p), 2 * draw(4, 3, 2))


def test_the_number_of_entries_is_locally_constant(draw):
    x = draw(3)
    np.testing.assert_array_equal(riesz.grad(lambda x: norm(x, 0) * np.sum(x).real)(x), 3)


@pytest.mark.parametrize("ord", [None, "fro", "nuc", 2, -2, 1, -1, INF, -INF])
def test_norms_of_matrices(ord, draw, differentiates):
    differentiates(lambda x: norm(x, ord), draw(4, 3))
    differentiates(lambda x: norm(x, ord, axis=(2, 0)), draw(4, 3, 2))
    differentiates(lambda x: norm(x, ord, axis=(0, -1), keepdims=True), draw(4, 3, 2))
    differentiates(lambda x: np.linalg.matrix_norm(x, ord=ord or "fro"), draw(2, 4, 3))


@pytest.mark.parametrize("p", [None, "fro", "nuc", 2, -2, 1, -1, INF, -INF])
def test_cond(p, draw, differentiates):
    differentiates(lambda x: np.linalg.cond(x, p), draw(3, 3) + 2 * np.eye(3))


def test_the_norm_of_everything(draw, differentiates):
    x = draw(4, 3, 2)
    differentiates(norm, x)
    differentiates(lambda x: norm(x, keepdims=True), x)
    differentiates(np.linalg.vector_norm, x)


@pytest.mark.parametrize("ord", [None, 1, 2, 3, 1.5, INF, "fro"])
def test_the_subgradient_at_zero_is_zero(ord, draw):
    x = 0 * draw(3, 3) if ord == "fro" else 0 * draw(3)
    np.testing.assert_array_equal(riesz.grad(lambda x: norm(x, ord))(x), 0)


def test_rows_that_are_zero_leave_the_others_alone():
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    g = riesz.grad(lambda x: np.sum(norm(x, axis=1)))(x)
    np.testing.assert_allclose(g, [[0, 0], [0.6, 0.8]])


def test_refusals():
    x = np.ones((2, 2, 2))
    for keywords in ({"ord": 1}, {"ord": 3, "axis": (0, 1)}, {"ord": "fro", "axis": 0},
                     {"axis": (0, 1, 2)}):  # fmt: skip
        with pytest.raises(InvalidValue):
            riesz.grad(lambda x, k=keywords: np.sum(norm(x, **k)))(x)


@pytest.mark.parametrize("ord", ["fro", "nuc", "frobenius"])
def test_a_vector_has_no_norm_of_a_matrix(ord):
    with pytest.raises(riesz.InvalidValue, match="norm of a vector"):
        riesz.grad(lambda x: np.linalg.norm(x, ord))(np.ones(3))
