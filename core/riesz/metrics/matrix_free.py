"""Metrics known by their products R u only: solved by conjugate gradients, as was declared.

M. R. Hestenes and E. Stiefel, Methods of Conjugate Gradients for Solving Linear Systems (1952).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from riesz.checking import count
from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape, as_tolerance
from riesz.metrics.product import metric_at
from riesz.tree import flatten, same_structure, shown

Map = Callable[[Any], Any]


class MatrixFree(Metric):
    """R = A(x) + damping R_base, where A(x) is positive semidefinite and only multiplied by.

    Such an A has eigenvalues near or at 0, where R^-1 divides by next to nothing. So `solve` asks
    for a declaration of what is to be done: `damping`, or `truncation`, or both.
    """

    of_trees = True

    def __init__(
        self, at: Any, damping: float | None, truncation: int | None, base: Any, rtol: float | None
    ) -> None:
        """Check the declaration; A is not looked at yet."""
        self.at, self.base, self.rtol = at, base, as_tolerance(rtol)
        self.damping = None if damping is None else _nonnegative(damping)
        self.truncation = None if truncation is None else count("truncation", truncation)

    @abstractmethod
    def semidefinite(self, x: Any) -> Map:
        """u -> A(x) u on trees like x; what the products share is computed once."""

    def apply(self, u: Any) -> Any:
        """R u."""
        return self._product(u)

    def solve(self, a: Any) -> Any:
        """R^-1 a: to `rtol` by conjugate gradients, or as far as `truncation` steps get."""
        if self.damping is None and self.truncation is None:
            raise InvalidValue(
                f"{self!r} may be singular or nearly so, and its inverse would amplify what it "
                "hardly sees. Declare damping=... (it is added, times the base metric), "
                "truncation=... (that many steps of conjugate gradients), or damping=0 if R is "
                "known to be regular."
            )
        from riesz.metrics.krylov import solution, truncated  # solvers are found above this layer

        return truncated(self, a) if self.truncation else solution(self, a)

    def products(self, x: Any) -> Map:
        """u -> R u at x, on trees like x."""
        A, structure = self.semidefinite(x), flatten(x)[1]
        damping, base = self.damping, self.base_at(x)

        def product(u: Any) -> Any:
            a = flatten(A(u))[0]
            if damping:
                a = [ai + damping * bi for ai, bi in zip(a, flatten(base.apply(u))[0], strict=True)]
            return structure.unflatten(a)

        return product

    def base_at(self, x: Any) -> Metric:
        """The base metric, of trees, at x."""
        return metric_at(self.base, x)

    def accept(self, x: Any) -> None:
        """Raise InvalidValue for trees unlike the one where the metric is taken."""
        leaves, structure = flatten(x)
        mine, own = flatten(self.at)
        shapes, expected = (list(map(_shape, both)) for both in (leaves, mine))
        if not same_structure(structure, own) or shapes != expected:
            raise InvalidValue(
                f"{self!r} is a metric at a point {shown(own)} of shapes {expected}, but was given "
                f"a tree {shown(structure)} of shapes {shapes}. Take it at a point of that form."
            )

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Raise InvalidValue if the point is not one array of this shape."""
        self.accept(np.broadcast_to(dtype.type(0), shape))

    @property
    def key(self) -> tuple[Any, ...]:
        """Itself: functions have no equality but that."""
        return (id(self),)

    def __getstate__(self) -> dict[str, Any]:
        return {name: x for name, x in vars(self).items() if not name.startswith("_")}

    def __repr__(self) -> str:
        declared = {name: getattr(self, name) for name in ("damping", "truncation", "base", "rtol")}
        given = "".join(f", {name}={x!r}" for name, x in declared.items() if x is not None)
        return f"{type(self).__name__}({self._name}{given})"

    @property
    @abstractmethod
    def _name(self) -> str:
        """What to call the function in messages."""

    @cached_property
    def _product(self) -> Map:
        return self.products(self.at)


def _shape(x: Any) -> tuple[int, ...]:
    return tuple(np.shape(x) if not hasattr(x, "shape") else x.shape)


def _nonnegative(damping: Any) -> float:
    if not isinstance(damping, int | float | np.number):
        raise InvalidType(f"damping is a number, but was given {damping!r:.60}.")
    if not (np.isfinite(damping) and damping >= 0):
        raise InvalidValue(f"damping must be finite and not negative, but was given {damping}.")
    return float(damping)
