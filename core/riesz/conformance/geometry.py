"""Checks in metrics that are not Euclidean: the laws of a Riesz map, and gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.calculus import grad, jvp
from riesz.calculus.check import pairing, size
from riesz.metrics import Metric, Sobolev, Weighted
from riesz.space import Space

from .application import Application, Points, random_like, rng
from .finding import Finding, agreement, worst
from .sample import Sample
from .tolerance import tolerance


def weighted(x: Any) -> Metric:
    """A weight between 0.5 and 2 for each entry of x."""
    return Weighted(0.5 + 1.5 * rng(5).random(x.shape))


def sobolev(x: Any) -> Metric:
    """H1 on a periodic grid, where there is one."""
    return Sobolev(1, lengthscale=0.7) if x.shape and x.size else Weighted(3.0)


METRICS: tuple[Callable[[Any], Metric], ...] = (weighted, sobolev)


def riesz_map(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """In the spaces of the arguments: <u, v> = <v, u>, <u, u> > 0, sharp(flat(u)) = u."""
    points = Application(op, sample).points
    return worst(law for x in points for metric in METRICS for law in _laws(x, metric(x)))


def gradient_in_a_metric(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """<grad f, u>_X = Df u for f = Re<a, F>, in spaces X that are not Euclidean."""
    F = Application(op, sample)
    if op.constant or not F.points:
        return None
    u = random_like(F.points, rng(1))
    y, dy = jvp(F, F.points, u)
    a = random_like(y, rng(2))
    return worst(_gradient(F, u, dy, a, tuple(map(m, F.points)), dtype) for m in METRICS)


def _laws(x: Any, metric: Metric) -> list[Finding]:
    X, allowed = Space(x.shape, x.dtype, metric), tolerance(x.dtype)
    u, v = random_like((x, x), rng(1))
    ahead, back = X.inner(u, v).item(), X.inner(v, u).item()
    scale = size((metric.apply(u),)) * size((v,)) or 1.0
    positive = X.inner(u, u).item() > 0 or not x.size
    again = agreement((X.sharp(X.flat(u)),), (u,), allowed.agreement, f"sharp(flat(u)), {metric}")
    return [
        Finding(abs(ahead - back) / scale, allowed.identity, f"symmetry, {metric}"),
        Finding(float(not positive), 0.0, f"<u, u> > 0, {metric}"),
        again,
    ]


def _gradient(
    F: Application, u: Points, dy: Points, a: Points, metric: tuple[Metric, ...], dtype: Any
) -> Finding:
    def f(*x: Any) -> Any:
        return sum(np.sum(np.real(np.conj(ai) * y)) for ai, y in zip(a, F(*x), strict=True))

    g = grad(f, tuple(range(len(u))), metric=metric)(*F.points)
    inner = sum(m.inner(gi, ui).item() for m, gi, ui in zip(metric, g, u, strict=True))
    expected = pairing(a, dy)
    flat = tuple(m.apply(gi) for m, gi in zip(metric, g, strict=True))
    scale = (size(a) * size(dy) + size(flat) * size(u)) or 1.0
    precision = max((dtype, *(y.dtype for y in dy)), key=lambda t: np.finfo(t).eps)
    ratio = inner / expected if expected else None
    about = f"<grad f, u>_X = Df u, {metric[0]}"
    return Finding(abs(inner - expected) / scale, tolerance(precision).identity, about, ratio)
