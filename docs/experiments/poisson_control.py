"""A heat source under control: the mesh is no business of the optimiser's.

min 1/2 |y - y_d|^2 + alpha/2 |u|^2 in L2 of the unit square, where -laplace y = u and y = 0 on the
boundary; bilinear elements on the product of two meshes of `local_refinement`.
"""

from functools import cache
from math import inf

import numpy as np
import scipy.sparse as sp

import riesz
from experiments.local_refinement import Array, mass, nodes, stiffness
from riesz.optimization import Result

ALPHA = 1e-4
BISECTIONS = (0, 2, 4, 6, 8)


class PoissonControl:
    """The problem on a mesh whose first cells, along both sides, are bisected."""

    def __init__(self, bisections: int) -> None:
        """Assemble the matrices of the free nodes."""
        self.mesh = nodes(bisections)[1:-1]
        M1, K1 = (A(nodes(bisections))[1:-1, 1:-1] for A in (mass, stiffness))
        M = sp.csc_array(np.kron(M1, M1))
        self.M, self.L2 = riesz.sparse(M), riesz.Mass(M)
        self.energy = riesz.Mass(sp.csc_array(np.kron(K1, M1) + np.kron(M1, K1)))
        x, y = np.meshgrid(self.mesh, self.mesh, indexing="ij")
        self.desired = np.where(np.hypot(x - 0.35, y - 0.35) < 0.25, 1.0, 0.0).ravel()
        self.start = np.random.default_rng(0).standard_normal(M.shape[0])

    def state(self, u: Array) -> Array:
        """The y with <grad y, grad v> = <u, v> for all v."""
        return self.energy.solve(self.M @ u)

    def J(self, u: Array) -> Array:
        """Misfit and cost."""
        gap = self.state(u) - self.desired
        return 0.5 * gap @ (self.M @ gap) + 0.5 * ALPHA * u @ (self.M @ u)


@cache
def problem(bisections: int) -> tuple[PoissonControl, float]:
    """A problem and its minimum."""
    control = PoissonControl(bisections)
    best = riesz.minimize(
        control.J, control.start, metric=control.L2, method="newton-cg", tolerance=1e-6, rtol=1e-12
    )
    return control, best.fun


def descend(bisections: int, in_l2: bool, max_steps: float = inf) -> Result:
    """L-BFGS until J - min J is 1e-9 of what it was: no inner product appears in the rule."""
    control, least = problem(bisections)
    target = least + 1e-9 * (float(control.J(control.start)) - least)
    return riesz.minimize(
        control.J, control.start, metric=control.L2 if in_l2 else None, target=target, rtol=0.0,
        max_steps=max_steps,
    )  # fmt: skip
