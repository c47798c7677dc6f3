"""Fixed points, roots and linear solves: derivatives by the implicit function theorem."""

from types import SimpleNamespace

import numpy as np
import pytest

import riesz
from riesz.conformance.checks import AT_SAMPLES
from riesz.conformance.sample import sample
from riesz.control.linear_system import System
from riesz.control.solution import linear_solution
from riesz.control.solver import METHODS, Solver

RNG = np.random.default_rng(6)
A = RNG.standard_normal((4, 4)) / 4
THETA = RNG.uniform(0.3, 0.8, 4)
EXACT = {"tol": 1e-14}
FIXED = ("iteration", "gmres", "dense")


def contraction(x, theta):
    return np.tanh(A @ x) / 2 + theta


def residual(x, theta):
    return x**3 + x - theta + A @ x / 5


@pytest.mark.parametrize("solver", FIXED)
def test_fixed_point(solver):
    x = riesz.fixed_point(contraction, np.zeros(4), THETA, solver=solver, **EXACT)
    np.testing.assert_allclose(contraction(x, THETA), x, rtol=1e-13)
    f = lambda t: riesz.fixed_point(contraction, np.zeros(4), t, solver=solver, **EXACT)  # noqa: E731
    riesz.check_grads(f, THETA, order=3)


def test_fixed_point_is_what_unrolling_converges_to():
    implicit = riesz.jacobian(lambda t: riesz.fixed_point(contraction, np.zeros(4), t, **EXACT))
    unrolled = riesz.jacobian(lambda t: riesz.iterate(lambda x: contraction(x, t), np.zeros(4), 60))
    np.testing.assert_allclose(implicit(THETA), unrolled(THETA), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("solver", ["dense", "gmres"])
def test_root(solver):
    f = lambda t: riesz.root(residual, np.zeros(4), t, solver=solver, **EXACT)  # noqa: E731
    np.testing.assert_allclose(residual(f(THETA), THETA), 0, atol=1e-14)
    riesz.check_grads(f, THETA, order=3)


def test_root_far_away_is_reached_by_halved_steps():
    x = riesz.root(lambda x: np.arctan(x - 2), np.array(30.0))
    assert x == pytest.approx(2, abs=1e-12)


def test_complex_roots_that_are_only_real_linear():
    f = lambda t: riesz.root(lambda z, t: z**3 + 3 * z + np.conj(z) / 4 - t, 0j, t, **EXACT)  # noqa: E731
    riesz.check_grads(f, 1 + 2j, order=2)


def test_trees_of_unknowns_and_parameters():
    def equations(x, p):
        return {
            "u": x["u"] ** 3 + x["u"] + np.sum(x["v"]) - p["a"],
            "v": 2 * x["v"] - p["b"] * x["u"][0],
        }

    x0 = {"u": np.ones(3), "v": np.ones((2, 1))}
    p = {"a": np.array([2.0, 3.0, 4.0]), "b": np.full((2, 1), 0.3)}
    f = lambda p: riesz.root(equations, x0, p, **EXACT)  # noqa: E731
    assert f(p)["v"].shape == (2, 1)
    riesz.check_grads(f, p, order=2)


def test_the_start_has_no_derivative():
    f = lambda x0: riesz.root(lambda x: x * x - 2, x0)  # noqa: E731
    assert riesz.grad(f)(1.0) == 0
    assert riesz.jvp(f, 1.0, 1.0)[1] == 0


def test_start_that_depends_on_the_parameter():
    f = lambda t: riesz.root(lambda x, t: x * x - t, t / 2, t)  # noqa: E731
    assert riesz.grad(f)(4.0) == pytest.approx(0.25)


def test_float32_stays_float32():
    x = riesz.fixed_point(lambda x, t: np.cos(x) * t, np.zeros(2, np.float32), np.float32(0.5))
    assert x.dtype == np.float32
    f = lambda t: np.sum(riesz.root(lambda x, t: x**3 + x - t, np.zeros(2, np.float32), t))  # noqa: E731
    assert riesz.grad(f)(np.ones(2, np.float32)).dtype == np.float32


M = RNG.standard_normal((4, 4)) + 4 * np.eye(4)
B = RNG.standard_normal(4)


@pytest.mark.parametrize("complex_", [False, True])
@pytest.mark.parametrize("solver", ["gmres", "dense"])
def test_linear_solve(solver, complex_):
    m = M + 0.3j * RNG.standard_normal((4, 4)) if complex_ else M
    f = lambda m, b: riesz.linear_solve(lambda x, m: m @ x, b, m, solver=solver, tol=1e-13)  # noqa: E731
    np.testing.assert_allclose(f(m, B + 0j * m[0]), np.linalg.solve(m, B), rtol=1e-11)
    riesz.check_grads(f, m, B + 0j * m[0], order=2)


def test_linear_solve_with_a_symmetric_map():
    S = M @ M.T
    f = lambda s, b: riesz.linear_solve(lambda x, s: s @ x, b, s, symmetric=True, tol=1e-14)  # noqa: E731
    np.testing.assert_allclose(f(S, B), np.linalg.solve(S, B), rtol=1e-10)
    gs, gb = riesz.grad(lambda s, b: np.sum(f(s, b) ** 2), (0, 1))(S, B)
    rs, rb = riesz.grad(lambda s, b: np.sum(np.linalg.solve(s, b) ** 2), (0, 1))(S, B)
    np.testing.assert_allclose(gs, rs, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(gb, rb, rtol=1e-9, atol=1e-12)


def test_linear_solve_of_a_differential_operator():
    h = 1 / 40

    def helmholtz(u, k):  # -u'' + k u, zero at the ends
        full = np.pad(u, 1)
        return k * u - np.diff(full, n=2) / h**2

    x = np.arange(1, 40) * h
    f = lambda k, b: riesz.linear_solve(helmholtz, b, k, symmetric=True, tol=1e-13)  # noqa: E731
    u = f(np.zeros(39), np.pi**2 * np.sin(np.pi * x))
    np.testing.assert_allclose(u, np.sin(np.pi * x), rtol=1e-3)
    riesz.check_grads(lambda k: f(k, x), 1 + x, order=2)


def test_gmres_starts_again_and_still_arrives():
    n = 120
    m = RNG.standard_normal((n, n)) + 25 * np.eye(n)
    x = riesz.linear_solve(lambda x: m @ x, np.ones(n), tol=1e-13)
    np.testing.assert_allclose(m @ x, np.ones(n), rtol=1e-11)


@pytest.mark.parametrize("method", METHODS)
def test_right_side_zero(method):
    x = riesz.linear_solve(lambda x: 0.9 * x, np.zeros(3), solver=method)
    assert not x.any()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: riesz.fixed_point(lambda x: 2 * x + 1, 1.0), "contraction"),
    (lambda: riesz.fixed_point(np.cos, 1.0, maxiter=3), "3 steps"),
    (lambda: riesz.root(lambda x: x * x + 1, 2.0), "root"),
    (lambda: riesz.root(lambda x: x * x + 1, np.zeros(2)), "singular"),
    (lambda: riesz.root(lambda x: x**3 - 5, 1.0, maxiter=2), "2 steps"),
    (lambda: riesz.linear_solve(lambda x: 0 * x, np.ones(3)), "relative residual 1"),
    (lambda: riesz.linear_solve(lambda x: M @ x, B, maxiter=2), "2 products"),
    (lambda: riesz.linear_solve(lambda x: 3 * x, B, solver="iteration"), "contraction"),
    (lambda: riesz.linear_solve(lambda x: M @ M.T @ x, B, symmetric=True, maxiter=1), "maxiter"),
    (lambda: riesz.linear_solve(lambda x: x * np.nan, B), "residual nan"),
])  # fmt: skip
def test_what_does_not_converge_raises(call, message):
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(riesz.NotConverged, match=message),
    ):
        call()


def test_a_derivative_that_does_not_converge_raises():
    # x = x - f(x)/5 contracts; its transpose is asked to do so within too few steps
    f = lambda t: riesz.fixed_point(lambda x, t: x + (t - x) / 9, t * 1.0, t, maxiter=20)  # noqa: E731
    assert f(2.0) == 2.0
    with pytest.raises(riesz.NotConverged, match="iteration"):
        riesz.grad(f)(2.0)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: riesz.root(lambda x: x[:2], np.ones(3)), riesz.InvalidValue, "equations"),
    (lambda: riesz.root(lambda x: x + 1j, np.ones(3)), riesz.InvalidType, "complex"),
    (lambda: riesz.root(np.sin, np.ones(3, int)), riesz.InvalidType, "int"),
    (lambda: riesz.root(np.sin, np.ones(3), solver="magic"), riesz.InvalidValue, "magic"),
    (lambda: riesz.linear_solve(lambda x: -x, B, symmetric=True), riesz.InvalidValue, "definite"),
    (lambda: riesz.fixed_point(np.cos, 1.0, maxiter=0), riesz.InvalidValue, "maxiter is 0"),
    (lambda: riesz.root(np.sin, 1.0, maxiter=2.5), riesz.InvalidType, "maxiter is an integer"),
    (lambda: riesz.root(np.sin, 1.0, tol=np.nan), riesz.InvalidValue, "tol is nan"),
    (
        lambda: riesz.linear_solve(np.negative, B, solver="iteration", maxiter=0),
        riesz.InvalidValue, "maxiter is 0",
    ),
])  # fmt: skip
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(("solve", "solution"), [
    (lambda t: riesz.root(lambda x: x * x - t(), 1.0, **EXACT), np.sqrt),
    (lambda t: riesz.fixed_point(lambda x: x / 2 + t(), 1.0, **EXACT), lambda t: 2 * t),
    (lambda t: riesz.linear_solve(lambda x: t() * x, np.ones(())), lambda t: 1 / t),
])  # fmt: skip
def test_variables_of_enclosing_functions_are_parameters(solve, solution):
    f = lambda t: solve(lambda: t)  # noqa: E731
    riesz.check_grads(f, 2.0, order=2)
    for of in (riesz.grad, lambda f: riesz.compile(riesz.grad(f))):
        assert of(f)(2.0) == pytest.approx(riesz.grad(solution)(2.0), rel=1e-9)
    held = SimpleNamespace()

    def by_attribute(t):
        held.t = t
        return solve(lambda: held.t)

    with pytest.raises(riesz.InvalidType, match="as an argument"):
        riesz.grad(by_attribute)(2.0)


def system(symmetric=False):
    at = lambda m: lambda v: m @ v  # noqa: E731
    transpose = lambda m: lambda v: np.conj(m).T @ v  # noqa: E731
    return System("m", at, transpose, Solver("dense"))


@pytest.mark.parametrize("check", AT_SAMPLES, ids=lambda check: check.__name__)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_the_operator_conforms(check, dtype):
    dtype = np.dtype(dtype)
    x = sample(B.astype(dtype), M.astype(dtype), system=system())
    finding = check(linear_solution, x, dtype)
    assert finding is None or finding.passed, str(finding)
