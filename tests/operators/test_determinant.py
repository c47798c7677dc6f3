"""Determinants, singular ones too, and functions of matrices."""

import numpy as np
import pytest

import riesz
from riesz.registry import registry


@pytest.mark.parametrize("batch", [(), (2,)])
def test_det(batch, draw, differentiates):
    A = draw(*batch, 3, 3) + 2 * np.eye(3)
    differentiates(np.linalg.det, A)
    differentiates(lambda A: tuple(np.linalg.slogdet(A)), A)
    differentiates(lambda A: np.linalg.slogdet(A).logabsdet, A)
    differentiates(lambda A: np.linalg.slogdet(A)[0] * np.sum(A), A)


def test_det_of_a_singular_matrix_has_the_cofactors():
    A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0]])
    assert abs(np.linalg.det(A)) < 1e-14
    cofactors = [[3.0, -6.0, 3.0], [3.0, -6.0, 3.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(riesz.grad(np.linalg.det)(A), cofactors, atol=1e-12)
    A[2] = 0
    expected = [[0, 0, 0], [0, 0, 0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(riesz.grad(np.linalg.det)(A), expected, atol=1e-12)
    np.testing.assert_array_equal(riesz.grad(np.linalg.det)(np.zeros((3, 3))), 0)


def test_slogdet_of_a_singular_matrix_raises():
    with pytest.raises(np.linalg.LinAlgError):
        riesz.grad(lambda A: np.linalg.slogdet(A)[1])(np.zeros((2, 2)))


@pytest.mark.parametrize("n", [-3, -1, 1, 2, 5])
def test_matrix_power(n, draw, differentiates):
    A = draw(2, 3, 3) / 3 + 2 * np.eye(3)
    differentiates(lambda A: np.linalg.matrix_power(A, n), A)


def test_power_zero_is_constant():
    y = riesz.vjp(lambda A: np.linalg.matrix_power(A, 0) + 0 * A, np.ones((2, 2)))[0]
    np.testing.assert_array_equal(y, np.eye(2))


def test_expm(draw, differentiates):
    scipy = pytest.importorskip("scipy.linalg")
    registry.load()
    f = registry.names["linalg.expm"]
    differentiates(lambda A: f(A), draw(3, 3), reference=scipy.expm)
    differentiates(lambda A: f(A), draw(2, 2, 2), reference=scipy.expm)
