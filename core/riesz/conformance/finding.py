"""A `Finding`: what one check saw, against what it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.calculus.check import pairing, size

from .application import Points, host, is_floating


@dataclass(frozen=True)
class Finding:
    """`error` was seen where `tolerance` is allowed; `about` says of what.

    `ratio` is that of the two sides compared, where there are two: 0.5 tells of a forgotten factor.
    """

    error: float
    tolerance: float
    about: str = ""
    ratio: float | None = None
    reason: str = ""  # why more is allowed than usual

    @property
    def passed(self) -> bool:
        """Whether the error is allowed; NaN is not."""
        return bool(self.error <= self.tolerance)

    def __str__(self) -> str:
        """One line for a report."""
        return f"{self.about}: error {self.error:.3g}, allowed {self.tolerance:.3g}"


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The finding that exceeds its tolerance by most; None where nothing was checked."""
    return max(findings, key=_excess, default=None)


def _excess(finding: Finding) -> float:
    # A tolerance of zero asks for equality, and NaN exceeds everything.
    ratio = finding.error / (finding.tolerance + np.finfo(float).tiny)
    return float("inf") if np.isnan(ratio) else ratio


def same(what: str, given: object, expected: object) -> Finding:
    """The finding that two values are equal."""
    return Finding(float(given != expected), 0.0, f"{what}: {given}, expected {expected}")


def agreement(given: Points, expected: Points, tolerance: float, about: str) -> Finding:
    """Floating entries agree by norms, integer and boolean ones are equal."""
    given, expected = host(given), host(expected)
    exact = [distance(g, e) for g, e in zip(given, expected, strict=True) if not is_floating(e)]
    y, z = (tuple(filter(is_floating, values)) for values in (given, expected))
    return Finding(relative(y, z) + sum(exact), tolerance, about, ratio(y, z))


def distance(x: Any, y: Any) -> float:
    """0 for equal arrays on the host, where NaN equals NaN, else 1."""
    return float(not np.array_equal(x, y, equal_nan=is_floating(x)))


def relative(given: Points, expected: Points) -> float:
    """|given - expected| over the larger of the two norms; 0 where both vanish."""
    scale = max(size(given), size(expected))
    error = size(_minus(given, expected, 1.0))
    return error / scale if scale > 0 else error


def ratio(given: Points, expected: Points) -> float | None:
    """The number r with given = r expected, if there is one, of floating arrays."""
    if not all(map(is_floating, (*given, *expected))):
        return None
    weight = size(expected) ** 2
    if not 0 < weight < np.inf:
        return None
    r = pairing(expected, given) / weight
    return r if size(_minus(given, expected, r)) <= 1e-4 * abs(r) * size(expected) else None


def _minus(given: Points, expected: Points, r: float) -> Points:
    pairs = zip(host(given), host(expected), strict=True)
    return tuple(g - e if r == 1 else g - r * e for g, e in pairs)
