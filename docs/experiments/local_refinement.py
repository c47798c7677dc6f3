"""A locally refined mesh makes the Euclidean gradient slow and leaves the L2 gradient alone.

P1 elements on [0, 1]: 8 equal cells, of which the first is bisected k times, always at its left.
"""

import numpy as np
from numpy.typing import NDArray

import riesz
from riesz.optimization import Result

Array = NDArray[np.float64]
BISECTIONS = (0, 2, 4, 6, 8, 10)


def nodes(bisections: int) -> Array:
    """The ends of the cells."""
    mesh = np.linspace(0, 1, 9)
    return np.concatenate((mesh[:1], mesh[1] / 2.0 ** np.arange(bisections, 0, -1), mesh[1:]))


def assembled(weights: Array, diagonal: float, beside: float) -> Array:
    """The sum of the cells' [[diagonal, beside], [beside, diagonal]], each times its weight."""
    M = np.zeros((len(weights) + 1,) * 2)
    for i, weight in enumerate(weights):
        M[i : i + 2, i : i + 2] += weight * np.array([[diagonal, beside], [beside, diagonal]])
    return M


def mass(mesh: Array) -> Array:
    """u'Mv = the integral of u v."""
    return assembled(np.diff(mesh), 1 / 3, 1 / 6)


def stiffness(mesh: Array) -> Array:
    """u'Kv = the integral of u' v'."""
    return assembled(1 / np.diff(mesh), 1.0, -1.0)


def descend(bisections: int, in_l2: bool, max_steps: float = 5000) -> Result:
    """min 1/2 |u - 1|^2 in L2 by steepest descent with exact line search, until it is 1e-6 J0."""
    M = mass(nodes(bisections))
    L2 = riesz.Mass(M)
    start = np.random.default_rng(0).standard_normal(len(M))

    def J(u: Array) -> Array:
        return 0.5 * (u - 1) @ (M @ (u - 1))

    return riesz.minimize(
        J, start, metric=L2 if in_l2 else None, method="gradient-descent", line_search="exact",
        target=1e-6 * J(start), rtol=0.0, max_steps=max_steps,
    )  # fmt: skip
