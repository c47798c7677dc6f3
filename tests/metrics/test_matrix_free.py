"""Pullback and Hessian: the formula, solves that are declared, Gauss-Newton, Newton and Fisher."""

import functools
import pickle

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue, NotConverged

rng = np.random.default_rng(0)
B = rng.standard_normal((5, 3))
x, u, v = rng.standard_normal((3, 3))


def F(x):
    return np.sin(B @ x) + 0.1 * (B @ x) ** 2


def f(x):
    return 0.5 * np.sum(F(x) ** 2)


Y = riesz.Mass(np.diag(np.arange(1.0, 6.0)) + 0.1)
BASE = riesz.Sobolev(1, lengthscale=0.5)
J = riesz.jacobian(F)(x)
IDENTITY = np.eye(3)


def matrix_of(rule):
    return np.stack([rule(e) for e in IDENTITY], axis=1)


class TestFormula:
    def test_the_product_is_the_transposed_jacobian_times_metric_times_jacobian(self):
        R = riesz.Pullback(F, x, metric=Y, damping=0.3, base=BASE)
        expected = J.T @ Y.M @ J + 0.3 * matrix_of(BASE.apply)
        assert matrix_of(R.apply) == pytest.approx(expected, rel=1e-13)
        assert R.inner(u, v) == pytest.approx(u @ expected @ v, rel=1e-13)
        assert R.norm(u) ** 2 == pytest.approx(u @ expected @ u, rel=1e-13)

    def test_the_hessian_is_the_second_derivative(self):
        R = riesz.Hessian(f, x, damping=10.0)
        expected = riesz.hessian(f)(x) + 10 * IDENTITY
        assert matrix_of(R.apply) == pytest.approx(expected, rel=1e-13)
        assert R.solve(u) == pytest.approx(np.linalg.solve(expected, u), rel=1e-11)

    def test_laws(self):
        R = riesz.Pullback(F, x, metric=Y, damping=0.3)
        assert R.inner(u, v) == pytest.approx(R.inner(v, u), rel=1e-13)
        assert R.inner(u, u) > 0
        assert R.solve(R.apply(u)) == pytest.approx(u, rel=1e-11)
        X = riesz.Space(3, metric=R)
        g = riesz.grad(f, metric=R)(x)
        assert X.inner(g, u) == pytest.approx(riesz.derivative(f)(x)(u), rel=1e-11)
        assert X.sharp(X.flat(u)) == pytest.approx(u, rel=1e-11)

    def test_the_base_changes_the_coordinates_of_the_solver_not_the_solution(self):
        for damping in (0.0, 0.3):
            plain = riesz.Pullback(F, x, damping=damping).apply
            R = riesz.Pullback(F, x, damping=damping, base=BASE)
            assert R.solve(R.apply(u)) == pytest.approx(u, rel=1e-10)
            if not damping:
                assert R.apply(u) == pytest.approx(plain(u), rel=1e-13)

    def test_a_base_without_a_factor(self):
        M = riesz.Mass(np.diag([2.0, 3.0, 4.0]) + 0.5, "cg")
        R = riesz.Pullback(F, x, damping=0.3, base=M)
        assert R.solve(u) == pytest.approx(np.linalg.solve(J.T @ J + 0.3 * M.M, u), rel=1e-10)

    def test_complex_points(self):
        A = B + 1j * B[::-1]
        R = riesz.Pullback(lambda z: A @ z, x + 0j, damping=0.2)
        M = A.conj().T @ A + 0.2 * IDENTITY
        z = u + 1j * v
        assert R.apply(z) == pytest.approx(M @ z, rel=1e-13)
        assert R.solve(z) == pytest.approx(np.linalg.solve(M, z), rel=1e-11)

    def test_single_precision_is_kept(self):
        A = B.astype(np.float32)
        R = riesz.Pullback(lambda y: A @ y, x.astype(np.float32), damping=0.2)
        for image in (R.apply(u.astype(np.float32)), R.solve(u.astype(np.float32))):
            assert image.dtype == np.float32
        assert R.solve(R.apply(u.astype(np.float32))) == pytest.approx(u, rel=1e-4)

    def test_trees_and_argument_lists(self):
        def affine(w, b):
            return B @ w + b

        at, moved = (x, np.array(0.5)), (u, np.array(-1.0))
        tree = riesz.Pullback(lambda p: affine(p["w"], p["b"]), {"w": x, "b": at[1]}, damping=0.1)
        several = riesz.Pullback(affine, at, damping=0.1)
        A = np.hstack([B, np.ones((5, 1))])
        expected = np.linalg.solve(A.T @ A + 0.1 * np.eye(4), np.append(u, -1.0))
        for got in (several.solve(moved), tuple(tree.solve({"w": u, "b": moved[1]}).values())):
            assert np.append(*got) == pytest.approx(expected, rel=1e-11)
        assert isinstance(several.apply(moved), tuple)
        single = riesz.Pullback(lambda w: B @ w, (x,), damping=0.1)
        assert single.solve((u,))[0] == pytest.approx(
            np.linalg.solve(B.T @ B + 0.1 * IDENTITY, u), rel=1e-11
        )


class TestDeclaration:
    def test_a_solve_without_damping_or_truncation_is_refused(self):
        for R in (riesz.Pullback(F, x), riesz.Hessian(f, x)):
            assert R.apply(u).shape == (3,)
            with pytest.raises(InvalidValue, match=r"damping=.*truncation=.*damping=0 if"):
                R.solve(u)
            with pytest.raises(InvalidValue, match="Declare damping"):
                riesz.grad(f, metric=R)(x)

    def test_why_truncation_must_be_declared(self):
        # An ill-posed F: the undamped solve would amplify a perturbation of 1e-9 to order one.
        scales = np.array([1.0, 1e-2, 1e-6])
        at, a = np.zeros(3), np.array([1.0, 1e-2, 1e-9])
        damped = riesz.Pullback(lambda y: scales * y, at, damping=1e-6).solve(a)
        cut = riesz.Pullback(lambda y: scales * y, at, truncation=2).solve(a)
        exact = a / scales**2
        assert exact[2] == pytest.approx(1000)
        for stable in (damped, cut):
            assert stable[:2] == pytest.approx(exact[:2], rel=2e-2)
            assert abs(stable[2]) < 1

    def test_damping_zero_declares_a_regular_metric(self):
        assert riesz.Pullback(F, x, damping=0).solve(u) == pytest.approx(
            np.linalg.solve(J.T @ J, u), rel=1e-10
        )
        wide = riesz.Pullback(lambda y: B.T[:2] @ np.tile(y, 2)[:5], x, damping=0)
        with pytest.raises((NotConverged, InvalidValue)):
            wide.solve(u)

    def test_truncation_is_the_iterate_of_conjugate_gradients(self):
        M = J.T @ J
        one = riesz.Pullback(F, x, truncation=1).solve(u)
        assert one == pytest.approx(u @ u / (u @ M @ u) * u, rel=1e-13)
        for k in (3, 50):
            full = riesz.Pullback(F, x, truncation=k).solve(u)
            assert full == pytest.approx(np.linalg.solve(M, u), rel=1e-9)
        R = riesz.Pullback(F, x, truncation=1, base=BASE)  # one step in the geometry of the base
        p = BASE.solve(u)
        assert R.solve(u) == pytest.approx(u @ p / (p @ M @ p) * p, rel=1e-12)

    def test_negative_curvature_is_found(self):
        R = riesz.Hessian(lambda y: np.sum(y**4) - np.sum(y**2), np.full(3, 0.1), damping=0)
        with pytest.raises(InvalidValue, match=r"not positive definite.*needs more damping"):
            R.solve(u)

    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            ({"damping": -1.0}, InvalidValue, "damping must be finite and not negative"),
            ({"damping": np.nan}, InvalidValue, "damping must be finite"),
            ({"damping": "0.1"}, InvalidType, "damping is a number"),
            ({"truncation": 0}, InvalidValue, "truncation is 0, but it must be one or more"),
            ({"truncation": 2.5}, InvalidType, "truncation is an integer"),
            ({"rtol": 0.0}, InvalidValue, "rtol is a number between 0 and 1"),
        ],
    )
    def test_bad_declarations_are_refused(self, given, error, message):
        with pytest.raises(error, match=message):
            riesz.Pullback(F, x, **given)

    def test_points_of_another_form_are_refused(self):
        R = riesz.Pullback(F, x, damping=1.0)
        with pytest.raises(InvalidValue, match=r"metric at a point \* of shapes \[\(3,\)\]"):
            riesz.Space(4, metric=R)
        with pytest.raises(InvalidValue, match="metric at a point"):
            riesz.grad(lambda t: f(t[0]), metric=R)([x])

    def test_a_metric_without_a_factor_has_no_square_root(self):
        for rule in (riesz.Pullback(F, x, damping=1.0).sqrt, riesz.Hessian(f, x).unsqrt):
            with pytest.raises(riesz.UnsupportedOperator, match="by its products only"):
                rule(u)

    def test_pickled(self):
        R = riesz.Pullback(np.sin, x, damping=1.0)
        R.apply(u)
        assert np.array_equal(pickle.loads(pickle.dumps(R)).apply(u), R.apply(u))
        assert repr(R) == "Pullback(sin, damping=1.0)"
        same = R
        assert same == R
        assert riesz.Pullback(np.sin, x, damping=1.0) != R


class TestDerivatives:
    @pytest.mark.parametrize(
        "declared",
        [{"damping": 0.3}, {"damping": 0.3, "base": BASE}, {"truncation": 2}, {"metric": Y,
         "damping": 0.1, "truncation": 2}],
        ids=str,
    )  # fmt: skip
    def test_a_solve_is_differentiated_by_the_point_and_by_the_covector(self, declared):
        riesz.check_grads(lambda y, a: riesz.Pullback(F, y, **declared).solve(a), x, u)
        riesz.check_grads(lambda y, a: riesz.Pullback(F, y, **declared).apply(a), x, u)

    def test_the_solve_of_a_hessian_is_differentiated(self):
        riesz.check_grads(lambda y, a: riesz.Hessian(f, y, damping=9.0).solve(a), x, u)

    def test_a_gradient_in_a_metric_that_follows_the_point_is_differentiated(self):
        follows = functools.partial(riesz.Pullback, F, damping=0.1)
        g = riesz.grad(f, metric=follows)
        assert g(x) == pytest.approx(
            np.linalg.solve(J.T @ J + 0.1 * IDENTITY, J.T @ F(x)), rel=1e-10
        )
        riesz.check_grads(lambda y: np.sum(g(y) ** 2), x)


def test_the_gauss_newton_step_solves_a_linear_problem_at_once():
    b = rng.standard_normal(5)
    g = riesz.grad(
        lambda y: 0.5 * np.sum((B @ y - b) ** 2),
        metric=riesz.Pullback(lambda y: B @ y, x, damping=0),
    )(x)
    assert x - g == pytest.approx(np.linalg.lstsq(B, b, rcond=None)[0], rel=1e-10)


def test_the_newton_step_minimises_a_quadratic_at_once():
    M = B.T @ B

    def q(y):
        return 0.5 * y @ M @ y - y @ u

    assert x - riesz.grad(q, metric=riesz.Hessian(q, x, damping=0))(x) == pytest.approx(
        np.linalg.solve(M, u), rel=1e-9
    )
