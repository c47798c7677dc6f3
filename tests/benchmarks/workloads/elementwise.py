"""sum sin(x) exp(-x^2) / (1 + x^2): large arrays, where only the passes over memory count."""

import numpy as np

from .workload import Workload


def objective(x):
    return np.sum(np.sin(x) * np.exp(-(x**2)) / (1.0 + x**2))


def hand(x):
    s, square = np.sin(x), x * x
    d = 1.0 / (1.0 + square)
    weight = np.exp(-square) * d
    return s @ weight, (weight * (np.cos(x) - 2.0 * x * s * (1.0 + d)),)


def elementwise(n, name):
    def make():
        return (np.random.default_rng(0).standard_normal(n),), {}

    return Workload(name, make, objective, hand, goal=1.4)


ELEMENTWISE = elementwise(10**6, "b elementwise 1e6")
