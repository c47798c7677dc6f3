"""Points and covectors of a tree, as the lists of their leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.control.solver import number
from riesz.metrics.base import pairing

Vector = list[Any]


def combined(x: Vector, t: float, u: Vector) -> Vector:
    """x + t u, leaf by leaf, on the leaves' own backend."""
    return [xi + t * ui for xi, ui in zip(x, u, strict=True)]


def scaled(t: float, u: Vector) -> Vector:
    """t u."""
    return [t * ui for ui in u]


def pair(a: Vector, u: Vector) -> float:
    """a·u, the one scalar that leaves the device."""
    return sum(number(pairing(ai, ui)) for ai, ui in zip(a, u, strict=True))


def rounding(x: Vector) -> float:
    """The relative rounding error of the coarsest leaf."""
    return max((float(np.finfo(xi.dtype).eps) for xi in x), default=0.0)
