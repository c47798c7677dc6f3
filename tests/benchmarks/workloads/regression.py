"""Logistic regression and a two-layer perceptron: matrix products with a little around them."""

import numpy as np

from riesz import stop_gradient

from .workload import Workload

N, D, H, K = 10_000, 784, 128, 10


def logistic_data():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((N, D)), np.sign(rng.standard_normal(N))
    return (0.03 * rng.standard_normal(D),), {"X": X, "y": y}


def logistic(w, X, y):
    return np.sum(np.logaddexp(0.0, -y * (X @ w))) / len(y) + 0.5e-3 * np.sum(w * w)


def logistic_hand(w, X, y):
    margin = -y * (X @ w)
    value = np.logaddexp(0.0, margin).sum() / len(y) + 0.5e-3 * (w @ w)
    slope = -y / (1.0 + np.exp(-margin)) / len(y)
    return value, (X.T @ slope + 1e-3 * w,)


def perceptron_data():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((N, D)), np.eye(K)[rng.integers(0, K, N)]
    W1, W2 = 0.03 * rng.standard_normal((D, H)), 0.1 * rng.standard_normal((H, K))
    return (W1, np.zeros(H), W2, np.zeros(K)), {"X": X, "Y": Y}


def perceptron(W1, b1, W2, b2, X, Y):
    z = np.tanh(X @ W1 + b1) @ W2 + b2
    top = np.max(stop_gradient(z), axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(z - top), axis=1)) + top[:, 0]
    return (np.sum(log_total) - np.sum(z * Y)) / len(X)


def perceptron_hand(W1, b1, W2, b2, X, Y):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    top = z.max(axis=1, keepdims=True)
    weight = np.exp(z - top)
    total = weight.sum(axis=1, keepdims=True)
    value = ((np.log(total) + top).sum() - (z * Y).sum()) / len(X)
    dz = (weight / total - Y) / len(X)
    dh = (dz @ W2.T) * (1.0 - h * h)
    return value, (X.T @ dh, dh.sum(axis=0), h.T @ dz, dz.sum(axis=0))


LOGISTIC = Workload("c logistic", logistic_data, logistic, logistic_hand, goal=1.15)
PERCEPTRON = Workload("c perceptron", perceptron_data, perceptron, perceptron_hand, goal=1.15)
