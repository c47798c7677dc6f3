"""The Euclidean metric: <u, v> = Re sum conj(u) v."""

from __future__ import annotations

from typing import Any, Final

from riesz.metrics.base import DType, Metric, Shape, point_map


class Euclidean(Metric):
    """R = 1: gradient and derivative have the same entries.

    >>> float(Euclidean().inner([1, 2], [3, 4]))
    11.0
    """

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u = u."""
        return u

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a = a."""
        return a

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u = u."""
        return u

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z = z."""
        return z

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Nothing: it fits every array."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Euclidean)

    def __hash__(self) -> int:
        return hash(Euclidean)


class _Undeclared(Euclidean):
    """The metric of a space nobody gave a metric to: Euclidean, and free to be replaced.

    Its covectors (a derivative needs no inner product) belong to every space of the same
    shape and dtype; those of a declared metric belong to that metric's space only.
    """

    def __reduce__(self) -> str:
        return "UNDECLARED"


UNDECLARED: Final = _Undeclared()
