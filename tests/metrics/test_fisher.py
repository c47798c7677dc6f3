"""Fisher's metric: the information of a model's outputs, pulled back to its parameters."""

import functools

import numpy as np
import pytest

import riesz
from riesz import Pullback, Weighted

rng = np.random.default_rng(0)
A = rng.standard_normal((30, 4))
labels = rng.random(30) < 0.5
w, u = rng.standard_normal((2, 4))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logits(w):
    return A @ w


def cross_entropy(w):
    z = logits(w)
    return np.sum(np.logaddexp(0, z) - labels * z)


def bernoulli(*, at):
    """The information of one toss in its logit z: p (1 - p)."""
    p = sigmoid(at)
    return Weighted(p * (1 - p))


class TestLogistic:
    fisher = staticmethod(functools.partial(Pullback, logits, metric=bernoulli, damping=0))

    def test_it_is_the_hessian_of_the_cross_entropy(self):
        # The logit is the canonical parameter, in which the two are the same.
        expected = riesz.hessian(cross_entropy)(w)
        R = self.fisher(at=w)
        assert np.stack([R.apply(e) for e in np.eye(4)]) == pytest.approx(expected, rel=1e-12)
        newton = np.linalg.solve(expected, riesz.grad(cross_entropy)(w))
        assert riesz.grad(cross_entropy, metric=self.fisher)(w) == pytest.approx(newton, rel=1e-9)

    def test_five_natural_gradient_steps_fit_the_model(self):
        x = np.zeros(4)
        gradient = riesz.grad(cross_entropy, metric=self.fisher)
        for _ in range(5):
            x = x - gradient(x)
        assert np.linalg.norm(riesz.grad(cross_entropy)(x)) < 1e-6

    def test_the_natural_gradient_is_differentiated(self):
        gradient = riesz.grad(cross_entropy, metric=self.fisher)
        riesz.check_grads(lambda w: np.sum(gradient(w) ** 2), w, order=1)

    def test_it_does_not_depend_on_the_coordinates(self):
        # With w = phi(v), dphi(v) takes the natural gradient by v to that by w.
        def phi(v):
            return np.sinh(v) + 0.5 * v[::-1]

        v = riesz.root(lambda v: phi(v) - w, np.zeros(4))
        moved = functools.partial(Pullback, lambda v: logits(phi(v)), metric=bernoulli, damping=0)
        g = riesz.grad(lambda v: cross_entropy(phi(v)), metric=moved)(v)
        natural = riesz.grad(cross_entropy, metric=self.fisher)(w)
        assert riesz.jvp(phi, v, g)[1] == pytest.approx(natural, rel=1e-8)
        plain = riesz.jvp(phi, v, riesz.grad(lambda v: cross_entropy(phi(v)))(v))[1]
        assert np.linalg.norm(plain - riesz.grad(cross_entropy)(w)) > 1  # unlike the Euclidean one


class TestCategorical:
    """Probabilities p carry <u, v> = sum u v / p, the metric of Fisher and Rao."""

    classes = rng.integers(0, 3, 30)
    W = rng.standard_normal((3, 4))

    @staticmethod
    def probabilities(W):
        z = A @ W.T
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True)

    def loss(self, W):
        return -np.sum(np.log(self.probabilities(W)[np.arange(30), self.classes]))

    def test_it_is_the_hessian_of_the_cross_entropy(self):
        R = Pullback(self.probabilities, self.W, metric=lambda at: Weighted(1 / at))
        U = rng.standard_normal((3, 4))
        assert R.apply(U) == pytest.approx(riesz.hvp(self.loss, self.W, U), rel=1e-11)

    def test_it_is_four_times_the_euclidean_one_of_the_roots(self):
        U = rng.standard_normal((3, 4))
        rao = Pullback(self.probabilities, self.W, metric=lambda at: Weighted(1 / at))
        sphere = Pullback(lambda W: 2 * np.sqrt(self.probabilities(W)), self.W)
        assert rao.apply(U) == pytest.approx(sphere.apply(U), rel=1e-12)

    def test_it_is_singular_and_says_so(self):
        # Adding one vector to every row of W changes no probability.
        R = Pullback(self.probabilities, self.W, metric=lambda at: Weighted(1 / at))
        assert R.norm(np.ones((3, 1)) * u) < 1e-7 * np.linalg.norm(u)
        with pytest.raises(riesz.InvalidValue, match="Declare damping"):
            R.solve(self.W)

    def test_damped_it_descends(self):
        rao = functools.partial(
            Pullback, self.probabilities, metric=lambda at: Weighted(1 / at), damping=1e-3
        )
        gradient = riesz.grad(self.loss, metric=rao)
        x = np.zeros((3, 4))
        for _ in range(6):
            x = x - gradient(x)
        assert np.linalg.norm(riesz.grad(self.loss)(x)) < 1e-6
