"""sum_i c_i sum_j exp(-|x_i - y_j|^2 / 2 s^2) b_j with the whole kernel matrix in memory."""

import numpy as np

from .workload import Workload


def data(n=2000, s=0.5):
    rng = np.random.default_rng(0)
    x, y = rng.random((n, 3)), rng.random((n, 3))
    return (x,), {"y": y, "b": rng.standard_normal(n), "c": rng.standard_normal(n), "s": s}


def objective(x, y, b, c, s):
    distances = np.sum(x * x, axis=1, keepdims=True) + np.sum(y * y, axis=1) - 2.0 * (x @ y.T)
    return np.sum((np.exp(distances * (-0.5 / s**2)) @ b) * c)


def hand(x, y, b, c, s):
    K = x @ y.T
    K *= -2.0
    K += np.sum(x * x, axis=1, keepdims=True)
    K += np.sum(y * y, axis=1)
    K *= -0.5 / s**2
    np.exp(K, out=K)
    Kb = K @ b
    return Kb @ c, ((-c / s**2)[:, None] * (Kb[:, None] * x - K @ (b[:, None] * y)),)


KERNEL = Workload("d Gaussian kernel 2k", data, objective, hand, goal=2.0)
