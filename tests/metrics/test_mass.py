"""Mass: dense and sparse agree, and matrices that define no inner product are refused."""

import sys

import numpy as np
import pytest
import scipy.sparse as sp

from riesz.errors import InvalidType, InvalidValue, MissingExtra
from riesz.metrics import Mass
from riesz.space import Space


def finite_elements(n):
    """The H1 matrix of linear elements on n cells of [0, 1]: mass plus stiffness."""
    h = 1 / n
    mass = h / 6 * sp.diags_array([1.0, 4.0, 1.0], offsets=[-1, 0, 1], shape=(n + 1, n + 1)).tolil()
    stiff = (
        1 / h * sp.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(n + 1, n + 1)).tolil()
    )
    mass[0, 0] = mass[n, n] = h / 3
    stiff[0, 0] = stiff[n, n] = 1 / h
    return (mass + stiff).tocsr()


@pytest.mark.parametrize("kind", [float, complex])
def test_dense_and_sparse_agree(kind):
    n = 30
    M = finite_elements(n).astype(kind)
    if kind is complex:
        M = M + 1j * sp.diags_array([0.1, -0.1], offsets=[1, -1], shape=M.shape)
    rng = np.random.default_rng(0)
    u, v = rng.standard_normal((2, n + 1)) + 1j * rng.standard_normal((2, n + 1))
    sparse, dense = Mass(M), Mass(M.toarray())
    assert sparse.apply(u) == pytest.approx(dense.apply(u), rel=1e-13, abs=1e-13)
    assert sparse.solve(u) == pytest.approx(dense.solve(u), rel=1e-11, abs=1e-11)
    assert sparse.solve(u) == pytest.approx(np.linalg.solve(M.toarray(), u), rel=1e-11)
    assert sparse.inner(u, v) == pytest.approx(dense.inner(u, v), rel=1e-13)
    assert sparse.norm(u) == pytest.approx(dense.norm(u), rel=1e-13)


def test_the_square_root_is_a_factor_of_the_matrix():
    M = finite_elements(8)
    for R in (Mass(M), Mass(M.toarray())):
        half = np.stack([R.sqrt(e) for e in np.eye(9)], axis=1)  # L'
        assert half.T @ half == pytest.approx(M.toarray(), abs=1e-12)


def test_a_real_matrix_acts_on_both_parts():
    M = finite_elements(4)
    u = np.arange(5.0)
    for R in (Mass(M), Mass(M.toarray())):
        z = R.solve(u + 2j * u[::-1])
        assert z.real == pytest.approx(R.solve(u))
        assert z.imag == pytest.approx(2 * R.solve(u[::-1]))


def test_arrays_are_taken_in_c_order():
    M = np.diag(np.arange(1.0, 7.0))
    R = Mass(M)
    assert R.apply(np.ones((2, 3))).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert R.apply(np.asfortranarray(np.ones((2, 3)))).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_any_sparse_format_will_do():
    M = finite_elements(3)
    formats = [M.tocoo(), M.tocsc(), M.tolil(), M.todok(), sp.csr_matrix(M), sp.bsr_array(M)]
    assert len({Mass(F) for F in formats}) == 1
    doubled = sp.coo_array((np.ones(4), ([0, 0, 1, 1], [0, 0, 1, 1])), shape=(2, 2))
    assert Mass(doubled).apply([1.0, 1.0]).tolist() == [2, 2]


def test_asymmetry_by_roundoff_is_removed():
    M = np.array([[2.0, 1.0], [1.0 + 1e-15, 2.0]])
    assert np.array_equal(Mass(M).M, Mass(M).M.T)


@pytest.mark.parametrize("form", [np.array, sp.csr_array])
class TestRefusals:
    def test_not_square(self, form):
        with pytest.raises(InvalidValue, match=r"square, but was given shape \(2, 3\)"):
            Mass(form(np.ones((2, 3))))

    def test_not_symmetric(self, form):
        M = np.array([[2.0, 0.1, 0.0], [0.1, 2.0, 0.5], [0.0, 0.75, 2.0]])
        with pytest.raises(InvalidValue, match=r"M\[1, 2\] = 0.5 and M\[2, 1\] = 0.75"):
            Mass(form(M))

    def test_symmetric_but_not_hermitian(self, form):
        with pytest.raises(InvalidValue, match=r"M\[0, 1\] = 0\+1j and M\[1, 0\] = 0\+1j"):
            Mass(form(np.array([[2, 1j], [1j, 2]])))

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_not_finite(self, form, bad):
        with pytest.raises(InvalidValue, match="finite entries"):
            Mass(form(np.array([[1.0, bad], [bad, 1.0]])))

    def test_not_positive_on_the_diagonal(self, form):
        with pytest.raises(InvalidValue, match="pivot of row 1 is -3"):
            Mass(form(np.diag([1.0, -3.0, 1.0])))

    def test_indefinite(self, form):
        with pytest.raises(InvalidValue, match=r"pivot of row \d is -3"):
            Mass(form(np.array([[1.0, 2.0], [2.0, 1.0]])))

    def test_singular(self, form):
        n = 40  # stiffness without a boundary condition: constants have length zero
        D = np.diff(np.eye(n), axis=0) / 0.3
        with pytest.raises(InvalidValue, match=r"positive definite.*boundary condition"):
            Mass(form(D.T @ D))

    def test_wrong_size(self, form):
        with pytest.raises(InvalidValue, match=r"\(3, 3\) does not fit .*\(2, 2\).* 4 entries"):
            Space((2, 2), metric=Mass(form(np.eye(3))))

    def test_complex_matrix_on_real_arrays(self, form):
        M = np.array([[2, 1j], [-1j, 2]])
        assert Space(2, complex, Mass(form(M))).inner([1, 0], [1, 0]) == 2
        with pytest.raises(InvalidValue, match="declare the space complex128"):
            Space(2, float, Mass(form(M)))


def test_the_failing_pivot_is_the_one_of_elimination():
    rng = np.random.default_rng(3)
    A = rng.standard_normal((9, 9))
    M = A @ A.T + np.eye(9)
    M[6, 6] = 0.01
    minors = [np.linalg.det(M[:k, :k]) for k in range(10)]
    with pytest.raises(InvalidValue, match=f"pivot of row 6 is {minors[7] / minors[6]:.4g}"):
        Mass(M)


def test_a_vector_is_no_matrix():
    for vector in (np.ones(3), sp.coo_array(np.ones(3))):
        with pytest.raises(InvalidValue, match="Weighted"):
            Mass(vector)
    with pytest.raises(InvalidType, match="numbers"):
        Mass(np.array([["a"]]))


def test_nothing_has_a_mass_of_nothing():
    X = Space(0, metric=Mass(np.zeros((0, 0))))
    assert X.sharp(X.flat(X.zeros())).shape == (0,)


def test_without_scipy_a_sparse_matrix_asks_for_it(monkeypatch):
    M = finite_elements(3)
    monkeypatch.setitem(sys.modules, "scipy.sparse.linalg", None)
    with pytest.raises(
        MissingExtra, match=r"Mass with a sparse matrix needs SciPy.*riesz\[scipy\]"
    ):
        Mass(M)
