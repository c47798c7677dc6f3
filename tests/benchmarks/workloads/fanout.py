"""One value used 1000 times: the accumulation of covectors."""

import numpy as np

from .workload import Workload


def data(n=10_000, uses=1000):
    rng = np.random.default_rng(0)
    return (rng.standard_normal(n),), {"factors": [float(c) for c in rng.standard_normal(uses)]}


def objective(x, factors):
    total = x * factors[0]
    for c in factors[1:]:
        total = total + x * c
    return np.sum(total * total)


def hand(x, factors):
    total = x * factors[0]
    for c in factors[1:]:
        total = total + x * c
    a = 2.0 * total
    gradient = a * factors[-1]
    for c in factors[-2::-1]:
        gradient += a * c
    return total @ total, (gradient,)


FANOUT = Workload("h fan-out 1000", data, objective, hand, goal=1.1)
