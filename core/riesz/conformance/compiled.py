"""Checks of compiled programs: values and derivatives equal the eager ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import current_backend
from riesz.calculus import jvp
from riesz.calculus.check import size
from riesz.plan.compilation import compile

from .application import Application, Points, host, is_floating, pull, random_like, rng
from .finding import Finding, distance, worst
from .sample import Sample
from .tolerance import is_double, tolerance


def compiled(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """F, twice: the second time the buffers are used again."""
    F = Application(op, sample)
    return _equal(accompanied(F.results), F.points, dtype, "values", times=2)


def accompanied(F: Callable[..., Points]) -> Callable[..., Points]:
    """F and a sum: a step alone may be left to the eager rule, two of one argument are a kernel."""
    return lambda *x: (*F(*x), *(v + v for v in x))


def compiled_tangent(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """dF(x)u."""
    F = Application(op, sample)
    if op.constant or not F.points:
        return None
    u = random_like(F.points, rng(1))
    return _equal(lambda x, u: jvp(F, x, u)[1], (F.points, u), dtype, "tangents")


def compiled_covector(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """dF(x)'a."""
    F = Application(op, sample)
    if op.constant or not F.points:
        return None
    a = random_like(F(*F.points), rng(2))
    return _equal(lambda x, a: pull(F, x, a), (F.points, a), dtype, "covectors")


def compiled_second(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """The tangent of x -> dF(x)'a."""
    F = Application(op, sample)
    if op.constant or not F.points or not is_double(dtype) or dtype.kind == "c":
        return None
    u, a = random_like(F.points, rng(1)), random_like(F(*F.points), rng(2))

    def second(x: Points, u: Points, a: Points) -> Any:
        return jvp(lambda *x: pull(F, x, a), x, u)[1]

    return _equal(second, (F.points, u, a), dtype, "second derivatives")


def _equal(
    f: Callable[..., Any], x: tuple[Any, ...], dtype: Any, about: str, times: int = 1
) -> Finding | None:
    expected, program = _tuple(f(*x)), compile(f, current_backend())
    return worst(
        _agreed(given, wanted, dtype, about)
        for _ in range(times)
        for given, wanted in zip(host(_tuple(program(*x))), host(expected), strict=True)
    )


def _agreed(given: Any, expected: Any, dtype: Any, about: str) -> Finding:
    """NaN and infinities in the same places, the rest by norms."""
    if (given.shape, given.dtype) != (expected.shape, expected.dtype):
        return Finding(float("inf"), 0.0, f"compiled {about}: {given.dtype}{given.shape}")
    if not is_floating(expected):
        return Finding(distance(given, expected), 0.0, f"compiled {about}")
    finite = np.isfinite(expected)
    elsewhere = float(not np.array_equal(np.isfinite(given), finite))
    error = size((np.where(finite, given, 0) - np.where(finite, expected, 0),))
    scale = size((np.where(finite, expected, 0),)) + 1e-2  # below it operands' rounding shows
    allowed = max(tolerance(expected.dtype).agreement, tolerance(dtype).agreement)
    return Finding(error / scale + elsewhere, allowed, f"compiled {about}")


def _tuple(y: Any) -> Points:
    return tuple(y) if isinstance(y, tuple) else (y,)
