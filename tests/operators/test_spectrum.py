"""Factorisations and spectra by what is a function of the matrix; equal and zero values."""

import numpy as np
import pytest

import riesz

SHAPES = [(3, 3), (5, 3), (3, 5), (2, 4, 3)]


def H(A):
    return np.swapaxes(np.conj(A), -1, -2)


def symmetric(A):
    return A + H(A)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(upper, draw, differentiates):
    def factor(A):
        return np.linalg.cholesky(A @ H(A) + np.eye(3), upper=upper)

    differentiates(factor, draw(3, 3))
    differentiates(factor, draw(2, 3, 3))


def test_the_covector_of_a_hermitian_matrix_is_hermitian(draw):
    A = draw(3, 3)
    A = A @ H(A) + np.eye(3)
    for f in (np.linalg.cholesky, np.linalg.eigvalsh, lambda A: np.linalg.eigvalsh(A, "U")):
        g = riesz.grad(lambda A, f=f: np.sum(f(A).real ** 3))(A)
        np.testing.assert_allclose(g, H(g), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_qr(shape, draw, differentiates):
    A = draw(*shape) + 2 * np.eye(*shape[-2:])
    differentiates(lambda A: tuple(np.linalg.qr(A)), A)
    differentiates(lambda A: np.linalg.qr(A, mode="r"), A)
    differentiates(lambda A: np.linalg.qr(A).Q, A)

    def complement(A):
        q, r = np.linalg.qr(A, mode="complete")
        return q[..., 3:] @ H(q[..., 3:]), r

    differentiates(complement, A)


@pytest.mark.parametrize("shape", SHAPES)
def test_svd(shape, draw, differentiates):
    A = 0.3 * draw(*shape) + np.eye(*shape[-2:]) * np.arange(1, shape[-1] + 1)

    def pairs(A, full):
        u, s, vh = np.linalg.svd(A, full_matrices=full)
        k = s.shape[-1]
        rest = u[..., k:] @ H(u[..., k:]), H(vh[..., k:, :]) @ vh[..., k:, :]
        return s, u[..., :1] @ vh[..., :1, :], abs(u[..., :k]) ** 2, abs(vh[..., :k, :]) ** 2, *rest

    differentiates(lambda A: pairs(A, False), A)
    differentiates(lambda A: pairs(A, True), A)
    differentiates(lambda A: np.linalg.svd(A, compute_uv=False), A)
    differentiates(np.linalg.svdvals, A)


def test_named_tuples_are_kept():
    A = np.diag([2.0, 3.0])
    for f in (np.linalg.svd, np.linalg.qr, np.linalg.eigh, np.linalg.eig, np.linalg.slogdet):
        seen = []
        riesz.vjp(lambda A, f=f, seen=seen: seen.append(f(A)) or A, A)
        assert type(seen[0]) is type(f(A))


@pytest.mark.parametrize("UPLO", ["L", "U"])
def test_eigh(UPLO, draw, differentiates):
    def invariants(A):
        w, v = np.linalg.eigh(symmetric(A), UPLO)
        return w, abs(v) ** 2, v[..., :1] @ H(v[..., :1])

    A = 0.3 * draw(2, 3, 3) + np.diag(np.arange(3.0))
    differentiates(invariants, A)
    differentiates(lambda A: np.linalg.eigvalsh(symmetric(A), UPLO), A)


def test_eig(draw, differentiates):
    def invariants(A):
        w, v = np.linalg.eig(A)
        return w, abs(v) ** 2

    A = 0.2 * draw(2, 3, 3) + np.array([[1.0, 2.0, 0.0], [-2.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
    differentiates(invariants, A)
    differentiates(np.linalg.eigvals, A)


def test_eig_of_a_real_matrix_with_real_eigenvalues(differentiates):
    A = np.diag([1.0, 2.0, 4.0]) + 0.1 * np.arange(9.0).reshape(3, 3)
    differentiates(lambda A: tuple(np.linalg.eig(A)), A)


@pytest.mark.parametrize(
    "f",
    [
        lambda A: np.sum(np.linalg.eigvalsh(A) ** 2),
        lambda A: np.sum(np.linalg.svdvals(A) ** 2),
        lambda A: np.sum(np.linalg.eigvals(A) ** 2).real,
        lambda A: np.trace(A @ A),
    ],
)
def test_functions_of_equal_eigenvalues_stay_exact(f):
    np.testing.assert_allclose(riesz.grad(f)(3 * np.eye(3)), 6 * np.eye(3), atol=1e-14)
    A = np.diag([2.0, 2.0, 5.0])
    np.testing.assert_allclose(riesz.grad(f)(A), 2 * A, atol=1e-14)


def test_singular_vectors_of_a_rank_deficient_matrix_stay_finite():
    A = np.outer([1.0, 2.0, 3.0], [1.0, 0.0, 1.0])
    g = riesz.grad(lambda A: np.sum(np.linalg.svd(A)[0][:, 0] ** 4))(A)
    assert np.all(np.isfinite(g))


def test_the_rank_is_a_constant():
    A = np.diag([1.0, 2.0])
    g = riesz.grad(lambda A: np.linalg.matrix_rank(A) * np.trace(A))(A)
    np.testing.assert_array_equal(g, 2 * np.eye(2))


@pytest.mark.parametrize("compute_uv", [True, False])
def test_svd_of_a_hermitian_matrix(compute_uv, draw, differentiates):
    def parts(A):
        y = np.linalg.svd(symmetric(A), compute_uv=compute_uv, hermitian=True)
        return (y.S, abs(y.U) ** 2, y.U[:, :1] @ y.Vh[:1]) if compute_uv else y

    differentiates(parts, 0.2 * draw(3, 3) + np.diag([1.0, -2.0, 3.0]))


def test_the_projector_onto_a_double_eigenvalue():
    def second_order(A):  # tr(P B P B) with P the projector onto the upper two eigenvectors
        v = np.linalg.eigh(A)[1][:, 1:]
        P = v @ v.T
        return np.trace(P @ B @ P @ B)

    B = np.array([[1.0, 2.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 3.0]])
    A, U = np.diag([1.0, 4.0, 4.0]), np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]])
    h = 1e-6
    numeric = (second_order(A + h * U) - second_order(A - h * U)) / (2 * h)
    np.testing.assert_allclose(np.sum(riesz.grad(second_order)(A) * U), numeric, rtol=1e-8)


def test_small_singular_values_are_told_apart():
    A = np.diag([1.0, 2e-9, 1e-9])
    g = riesz.grad(lambda A: np.linalg.svd(A).U[0, 1] * 1.0)(A)
    expected = np.zeros(
        (3, 3)
    )  # rotation of the first two: (s_2 dA_12 + s_1 dA_21) / (s_2^2 - s_1^2)
    expected[0, 1], expected[1, 0] = -2e-9, -1.0
    np.testing.assert_allclose(g * np.sign(np.linalg.svd(A).U[1, 1]), expected, atol=1e-15)
