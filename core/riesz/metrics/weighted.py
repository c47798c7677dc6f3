"""The weighted metric: <u, v> = Re sum w conj(u) v."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape, namespace, point_map
from riesz.metrics.constant import Constant


class Weighted(Metric):
    """R = diag(w), for a positive number w or positive weights that broadcast to the array.

    >>> Weighted([1.0, 4.0]).solve([2.0, 2.0])
    array([2. , 0.5])

    The weights may be an array of any backend, or traced: then a derivative is taken by them too.

    Raises InvalidValue where a weight is not positive and finite, InvalidType for complex weights.
    """

    def __init__(self, w: ArrayLike) -> None:
        """Copy and check the weights."""
        weights = _positive(w)
        self.w = Constant(weights)
        self._root = Constant(namespace(weights).sqrt(weights))

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u = w u."""
        return u * self.w.like(u)

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a = a / w."""
        return a / self.w.like(a)

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u = sqrt(w) u."""
        return u * self._root.like(u)

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z = z / sqrt(w)."""
        return z / self._root.like(z)

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Weights that do not broadcast to the shape, or vanish or overflow in the dtype."""
        given = tuple(self.w.value.shape)
        try:
            fits = np.broadcast_shapes(given, shape) == shape
        except ValueError:
            fits = False
        if not fits:
            raise InvalidValue(
                f"weights of shape {given} do not fit an array of shape {shape}: give one weight "
                f"per entry, or a shape that broadcasts to the array's."
            )
        self.w.refuse(dtype, "weight")

    @property
    def key(self) -> tuple[Any, ...]:
        """The weights."""
        return self.w.key

    def __repr__(self) -> str:
        w = self.w.value
        one = self.w.on_host and w.ndim == 0
        return f"Weighted({w.item():g})" if one else f"Weighted(<shape {tuple(w.shape)}>)"


def _positive(w: Any) -> Any:
    """A copy of the weights, in float64 on the host; elsewhere they are as given."""
    given = w if hasattr(w, "dtype") else np.asarray(w)
    if given.dtype.kind not in "biuf":
        raise InvalidType(
            f"weights are positive real numbers, but were given dtype {given.dtype}. "
            f"For a Hermitian matrix use riesz.Mass."
        )
    if isinstance(given, np.ndarray | np.generic):
        given = np.array(given, np.float64)
    from riesz.backend import to_numpy  # backends and traces are found above this layer
    from riesz.traced import looked_at

    weights = looked_at(given, "riesz.Weighted")
    xp = namespace(weights)
    bad = ~(xp.isfinite(weights) & (weights > 0))
    if xp.any(bad).item():
        index = tuple(int(i) for i in np.argwhere(to_numpy(bad))[0])
        place = f"w[{', '.join(map(str, index))}]" if index else "w"
        raise InvalidValue(
            f"weights must be positive and finite, or <u, u> could be zero for a u that is not; "
            f"but {place} = {weights[index].item()}. Give a small positive weight, or leave it out."
        )
    return given
