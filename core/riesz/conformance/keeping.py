"""Checks of spaces: shape, dtype, precision and backend of what an operator returns."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import current_backend
from riesz.calculus import jvp
from riesz.protocol.signature import space_of
from riesz.space import Space

from .application import Application, derived, pull, random_like, rng
from .finding import Finding, agreement, same
from .sample import Sample
from .tolerance import is_double, tolerance

STEP = 1e-8  # large against rounding, small against the distance of a sample from a jump


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
    wanted = int(np.finfo(sample.static.get("dtype", dtype)).precision)
    digits = [int(np.finfo(y.dtype).precision) for y in F(*F.points)]
    return same("decimal digits", digits, [wanted] * len(digits)) if F.points else None


def spaces_kept(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """A tangent lives in its result's space, a covector in its argument's."""
    F = Application(op, sample)
    y, dy = jvp(F, F.points, random_like(F.points, rng(1))) if F.points else ((), ())
    g = pull(F, F.points, random_like(y, rng(2))) if F.points else ()
    told, expected = [*dy, *g], [*y, *F.points]
    return same("spaces", [*map(_described, told)], [*map(_described, expected)])


def backend_kept(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Results, tangents and covectors are arrays of the arguments' backend."""
    F = Application(op, sample)
    if not any(hasattr(x, "dtype") for x in sample.x):
        return None
    backend, tangents = current_backend(), ()
    if F.points and not op.constant:
        tangents = jvp(F, F.points, random_like(F.points, rng(1)))[1]
    strangers = {type(y) for y in (*derived(F), *tangents)} - {*backend.array_types}
    strange = sorted(T.__name__ for T in strangers if not backend.owns(T))
    return same(f"types of results on {backend.name}", strange, [])


def constant(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """An operator declared without derivative is locally constant: a small step changes nothing."""
    F = Application(op, sample)
    if not op.constant or not F.points or not is_double(dtype):
        return None
    steps = random_like(F.points, rng(1))
    near = [x + STEP * u for x, u in zip(F.points, steps, strict=True)]
    allowed = tolerance(dtype).agreement
    return agreement(F.results(*near), F.results(*F.points), allowed, "a small step away")


def _described(x: Any) -> tuple[Any, ...]:
    X = Space.of(x)
    return tuple(X.shape), str(X.dtype)
