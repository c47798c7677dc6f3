"""Many steps of one body: eager, recorded once, and as a compiled step in a loop of Python's."""

import numpy as np
import pytest

import riesz

BACKENDS = [name for name in ("numpy", "native") if riesz.get_backend(name).probe() is None]


def lorenz(p, steps=1000, h=0.01):
    """The mean square along Lorenz' equations, by the classical method of Runge and Kutta."""

    def slope(s):
        x, y, z = s[0], s[1], s[2]
        return np.stack([p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z])

    def step(s, _):
        a = slope(s)
        b = slope(s + h / 2 * a)
        c = slope(s + h / 2 * b)
        d = slope(s + h * c)
        s = s + h / 6 * (a + 2 * b + 2 * c + d)
        return s, s

    return np.sum(riesz.scan(step, np.ones(3), None, steps)[1] ** 2) / steps


def warmed(u):
    """One step of a nonlinear heat equation on a torus."""
    around = np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, 1)
    return u + 0.1 * (around - 4 * u) * (1 + 0.1 * u * u)


def heat(u, steps=100):
    return np.sum(riesz.iterate(warmed, u, steps) ** 2)


def field(n):
    return np.random.default_rng(0).random((n, n))


PROGRAMS = {
    "Lorenz": (lorenz, np.array([10.0, 28.0, 8 / 3])),
    "heat 64": (heat, field(64)),
    "heat 256": (heat, field(256)),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("backend", [None, *BACKENDS])
def test_speed_of_loops(benchmark, name, backend):
    f, x = PROGRAMS[name]
    both = riesz.value_and_grad(f)
    benchmark.group = name
    benchmark.pedantic(
        both if backend is None else riesz.compile(both, backend), (x,), rounds=5, warmup_rounds=1
    )


@pytest.mark.parametrize("n", [64, 256])
@pytest.mark.parametrize("backend", [None, *BACKENDS])
def test_speed_of_a_loop_of_pythons(benchmark, n, backend):
    step = warmed if backend is None else riesz.compile(warmed, backend)

    def f(u):
        for _ in range(100):
            u = step(u)
        return np.sum(u**2)

    benchmark.group = f"a loop of Python's, {n}"
    benchmark.pedantic(riesz.value_and_grad(f), (field(n),), rounds=5, warmup_rounds=1)
