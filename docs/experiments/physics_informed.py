"""A network that solves a differential equation: natural gradients against Adam.

-u'' = pi^2 sin(pi x) on [0, 1] with u = x (1 - x) N(x), N a network of one hidden layer; the
loss is the squared residual at 50 points. The natural gradient is that of the metric which the
residual pulls back from L2 (J. Mueller and M. Zeinhofer 2023 call the like energy natural).
"""

from functools import partial
from typing import Any

import numpy as np

import riesz
from experiments.local_refinement import Array
from riesz.optimization import Result

WIDTH = 16
X = (np.arange(50) + 0.5) / 50
FORCE = np.pi**2 * np.sin(np.pi * X)
L2 = riesz.Weighted(1 / len(X))
Parameters = dict[str, Array]


def initial(seed: int = 0) -> Parameters:
    """Weights and biases at random."""
    rng = np.random.default_rng(seed)
    scales = {"inner": 3.0, "bias": 1.0, "outer": WIDTH**-0.5}
    return {name: scale * rng.standard_normal(WIDTH) for name, scale in scales.items()}


def network(p: Parameters, x: Array) -> tuple[Array, Array, Array]:
    """N, N' and N'' at the points x."""
    t = np.tanh(x[:, None] * p["inner"] + p["bias"])
    first = (1 - t * t) * p["inner"]
    second = -2 * t * first * p["inner"]
    return t @ p["outer"], first @ p["outer"], second @ p["outer"]


def solution(p: Parameters, x: Array = X) -> Array:
    """The u of the parameters, zero at both ends."""
    return x * (1 - x) * network(p, x)[0]


def residual(p: Parameters) -> Array:
    """u'' plus the force."""
    N, first, second = network(p, X)
    return -2 * N + 2 * (1 - 2 * X) * first + X * (1 - X) * second + FORCE


loss = riesz.LeastSquares(residual, L2)


def natural(max_steps: int = 60) -> Result:
    """The natural gradient method with a line search."""
    metric = partial(riesz.Pullback, residual, metric=L2, damping=1e-6)
    return riesz.minimize(
        loss, initial(), method="natural-gradient", metric=metric, rtol=0.0, max_steps=max_steps
    )


def adam(max_steps: int, rate: float = 1e-2) -> tuple[Parameters, list[float]]:
    """D. Kingma and J. Ba (2015), and the loss before each step."""
    x, losses = initial(), []
    m = v = dict.fromkeys(x, 0.0)
    value_and_grad = riesz.value_and_grad(loss)
    for k in range(1, max_steps + 1):
        value, g = value_and_grad(x)
        losses.append(float(value))
        m = {name: 0.9 * m[name] + 0.1 * g[name] for name in x}
        v = {name: 0.999 * v[name] + 0.001 * g[name] ** 2 for name in x}
        x = {name: x[name] - rate * _step(m[name], v[name], k) for name in x}
    return x, losses


def _step(m: Array, v: Array, k: int) -> Any:
    return m / (1 - 0.9**k) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
