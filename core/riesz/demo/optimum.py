"""The minimum of a quadratic objective, to measure the others against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import riesz
from riesz.metrics import Metric

TOLERANCE = 1e-14
LIMIT = 1000


def minimum(f: Callable[[Any], Any], x: Any, metric: Metric) -> float:
    """min f of a quadratic f, by conjugate gradients in the space of the metric.

    They stop when |grad f|^2 has fallen by TOLERANCE. Hestenes and Stiefel (1952), written with
    the inner product of the space, where the metric is the preconditioner.
    """
    X = riesz.Space(x.shape, x.dtype, metric)
    g = riesz.grad(f, metric=metric)(x)
    p, gg = -g, float(X.inner(g, g))
    enough = TOLERANCE * gg
    for _ in range(LIMIT):
        if gg <= enough:
            break
        Hp = riesz.hvp(f, x, p, metric=metric)
        t = gg / float(X.inner(p, Hp))
        x, g = x + t * p, g + t * Hp
        gg, old = float(X.inner(g, g)), gg
        p = (gg / old) * p - g
    return float(f(x))
