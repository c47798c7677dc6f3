"""adjoint_of and HilbertMap: adjoints between declared spaces, composition, and interop."""

import numpy as np
import pytest
import scipy.sparse as sp
import scipy.sparse.linalg as sla

import riesz
from riesz import HilbertMap, Space, adjoint_of
from riesz.errors import InvalidType, InvalidValue, SpaceMismatch

rng = np.random.default_rng(0)
B, C = rng.standard_normal((5, 3)), rng.standard_normal((4, 5))
x, u = rng.standard_normal((2, 3))
v, w = rng.standard_normal(5), rng.standard_normal(4)


def G(x):
    return np.sin(B @ x)


def H(y):
    return (C @ y) ** 2 + C @ y


X = Space(3, metric=riesz.Weighted([1.0, 2.0, 4.0]))
Y = Space(5, metric=riesz.Sobolev(1, 0.5, "neumann"))
Z = Space(4, metric=riesz.Mass(np.diag([1.0, 2, 3, 4]) + 0.1))


class TestAdjointOf:
    def test_the_adjoint_identity(self):
        star = adjoint_of(G, x, X, Y)
        dG = star.adjoint
        assert X.inner(u, star(v)) == pytest.approx(Y.inner(dG(u), v), rel=1e-13)
        assert dG(u) == pytest.approx(riesz.jvp(G, x, u)[1], rel=1e-14)
        assert dG.adjoint is star
        J = riesz.jacobian(G)(x)
        assert star(v) == pytest.approx(X.metric.solve(J.T @ Y.metric.apply(v)), rel=1e-13)

    def test_of_a_scalar_it_is_the_gradient(self):
        def f(x):
            return np.sum(G(x) ** 2)

        assert adjoint_of(f, x, X)(1.0) == pytest.approx(riesz.grad(f, metric=X.metric)(x))

    def test_without_spaces_it_is_the_transpose(self):
        assert adjoint_of(G, x)(v) == pytest.approx(riesz.vjp(G, x)[1](v))

    def test_the_chain_rule(self):
        y = G(x)
        both = adjoint_of(G, x, X, Y) @ adjoint_of(H, y, Y, Z)
        whole = adjoint_of(lambda x: H(G(x)), x, X, Z)
        assert both(w) == pytest.approx(whole(w), rel=1e-12)
        assert both.adjoint(u) == pytest.approx(whole.adjoint(u), rel=1e-12)
        assert (both.X, both.Y) == (Z, X)

    def test_inner_metrics_cancel(self):
        class Untouchable(riesz.Euclidean):
            """A metric that may be declared but not used."""

            def apply(self, u):
                raise AssertionError("R_Y was used")

            solve = apply

        between = Space(5, metric=Untouchable())
        both = adjoint_of(G, x, X, between) @ adjoint_of(H, G(x), between, Z)
        whole = adjoint_of(lambda x: H(G(x)), x, X, Z)
        assert both(w) == pytest.approx(whole(w), rel=1e-13)
        three = both @ adjoint_of(np.sin, H(G(x)), Z, Z)
        assert three(w) == pytest.approx(whole(np.cos(H(G(x))) * Z.metric.apply(w) @ np.linalg.inv(
            Z.metric.M)), rel=1e-12)  # fmt: skip
        with pytest.raises(AssertionError, match="R_Y was used"):
            adjoint_of(G, x, X, between)(v)

    def test_the_two_compose_to_gauss_newton(self):
        star = adjoint_of(G, x, X, Y)
        R = riesz.Pullback(G, x, metric=Y.metric)
        assert (star @ star.adjoint)(u) == pytest.approx(X.metric.solve(R.apply(u)), rel=1e-12)

    def test_trees(self):
        def F(p):
            return {"y": np.sin(B @ p["w"]) * p["b"], "z": p["w"][:2]}

        p = {"w": x, "b": np.array(2.0)}
        P = Space.like(p, {"w": X.metric, "b": riesz.Weighted(3.0)})
        Q = Space.like(F(p), {"y": Y.metric, "z": None})
        star = adjoint_of(F, p, P, Q)
        direction, image = {"w": u, "b": np.array(-1.0)}, {"y": v, "z": w[:2]}
        assert P.inner(direction, star(image)) == pytest.approx(
            Q.inner(star.adjoint(direction), image), rel=1e-13
        )
        a = star.adjoint.transpose(Q.flat(image))
        assert a(direction) == pytest.approx(Q.inner(star.adjoint(direction), image), rel=1e-13)

    def test_several_arguments(self):
        star = adjoint_of(lambda a, b: a * b, (x, u))
        back = star(np.ones(3))
        assert isinstance(back, tuple)
        assert back[0] == pytest.approx(u)
        assert back[1] == pytest.approx(x)

    def test_complex(self):
        A = B + 1j * B[::-1]
        z = x + 1j * u
        XC, YC = Space(3, complex, X.metric), Space(5, complex, Y.metric)
        star = adjoint_of(lambda z: A @ z, z, XC, YC)
        y = v + 1j * v[::-1]
        assert XC.inner(z, star(y)) == pytest.approx(YC.inner(A @ z, y), rel=1e-13)
        real = adjoint_of(lambda x: A @ x, x, X, YC)
        assert real(y).dtype == np.float64
        assert X.inner(u, real(y)) == pytest.approx(YC.inner(A @ u, y), rel=1e-13)

    def test_it_can_be_differentiated(self):
        riesz.check_grads(lambda x, v: adjoint_of(G, x, X, Y)(v), x, v)

    def test_what_does_not_fit_is_refused(self):
        star = adjoint_of(G, x, X, Y)
        with pytest.raises(InvalidValue, match="expected a point"):
            star(u)
        with pytest.raises(InvalidValue, match="expected a point"):
            adjoint_of(G, x, Y, Y)
        with pytest.raises(SpaceMismatch, match="cannot compose"):
            _ = star @ adjoint_of(H, G(x), Space(5), Z)
        with pytest.raises(TypeError):
            _ = star @ v
        with pytest.raises(SpaceMismatch, match=r"takes a covector.*Y.flat\(v\)"):
            star.transpose(v)


class TestGivenAdjoint:
    """An operator whose author states the Hilbert adjoint in weighted spaces."""

    A = HilbertMap(
        lambda u: B @ u,
        X,
        Y,
        adjoint=lambda v: X.metric.solve(B.T @ Y.metric.apply(v)),
    )

    def test_its_transpose_is_the_euclidean_one(self):
        a = self.A.transpose(riesz.Dual(Y, v))
        assert a.value == pytest.approx(B.T @ v, rel=1e-12)
        assert self.A.adjoint(v) == pytest.approx(
            X.metric.solve(B.T @ Y.metric.apply(v)), rel=1e-14
        )
        assert Y.inner(self.A(u), v) == pytest.approx(X.inner(u, self.A.adjoint(v)), rel=1e-13)
        assert self.A.adjoint.adjoint is self.A

    def test_programs_with_it_are_differentiated(self):
        riesz.check_grads(lambda x: np.sum(np.sin(self.A(x)) ** 2), x)
        riesz.check_grads(lambda y: np.sum(np.sin(self.A.adjoint(y)) ** 2), v)
        g = riesz.grad(lambda x: np.sum(self.A(x) ** 2))(x)
        assert g == pytest.approx(2 * B.T @ B @ x, rel=1e-12)

    def test_with_the_transpose_instead(self):
        A = HilbertMap(lambda u: B @ u, X, Y, transpose=lambda a: B.T @ a)
        assert A.adjoint(v) == pytest.approx(self.A.adjoint(v), rel=1e-12)
        riesz.check_grads(lambda x: np.sum(np.sin(A(x)) ** 2), x)
        assert (A.adjoint @ A)(u) == pytest.approx((self.A.adjoint @ self.A)(u), rel=1e-12)

    def test_a_real_space_receives_the_real_part(self):
        K = np.fft.fft(np.eye(4)) / 2
        real, freq = Space(4), Space(4, complex)
        A = HilbertMap(lambda u: K @ u, real, freq, adjoint=lambda c: K.conj().T @ c)
        assert A(w).dtype == complex
        c = w + 1j * w[::-1]
        assert freq.inner(A(w), c) == pytest.approx(real.inner(w, A.adjoint(c)), rel=1e-13)
        assert A.adjoint(c).dtype == np.float64
        riesz.check_grads(lambda u: np.sum(np.abs(A(u)) ** 2), w)

    def test_single_precision_is_kept(self):
        S = Space(3, np.float32)
        A = HilbertMap(lambda u: B @ u, S, Space(5, np.float32), transpose=lambda a: B.T @ a)
        assert A(u.astype(np.float32)).dtype == np.float32

    def test_what_is_no_function_or_no_array_is_refused(self):
        with pytest.raises(riesz.InvalidType, match="function is expected"):
            HilbertMap(B, X, Y, transpose=B.T)
        with pytest.raises(riesz.InvalidType, match="of type list, expected an array"):
            HilbertMap(lambda u: [1.0], X, Y, transpose=lambda a: B.T @ a)(u)

    def test_bad_functions_are_refused(self):
        with pytest.raises(InvalidValue, match="needs one of adjoint"):
            HilbertMap(lambda u: u, X, X)
        with pytest.raises(InvalidValue, match="needs one of adjoint"):
            HilbertMap(lambda u: u, X, X, adjoint=np.conj, transpose=np.conj)
        with pytest.raises(InvalidValue, match=r"shape \(3,\), expected a point of"):
            HilbertMap(lambda u: u, X, Y, adjoint=lambda v: v[:3])(u)
        with pytest.raises(InvalidType, match="complex numbers"):
            HilbertMap(lambda u: 1j * u, X, X, adjoint=lambda v: v)(u)
        with pytest.raises(InvalidType, match="spaces of arrays"):
            HilbertMap(lambda u: u, Space({"a": 3}), X, adjoint=lambda v: v)
        with pytest.raises(SpaceMismatch, match="given the covector"):
            self.A(X.flat(u))


class TestSciPy:
    def test_in(self):
        for L in (sla.aslinearoperator(B), B, sp.csr_array(B)):
            A = HilbertMap.from_scipy(L, X, Y)
            assert A(u) == pytest.approx(B @ u, rel=1e-14)
            assert Y.inner(A(u), v) == pytest.approx(X.inner(u, A.adjoint(v)), rel=1e-12)
            assert riesz.grad(lambda x, A=A: np.sum(A(x) ** 2))(x) == pytest.approx(
                2 * B.T @ B @ x, rel=1e-12
            )
        assert Space(3) == HilbertMap.from_scipy(B).X
        assert HilbertMap.from_scipy(B.astype(np.float32)).Y.dtype == np.float32

    def test_arrays_are_taken_in_c_order(self):
        M = rng.standard_normal((4, 6))
        A = HilbertMap.from_scipy(M, Space((2, 3)), Space((2, 2)))
        image = rng.standard_normal((2, 3))
        assert A(image) == pytest.approx((M @ image.ravel()).reshape(2, 2))
        with pytest.raises(InvalidValue, match=r"shape \(4, 6\) does not map"):
            HilbertMap.from_scipy(M, Space(5), Space((2, 2)))

    def test_out(self):
        A = HilbertMap.from_scipy(B, X, Y)
        L = A.to_scipy()
        assert isinstance(L, sla.LinearOperator)
        assert (L.shape, L.dtype) == ((5, 3), np.float64)
        assert L @ np.eye(3) == pytest.approx(B)
        assert L.rmatvec(v) == pytest.approx(B.T @ v)  # SciPy knows no metric
        assert sla.lsqr(L, v, atol=1e-14, btol=1e-14)[0] == pytest.approx(
            np.linalg.lstsq(B, v, rcond=None)[0], rel=1e-9
        )
        again = HilbertMap.from_scipy(L, X, Y)
        assert again.adjoint(v) == pytest.approx(A.adjoint(v), rel=1e-12)

    def test_out_complex_and_trees(self):
        K = B + 1j * B[::-1]
        L = HilbertMap.from_scipy(K).to_scipy()
        assert L.dtype == complex
        assert (L.H @ (v + 0j)) == pytest.approx(K.conj().T @ v)
        p = {"w": x, "b": np.array(2.0)}
        L = adjoint_of(lambda p: B @ p["w"] + p["b"], p).adjoint.to_scipy()
        assert L.shape == (5, 4)
        assert L @ np.array([0.0, *u])[[0, 1, 2, 3]] == pytest.approx(B @ u)
        assert L.rmatvec(v) == pytest.approx(np.r_[v.sum(), B.T @ v])

    def test_a_metric_solve_as_a_preconditioner(self):
        R = riesz.Pullback(G, x, metric=Y.metric, damping=0.1)
        product = HilbertMap(R.apply, Space(3), Space(3), transpose=R.apply).to_scipy()
        solution, info = sla.cg(product, u, rtol=1e-12)
        assert info == 0
        assert solution == pytest.approx(R.solve(u), rel=1e-8)
