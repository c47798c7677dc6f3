"""100 explicit steps of a reaction-diffusion equation on 256^2, by rolls and by slices."""

import numpy as np

from .workload import Workload

DT = 0.1


def data(n=256, steps=100):
    rng = np.random.default_rng(0)
    s = np.linspace(0, 2 * np.pi, n, endpoint=False)
    u = np.sin(s)[:, None] * np.cos(s) + 0.1 * rng.standard_normal((n, n))
    return (u,), {"target": 0.5 * rng.standard_normal((n, n)), "steps": steps}


def around(u):
    return np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, 1)


def rolled(u, target, steps):
    for _ in range(steps):
        u = u + DT * (around(u) - 4.0 * u + u - u * u * u)
    r = u - target
    return 0.5 * np.sum(r * r)


def rolled_hand(u, target, steps):
    points = []
    for _ in range(steps):
        points.append(u)
        u = u + DT * (around(u) - 4.0 * u + u - u * u * u)
    r = u - target
    a = r
    for u in reversed(points):
        a = a + DT * (around(a) - a * (3.0 + 3.0 * (u * u)))
    return 0.5 * np.vdot(r, r), (a,)


def sliced(u, target, steps):
    for _ in range(steps):
        inner = u[1:-1, 1:-1]
        sum4 = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        u = u + np.pad(DT * (sum4 - 4.0 * inner + inner - inner * inner * inner), 1)
    r = u - target
    return 0.5 * np.sum(r * r)


def sliced_hand(u, target, steps):
    points = []
    for _ in range(steps):
        points.append(u)
        inner = u[1:-1, 1:-1]
        sum4 = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        u = u.copy()
        u[1:-1, 1:-1] += DT * (sum4 - 3.0 * inner - inner * inner * inner)
    r = u - target
    a = r.copy()
    for u in reversed(points):
        inner = u[1:-1, 1:-1]
        b = DT * a[1:-1, 1:-1]
        a[2:, 1:-1] += b
        a[:-2, 1:-1] += b
        a[1:-1, 2:] += b
        a[1:-1, :-2] += b
        a[1:-1, 1:-1] -= b * (3.0 + 3.0 * (inner * inner))
    return 0.5 * np.vdot(r, r), (a,)


ROLLED = Workload("f heat, rolls", data, rolled, rolled_hand, goal=1.8)
SLICED = Workload("f heat, slices", data, sliced, sliced_hand, goal=1.6)
