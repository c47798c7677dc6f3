"""The log-likelihood of a Gaussian mixture with full covariances (d = 10, K = 50, n = 1000)."""

import numpy as np

from riesz import stop_gradient

from .workload import Workload


def data(d=10, K=50, n=1000):
    rng = np.random.default_rng(0)
    below = np.tril_indices(d, -1)
    place = np.zeros((len(below[0]), d * d))  # where an entry of the lower triangle goes
    place[np.arange(len(below[0])), below[0] * d + below[1]] = 1.0
    x = (rng.standard_normal(K), rng.random((K, d)), 0.5 * rng.standard_normal((K, d)),
         0.5 * rng.standard_normal((K, len(below[0]))))  # fmt: skip
    return x, {"points": rng.random((n, d)), "place": place}


def log_sum_exp(t):
    top = np.max(stop_gradient(t), axis=0)
    return np.log(np.sum(np.exp(t - top), axis=0)) + top


def objective(alpha, mean, log_diagonal, lower, points, place):
    K, d = mean.shape
    diagonal = np.exp(log_diagonal)
    L = np.reshape(lower @ place, (K, d, d))
    centred = points - np.reshape(mean, (K, 1, d))
    white = np.reshape(diagonal, (K, 1, d)) * centred + centred @ np.swapaxes(L, 1, 2)
    weight = np.reshape(alpha + np.sum(log_diagonal, axis=1), (K, 1))
    t = weight - 0.5 * np.sum(white * white, axis=2)
    prior = 0.5 * (np.sum(diagonal * diagonal) + np.sum(lower * lower))
    return np.sum(log_sum_exp(t)) - len(points) * log_sum_exp(alpha) + prior


def hand(alpha, mean, log_diagonal, lower, points, place):
    K, d = mean.shape
    where = place.argmax(axis=1)
    diagonal = np.exp(log_diagonal)
    A = np.zeros((K, d * d))
    A[:, where], A[:, :: d + 1] = lower, diagonal
    A = A.reshape(K, d, d)
    centred = points - mean[:, None]
    white = centred @ A.swapaxes(1, 2)
    t = (alpha + log_diagonal.sum(axis=1))[:, None] - 0.5 * np.einsum("kni,kni->kn", white, white)
    top, top_alpha = t.max(axis=0), alpha.max()
    share, share_alpha = np.exp(t - top), np.exp(alpha - top_alpha)
    total, total_alpha = share.sum(axis=0), share_alpha.sum()
    value = (np.log(total) + top).sum() - len(points) * (np.log(total_alpha) + top_alpha)
    value += 0.5 * ((diagonal * diagonal).sum() + (lower * lower).sum())
    share /= total
    mass = share.sum(axis=1)
    white *= -share[:, :, None]
    dA = white.swapaxes(1, 2) @ centred
    d_diagonal = dA[:, np.arange(d), np.arange(d)] + diagonal
    d_mean = -(white @ A).sum(axis=1)
    return value, (
        mass - len(points) * share_alpha / total_alpha,
        d_mean,
        mass[:, None] + d_diagonal * diagonal,
        dA.reshape(K, d * d)[:, where] + lower,
    )


MIXTURE = Workload("e Gaussian mixture", data, objective, hand, goal=1.4)
