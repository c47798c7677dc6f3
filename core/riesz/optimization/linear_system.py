"""H p = -a by conjugate gradients preconditioned with the metric, for Newton's and like methods."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from .line_search import NonFinite
from .objective import Objective
from .point import Iterate
from .vector import Vector, combined, pair, scaled

Product = Callable[[Vector], Vector]  # from points to covectors


def direction(
    objective: Objective, at: Iterate, H: Product, tolerance: float, limit: int
) -> Vector:
    """p with |H p + a| <= tolerance |a| in the dual norm, or as far as H is seen to be positive.

    The truncated method of T. Steihaug (1983) in the inner product of the metric. A first
    direction of negative curvature gives p = -g. Raises NonFinite where H is.
    """
    p, r, z = scaled(0.0, at.g), at.a, at.g
    d, rz = scaled(-1.0, z), at.norm**2
    for k in range(limit):
        Hd = H(d)
        curvature = pair(Hd, d)
        if not isfinite(curvature):
            raise NonFinite
        if curvature <= 0:
            return p if k else d
        t = rz / curvature
        p, r = combined(p, t, d), combined(r, t, Hd)
        z = objective.sharp(r, at.x)
        rz, before = pair(r, z), rz
        if not rz > (tolerance * at.norm) ** 2:
            break
        d = combined(scaled(-1.0, z), rz / before, d)
    return p
