"""The orthonormal coordinates z = L'x of a metric M = L L', as one vector of real numbers."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.tree import flatten

from .objective import Objective
from .vector import Vector

Array = np.ndarray[Any, Any]


class Coordinates:
    """z of a tree of NumPy arrays; a complex entry has two coordinates.

    The Euclidean product of two z is the metric's of their x: who knows that product only, works
    in the metric without knowing.
    """

    def __init__(self, objective: Objective) -> None:
        """Raise where the arrays are not NumPy's or the metric is not one and the same."""
        if not objective.is_constant:
            raise InvalidValue(
                "SciPy's methods work in one inner product, but metric is a function of x. Give a "
                "metric, or a method of Riesz's own."
            )
        for x in objective.start:
            if not isinstance(x, np.ndarray | np.generic):
                raise InvalidType(
                    f"SciPy's methods work on NumPy arrays, but x0 has a {type(x).__name__}. Give "
                    "riesz.to_numpy(x0), or a method of Riesz's own, which stays on the device."
                )
        self.objective, self.like = objective, objective.start
        self.R = objective.metric_at(objective.start)
        sizes = [x.size * (2 if x.dtype.kind == "c" else 1) for x in self.like]
        self.ends = [0, *accumulate(sizes)]

    def to(self, x: Vector) -> Array:
        """z = L'x."""
        leaves = flatten(self.R.sqrt(self.objective.tree(x)))[0]
        return np.concatenate([np.zeros(0), *map(_real, leaves)])

    def back(self, z: Array) -> Vector:
        """x = L'^-1 z."""
        parts = [z[i:j] for i, j in pairwise(self.ends)]
        shaped = [_shaped(part, x) for part, x in zip(parts, self.like, strict=True)]
        return flatten(self.R.unsqrt(self.objective.tree(shaped)))[0]


def _real(x: Any) -> Array:
    flat = np.ascontiguousarray(x).ravel()
    return (flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat).astype(np.float64)


def _shaped(part: Array, x: Any) -> Array:
    part = np.asarray(part, np.float64).ravel()  # SciPy also tries columns and integers
    entries = part.view(np.complex128) if x.dtype.kind == "c" else part
    return entries.astype(x.dtype).reshape(x.shape)
