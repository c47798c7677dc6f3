"""Rosenbrock's function of 1e5 variables: slices; its Hessian in one direction too."""

import numpy as np

from .workload import Workload


def data(n=100_000):
    return (np.random.default_rng(0).standard_normal(n),), {}


def objective(x):
    a, b = x[1:] - x[:-1] * x[:-1], 1.0 - x[:-1]
    return np.sum(100.0 * (a * a) + b * b)


def hand(x):
    head = x[:-1]
    a, b = x[1:] - head * head, 1.0 - head
    gradient = np.zeros_like(x)
    gradient[1:] = 200.0 * a
    gradient[:-1] -= 400.0 * a * head + 2.0 * b
    return np.sum(100.0 * (a * a) + b * b), (gradient,)


def hvp(x, u):
    head, v = x[:-1], u[:-1]
    da = u[1:] - 2.0 * head * v
    product = np.zeros_like(x)
    product[1:] = 200.0 * da
    product[:-1] += 2.0 * v - 400.0 * (da * head + (x[1:] - head * head) * v)
    return product


ROSENBROCK = Workload("i Rosenbrock 1e5", data, objective, hand, 2.2, hvp, 3.0)
