"""A long chain of cheap operations on four numbers: what recording one step costs."""

import numpy as np

from .workload import Workload


def objective(x, nodes):
    for _ in range(nodes // 4):
        x = np.tanh(np.sin(x) * 1.1 + 0.1)
    return np.sum(x)


def hand(x, nodes):
    points = []
    for _ in range(nodes // 4):
        y = np.tanh(np.sin(x) * 1.1 + 0.1)
        points.append((x, y))
        x = y
    a = np.ones_like(x)
    for x, y in reversed(points):
        a = a * (1.0 - y * y) * 1.1 * np.cos(x)
    return np.sum(points[-1][1]), (a,)


def chain(nodes, name=None):
    def make():
        return (np.linspace(0.1, 0.9, 4),), {"nodes": nodes}

    return Workload(name or f"length {nodes}", make, objective, hand, goal=1.8)


CHAIN = chain(1000, "a chain of 1000")
LENGTHS = tuple(chain(nodes) for nodes in (10, 100, 1000, 10_000, 100_000))
