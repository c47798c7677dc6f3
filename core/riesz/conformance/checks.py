"""The checks: what must hold of every operator, at every sample, in every dtype.

Each is a function `check(op, sample, dtype)` returning a `Finding`, or None where the question does
not arise. Errors of the operator itself are let through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from riesz.calculus import jvp
from riesz.calculus.check import pairing, size
from riesz.protocol.signature import space_of
from riesz.space import Space
from riesz.tape import Tape
from riesz.traced import Traced

from .application import Application, Covector, Points, is_floating, pull, random_like
from .differential import complex_step, is_analytic, relative, taylor
from .finding import Finding, same, worst
from .sample import Sample
from .tolerance import is_double, tolerance

Check = Callable[[Any, Sample, Any], Finding | None]
WIDE = {np.dtype(np.float32): np.float64, np.dtype(np.complex64): np.complex128}


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
    u = random_like(F.points, _rng(1))
    dy = jvp(F, F.points, u)[1]
    findings: list[Finding | None] = [taylor(F, F.points, _unit(u), _scaled(dy, u))]
    if dtype.kind == "f" and is_analytic(F, F.points, _unit(u)):
        findings.append(complex_step(F, F.points, u, dy))
    if op.kind == "linear":
        findings.append(Finding(relative(dy, F(*u)), tolerance(dtype).agreement, "dF u = F u"))
    return worst(filter(None, findings))


def double_transpose(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """dF u by the operator's own rule equals the transpose of a -> dF'a, applied to u."""
    F = _application(op, sample)
    if not F.points:
        return None
    u = random_like(F.points, _rng(1))
    y, dy = jvp(F, F.points, u)
    twice = pull(lambda *a: pull(F, F.points, a), random_like(y, _rng(2)), u)
    allowed = tolerance(_coarsest(op, sample, dtype)).agreement
    return Finding(relative(dy, twice), allowed, "tangent, double transpose")


def second_identity(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """The adjoint of the adjoint: reverse over reverse against forward over reverse."""
    F, dtype = _application(op, sample), _coarsest(op, sample, dtype)
    return _identity(Covector(F, _rng(3)), dtype, "adjoint") if F.points else None


def second_differential(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """The tangent of the adjoint against differences of adjoints."""
    F = _application(op, sample)
    if not is_double(_coarsest(op, sample, dtype)) or not F.points:
        return None
    G = Covector(F, _rng(3))
    u = _unit(random_like(G.points, _rng(4)))
    return taylor(G, G.points, u, jvp(G, G.points, u)[1])


def metric(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """`metric` tells the shape and dtype of what `forward` returns."""
    Y = op.metric(*map(space_of, sample.x), **sample.static)
    told = tuple(map(_described, Y if isinstance(Y, tuple) else (Y,)))
    results = Application(op, sample)
    return same("metric", told, tuple(map(_described, results.results(*results.points))))


def precision_kept(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Results in the precision of the arguments (or the one a static `dtype` asks for)."""
    F = Application(op, sample)
    if op.constant:
        return None
    wanted = np.finfo(sample.static.get("dtype", dtype)).eps
    eps = [np.finfo(y.dtype).eps for y in F(*F.points)]
    return same("precision", eps, [wanted] * len(eps)) if F.points else None


def spaces_kept(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """A tangent lives in its result's space, a covector in its argument's."""
    F = Application(op, sample)
    y, dy = jvp(F, F.points, random_like(F.points, _rng(1))) if F.points else ((), ())
    g = pull(F, F.points, random_like(y, _rng(2))) if F.points else ()
    told, expected = [*dy, *g], [*y, *F.points]
    return same("spaces", [*map(_described, told)], [*map(_described, expected)])


def purity(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Read-only arguments are enough, stay as they were, and give the same result twice."""
    frozen = replace(sample, x=tuple(map(_frozen, sample.x)))
    F = Application(op, frozen)
    first = _derived(F)
    for array in first:  # results are the caller's: spoiling them must not matter
        _spoil(array, F.points)
    error = max(map(_distance, _derived(F), _derived(Application(op, sample))), default=0.0)
    change = max(map(_distance, frozen.x, sample.x), default=0.0)
    return Finding(error + change, 0.0, "same result twice, arguments unchanged")


def layout(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Arrays with negative strides give what contiguous ones give."""
    turned = replace(sample, x=tuple(map(_turned, sample.x)))
    given, expected = _derived(Application(op, turned)), _derived(Application(op, sample))
    return _agreement(given, expected, dtype, "negative strides")


def precision_of_values(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Single precision gives what double precision gives, up to rounding."""
    if dtype not in WIDE:
        return None
    static = {k: _wide(v) for k, v in sample.static.items()}
    wide = replace(sample, x=tuple(map(_widened, sample.x)), static=static)
    given, expected = _derived(Application(op, sample)), _derived(Application(op, wide))
    return _agreement(given, expected, dtype, "against double")


def constant(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """An operator declared constant carries no derivative: its results are plain."""
    if not op.constant:
        return None
    tape = Tape()
    x = [tape.input(v) if is_floating(v) else v for v in sample.x]
    y = op(*x, **sample.static)
    tape.close()
    traced = [type(v) is Traced for v in (y if isinstance(y, tuple) else (y,))]
    return same("carries a derivative", any(traced), False)


CHECKS: tuple[Check, ...] = (
    adjoint_identity, differential, double_transpose, second_identity, second_differential,
    metric, precision_kept, spaces_kept, purity, layout, precision_of_values, constant,
)  # fmt: skip


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
    u = random_like(F.points, _rng(1))
    y, dy = jvp(F, F.points, u) if u else ((), ())
    a = random_like(y, _rng(2))
    g = pull(F, F.points, a) if u else ()
    scale = size(dy) * size(a) + size(u) * size(g)
    error = abs(pairing(dy, a) - pairing(u, g))
    return Finding(error / scale if scale > 0 else error, tolerance(dtype).identity, about)


def _derived(F: Application) -> Points:
    """The results of F and the covectors of its arguments for fixed covectors of the results."""
    y = F.results(*F.points)
    if F.op.constant or not F.points:
        return y
    return (*y, *pull(F, F.points, random_like(F(*F.points), _rng(2))))


def _unit(u: Points) -> Points:
    """u with entries of modulus at most 1: small steps along it stay near the point."""
    return tuple(v / _largest(u) for v in u)


def _scaled(dy: Points, u: Points) -> Points:
    return tuple(v / _largest(u) for v in dy)


def _largest(u: Points) -> float:
    return max((float(np.abs(v).max()) for v in u if v.size), default=1.0)


def _described(x: Any) -> tuple[Any, ...]:
    X = Space.of(x)
    return tuple(X.shape), str(X.dtype)


def _frozen(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x = x.copy()
        x.flags.writeable = False
    return x


def _spoil(y: Any, points: Points) -> None:
    mine = isinstance(y, np.ndarray) and y.flags.writeable
    if mine and not any(np.shares_memory(y, x) for x in points):
        y[...] = 0


def _agreement(given: Points, expected: Points, dtype: Any, about: str) -> Finding:
    """Floating entries by norms, integer and boolean ones equal."""
    exact = [_distance(g, e) for g, e in zip(given, expected, strict=True) if not is_floating(e)]
    floating = [tuple(filter(is_floating, values)) for values in (given, expected)]
    return Finding(relative(*floating) + sum(exact), tolerance(dtype).agreement, about)


def _distance(x: Any, y: Any) -> float:
    return float(not np.array_equal(x, y, equal_nan=is_floating(x)))


def _turned(x: Any) -> Any:
    if not isinstance(x, np.ndarray) or x.ndim == 0:
        return x
    flip = (slice(None, None, -1),) * x.ndim
    return np.ascontiguousarray(x[flip])[flip]


def _widened(x: Any) -> Any:
    return x.astype(WIDE[x.dtype]) if isinstance(x, np.ndarray) and x.dtype in WIDE else x


def _wide(static: Any) -> Any:
    return np.dtype(WIDE[static]) if isinstance(static, np.dtype) and static in WIDE else static


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
