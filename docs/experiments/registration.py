"""Two pictures brought to cover each other by a flow: a smooth velocity is found in H2.

min 1/2 |I_v - I_1|^2 + lambda/2 |v|^2 in H2, where I_v is the picture I_0 after the velocity v has
carried it along for a unit of time: I_t + v . grad I = 0 (M. Beg, M. Miller, A. Trouve, L. Younes
2005, with a velocity that does not depend on time).
"""

from math import inf

import numpy as np

import riesz
from experiments.local_refinement import Array
from riesz.optimization import Result

N = 48  # pixels along a side; lengths are pixels, and the torus is periodic
STEPS = 8
LAMBDA = 1e-4
H2 = riesz.Sobolev(2, lengthscale=4.0)
Velocity = tuple[Array, Array]
METRICS = {"euclidean": None, "H1": riesz.Sobolev(1, lengthscale=4.0), "H2": H2}


def shape(radius: float, wobble: float, lobes: int) -> Array:
    """A soft blob with lobes."""
    y, x = np.mgrid[:N, :N] - (N - 1) / 2
    edge = radius + wobble * np.cos(lobes * np.arctan2(y, x))
    return 1 / (1 + np.exp((np.hypot(x, y) - edge) / 1.2))


SOURCE, TARGET = shape(11.0, 0.0, 1), shape(12.0, 3.5, 3)


def slope(u: Array, axis: int) -> Array:
    """The derivative along an axis, to fourth order."""
    near = np.roll(u, -1, axis) - np.roll(u, 1, axis)
    far = np.roll(u, -2, axis) - np.roll(u, 2, axis)
    return (8 * near - far) / 12


def carried(v: Velocity) -> Array:
    """The picture I_v, by the classical method of Runge and Kutta."""

    def rate(picture: Array) -> Array:
        return -(v[0] * slope(picture, 0) + v[1] * slope(picture, 1))

    def step(picture: Array) -> Array:
        h = 1 / STEPS
        a = rate(picture)
        b = rate(picture + h / 2 * a)
        c = rate(picture + h / 2 * b)
        return picture + h / 6 * (a + 2 * b + 2 * c + rate(picture + h * c))

    return riesz.iterate(step, SOURCE, STEPS)


def energy(v: Velocity) -> Array:
    """The misfit, and what the velocity costs."""
    cost = H2.inner(v[0], v[0]) + H2.inner(v[1], v[1])
    return 0.5 * np.sum((carried(v) - TARGET) ** 2) + 0.5 * LAMBDA * cost


def descend(metric: str, target: float = -inf, max_steps: float = 500) -> Result:
    """L-BFGS from rest, in one metric for both components of the velocity."""
    rest = (np.zeros((N, N)), np.zeros((N, N)))
    return riesz.minimize(
        energy, rest, metric=METRICS[metric], target=target, rtol=1e-6, max_steps=max_steps
    )
