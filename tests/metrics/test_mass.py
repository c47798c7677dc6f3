"""Mass: dense and sparse agree, and matrices that define no inner product are refused."""

import importlib.util
import pickle
import sys

import numpy as np
import pytest
import scipy.sparse as sp

import riesz
from riesz.errors import InvalidType, InvalidValue, MissingExtra
from riesz.metrics import Mass
from riesz.metrics.iterative import Iterative
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
        Mass(M, solver="lu")


class TestSolvers:
    """Every way to solve is the same metric."""

    M = finite_elements(40)

    @staticmethod
    def available():
        have = importlib.util.find_spec("sksparse") is not None
        return ["lu", "cg", *(["cholesky"] if have else [])]

    def metrics(self):
        yield from (Mass(self.M, solver) for solver in self.available())
        yield Mass(self.M.toarray(), "cg")

    @pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.float32])
    def test_laws(self, dtype):
        rng = np.random.default_rng(0)
        u, v = rng.standard_normal((2, 41)).astype(dtype)
        if np.dtype(dtype).kind == "c":
            u = u + 1j * v[::-1]
        rtol = 1e-4 if dtype == np.float32 else 1e-9
        direct = Mass(self.M.toarray())
        for R in self.metrics():
            X = Space(41, dtype, R)
            assert X.inner(u, v) == pytest.approx(X.inner(v, u), rel=1e-3 * rtol**0.5)
            assert X.norm(u) ** 2 == pytest.approx(X.inner(u, u), rel=rtol)
            assert X.inner(u, u) > 0
            back = X.sharp(X.flat(u))
            assert back.dtype == dtype
            assert np.linalg.norm(back - u) <= rtol * np.linalg.norm(u)
            assert np.linalg.norm(R.solve(u) - direct.solve(u)) <= rtol * np.linalg.norm(
                direct.solve(u)
            )

    def test_the_gradient_represents_the_derivative(self):
        x, u = np.random.default_rng(1).standard_normal((2, 41))

        def f(y):
            return np.sum(np.sin(y) * y)

        for R in self.metrics():
            tolerance = 1e-12 if R.solver != "cg" else 1e-9
            difference = R.inner(riesz.grad(f, metric=R)(x), u) - riesz.derivative(f)(x)(u)
            assert abs(difference) <= tolerance * np.linalg.norm(x) * np.linalg.norm(u)

    @pytest.mark.parametrize("kind", [float, complex])
    def test_a_solve_is_differentiated(self, kind):
        M = finite_elements(6).astype(kind)
        if kind is complex:
            M = M + 1j * sp.diags_array([0.1, -0.1], offsets=[1, -1], shape=M.shape)
        x = np.arange(7.0) + kind(1j if kind is complex else 0)
        for solver in self.available():
            R = Mass(M, solver)
            riesz.check_grads(lambda y, R=R: R.solve(np.sin(y) * y), x)
            riesz.check_grads(lambda y, R=R: R.apply(np.sin(y) * y), x)

    def test_the_factors_of_every_factorisation_multiply_to_the_matrix(self):
        for solver in self.available():
            if solver != "cg":
                R = Mass(self.M, solver)
                half = np.stack([R.sqrt(e) for e in np.eye(41)], axis=1)
                assert half.T @ half == pytest.approx(self.M.toarray(), abs=1e-11)
                assert R.unsqrt(R.sqrt(np.ones(41))) == pytest.approx(np.ones(41), rel=1e-11)

    def test_products_alone_have_no_square_root(self):
        R = Mass(self.M, "cg")
        for rule in (R.sqrt, R.unsqrt):
            with pytest.raises(riesz.UnsupportedOperator, match=r"solver='cg'.*'cholesky'"):
                rule(np.ones(41))

    def test_the_tolerance_is_that_of_the_scaled_residual(self):
        a = np.random.default_rng(2).standard_normal(41)
        s = self.M.diagonal() ** -0.5
        for rtol in (1e-2, 1e-6):
            residual = s * (a - self.M @ Mass(self.M, "cg", rtol).solve(a))
            assert np.linalg.norm(residual) <= 1.01 * rtol * np.linalg.norm(s * a)

    def test_refinement_does_not_cost_iterations(self):
        # The mass matrix on cells refined towards 0, hmax/hmin = 2^20.
        x = np.r_[0, 2.0 ** np.arange(-20, 1)]
        h = np.diff(x)
        off = h / 6
        main = (np.r_[h, 0] + np.r_[0, h]) / 3
        M = sp.diags_array([off, main, off], offsets=[-1, 0, 1]).tocsr()
        a = M @ np.sin(9 * x)
        R = Mass(M, "cg")
        assert R.norm(R.solve(a) - np.sin(9 * x)) < 1e-11 * R.norm(np.sin(9 * x))
        scaled = M.toarray() / np.sqrt(np.outer(main, main))
        assert np.linalg.cond(M.toarray()) > 1e5
        assert np.linalg.cond(scaled) < 4

    def test_an_indefinite_matrix_is_found_by_its_products(self, monkeypatch):
        indefinite = np.array([[1.0, 2.0], [2.0, 1.0]])
        found = "mass matrix is not positive definite: a u that is not 0 has <u, u> = -"
        turned = indefinite * np.array([[1, 1j], [-1j, 1]])
        for M in (indefinite, sp.csc_array(indefinite), turned):
            with pytest.raises(InvalidValue, match=found):
                Mass(M, "cg")
        monkeypatch.setattr(Iterative, "probed", lambda self: self)
        R = Mass(indefinite, "cg")
        assert R.solve([1.0, 1.0]) == pytest.approx(1 / 3)  # where nothing is seen of it
        with pytest.raises(InvalidValue, match=found):
            R.solve([1.0, -1.0])

    def test_one_negative_eigenvalue_is_found(self):
        M = self.M.toarray()
        values, vectors = np.linalg.eigh(M)
        u = vectors[:, :1]
        with pytest.raises(InvalidValue, match="mass matrix is not positive definite"):
            Mass(M - (values[0] + 1e-3 * values[-1]) * u @ u.T, "cg")

    def test_a_diagonal_that_is_not_positive_is_named(self):
        with pytest.raises(InvalidValue, match="pivot of row 1 is -3"):
            Mass(np.diag([1.0, -3.0]), "cg")

    @pytest.mark.parametrize(
        ("M", "solver"), [(np.eye(2), "lu"), (np.eye(2), "qr"), (sp.eye_array(2), "superlu")]
    )
    def test_an_unknown_solver_is_refused(self, M, solver):
        with pytest.raises(InvalidValue, match=r"solver=.*'auto', 'cholesky'"):
            Mass(M, solver)

    @pytest.mark.parametrize("rtol", [0.0, -1.0, 2.0, "small", np.nan])
    def test_a_tolerance_that_is_none_is_refused(self, rtol):
        with pytest.raises(InvalidValue, match="between 0 and 1"):
            Mass(self.M, "cg", rtol)

    def test_what_is_not_installed_is_asked_for(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "sksparse.cholmod", None)
        assert Mass(self.M).solve(np.ones(41)).shape == (41,)
        with pytest.raises(MissingExtra, match=r"needs scikit-sparse.*riesz\[cholmod\]"):
            Mass(self.M, "cholesky")

    def test_it_is_pickled_with_its_solver(self):
        for R in self.metrics():
            again = pickle.loads(pickle.dumps(R))
            assert (again, again.solver) == (R, R.solver)
            assert ("solver" in repr(R)) == (R.solver != "auto")
