"""Checks of derivatives: transposes, differentials, and both of the adjoint itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.calculus import jvp
from riesz.calculus.check import pairing, size

from .application import Application, Covector, Points, host, pull, random_like, rng
from .differential import complex_step, is_analytic, taylor
from .finding import Finding, agreement, worst
from .sample import Sample
from .tolerance import is_double, tolerance


def adjoint_identity(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """<dF u, a> = <u, dF'a>, for each argument alone and for all together."""
    whole, dtype = _application(op, sample), _coarsest(op, sample, dtype)
    parts = whole.alone() if len(whole.points) > 1 else []
    return worst(_identity(F, dtype, f"argument {i}") for i, F in enumerate([*parts, whole]))


def differential(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """dF u is the differential: by the complex step, by Taylor's remainder, exactly if linear."""
    F = _application(op, sample)
    if not is_double(_coarsest(op, sample, dtype)) or not F.points:
        return None
    u = random_like(F.points, rng(1))
    dy = jvp(F, F.points, u)[1]
    findings: list[Finding | None] = [taylor(F, F.points, _unit(u), _scaled(dy, u))]
    if dtype.kind == "f" and is_analytic(F, F.points, _unit(u)):
        findings.append(complex_step(F, F.points, u, dy))
    if op.kind == "linear":
        findings.append(agreement(dy, F(*u), tolerance(dtype).agreement, "dF u = F u"))
    return worst(filter(None, findings))


def double_transpose(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """dF u by the operator's own rule equals the transpose of a -> dF'a, applied to u."""
    F = _application(op, sample)
    if not F.points:
        return None
    u = random_like(F.points, rng(1))
    y, dy = jvp(F, F.points, u)
    twice = pull(lambda *a: pull(F, F.points, a), random_like(y, rng(2)), u)
    allowed = tolerance(_coarsest(op, sample, dtype)).agreement
    return agreement(dy, twice, allowed, "tangent, double transpose")


def second_identity(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """The adjoint of the adjoint: reverse over reverse against forward over reverse."""
    F, dtype = _application(op, sample), _coarsest(op, sample, dtype)
    return _identity(Covector(F, rng(3)), dtype, "adjoint") if F.points else None


def second_differential(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """The tangent of the adjoint against differences of adjoints."""
    F = _application(op, sample)
    if not is_double(_coarsest(op, sample, dtype)) or not F.points:
        return None
    G = Covector(F, rng(3))
    u = _unit(random_like(G.points, rng(4)))
    return taylor(G, G.points, u, jvp(G, G.points, u)[1])


def _application(op: Any, sample: Sample) -> Application:
    """F, or one without arguments where there is nothing to differentiate."""
    F = Application(op, sample)
    if op.constant:
        F.positions, F.points = [], ()
    return F


def _coarsest(op: Any, sample: Sample, dtype: Any) -> Any:
    """The dtype of least precision among `dtype` and the results: a cast rounds to its target."""
    F = Application(op, sample)
    return max((dtype, *(y.dtype for y in F(*F.points))), key=lambda t: np.finfo(t).eps)


def _identity(F: Any, dtype: Any, about: str) -> Finding:
    u = random_like(F.points, rng(1))
    y, dy = jvp(F, F.points, u) if u else ((), ())
    a = random_like(y, rng(2))
    g = pull(F, F.points, a) if u else ()
    scale = size(dy) * size(a) + size(u) * size(g)
    ahead, back = pairing(dy, a), pairing(u, g)
    error = abs(ahead - back) / scale if scale > 0 else abs(ahead - back)
    return Finding(error, tolerance(dtype).identity, about, back / ahead if ahead else None)


def _unit(u: Points) -> Points:
    """u with entries of modulus at most 1: small steps along it stay near the point."""
    return tuple(v / _largest(u) for v in u)


def _scaled(dy: Points, u: Points) -> Points:
    return tuple(v / _largest(u) for v in dy)


def _largest(u: Points) -> float:
    return max((float(np.abs(v).max()) for v in host(u) if v.size), default=1.0)
