"""A `Finding`: what one check saw, against what it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Finding:
    """`error` was seen where `tolerance` is allowed; `about` says of what.

    `ratio` is that of the two sides compared, where there are two: 0.5 tells of a forgotten factor.
    """

    error: float
    tolerance: float
    about: str = ""
    ratio: float | None = None

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
