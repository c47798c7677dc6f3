"""What every metric offers: the Riesz map R of an inner product <u, v> = Re <R u, v>."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from riesz.errors import InvalidType, InvalidValue, SpaceMismatch, UnsupportedOperator
from riesz.tree import flatten

M = TypeVar("M", bound="Metric")
Shape = tuple[int, ...]
DType = np.dtype[Any]


def point_map(rule: Callable[[M, Any, Any], Any]) -> Callable[[M, Any], Any]:
    """Make `rule(self, xp, u)` a map from points to points of one shape and dtype.

    The rule is given the namespace of u's arrays and writes the formula; u is checked against the
    metric, integers are promoted, and what the rule returns has u's dtype.
    """

    @wraps(rule)
    def mapped(self: M, u: Any) -> Any:
        u = as_point(u)
        self.check(tuple(u.shape), u.dtype)
        return cast(rule(self, namespace(u), u), u.dtype)

    return mapped


class Metric(ABC):
    """An inner product on arrays, by its symmetric positive definite Riesz map R = L L'.

    A metric of arrays writes `apply`, `solve` and, where L is known, `sqrt` and `unsqrt` (each
    decorated with `point_map`), and `refuse`; all are programs in operators, so that they can be
    differentiated and traced. `metric(at=x)` is the metric at x: itself, unless it varies.

    >>> import numpy as np, riesz
    >>> class Reversed(riesz.Metric):
    ...     @point_map
    ...     def apply(self, xp, u):
    ...         return 2 * u + xp.flip(u)
    ...     @point_map
    ...     def solve(self, xp, a):
    ...         return (2 * a - xp.flip(a)) / 3
    ...     def refuse(self, shape, dtype):
    ...         pass  # it fits all
    >>> riesz.grad(lambda u: u[0], metric=Reversed())(np.zeros(2)).round(3)
    array([ 0.667, -0.333])
    """

    of_trees = False  # True: points are trees of arrays, one array included
    _accepted: set[tuple[Shape, DType]]

    def __call__(self, *, at: Any) -> Metric:
        """The metric at the point `at`."""
        return self

    @abstractmethod
    def apply(self, u: Any) -> Any:
        """R u: the entries of the covector <u, .>."""

    @abstractmethod
    def solve(self, a: Any) -> Any:
        """R^-1 a: the point that represents the covector a."""

    def sqrt(self, u: Any) -> Any:
        """L' u, where R = L L', so that |u|_X = |L' u|_2; UnsupportedOperator without an L."""
        raise self._without_root()

    def unsqrt(self, z: Any) -> Any:
        """L'^-1 z: undoes `sqrt`."""
        raise self._without_root()

    @abstractmethod
    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Raise InvalidValue if the metric does not fit arrays of this shape and dtype."""

    def inner(self, u: Any, v: Any) -> Any:
        """<u, v> = Re <R u, v>, a real scalar."""
        return pairing(self.apply(u), v if self.of_trees else as_point(v))

    def norm(self, u: Any) -> Any:
        """|u| = sqrt <u, u>."""
        square = self._square(u)
        return namespace(square).sqrt(square)

    def change_of_variables(self) -> ChangeOfVariables:
        """The coordinates z = L' x in which this metric is the Euclidean one."""
        return ChangeOfVariables(self)

    def accept(self, x: Any) -> None:
        """Raise InvalidValue if the metric does not fit points like x."""
        self.check(tuple(x.shape), x.dtype)

    def check(self, shape: Shape, dtype: DType) -> None:
        """Raise InvalidValue if the metric does not fit; a pair that fits is remembered."""
        accepted = self.__dict__.setdefault("_accepted", set())
        if (shape, dtype) not in accepted:
            self.refuse(shape, dtype)
            accepted.add((shape, dtype))

    @property
    def key(self) -> tuple[Any, ...]:
        """What two metrics of one type must share to be equal: hashable."""
        return ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Metric):
            return NotImplemented
        return self is other or (type(self) is type(other) and self.key == other.key)

    def __hash__(self) -> int:
        return hash((type(self), self.key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on points like u."""
        return type(self).sqrt is not Metric.sqrt

    def _square(self, u: Any) -> Any:
        """<u, u>; where L is known |L' u|_2^2, which no roundoff makes negative."""
        u = u if self.of_trees else as_point(u)
        if not self.has_root(u):
            return self.inner(u, u)
        z = self.sqrt(u)
        return pairing(z, z)

    def _without_root(self) -> UnsupportedOperator:
        return UnsupportedOperator(
            f"{self!r} is known by its products only, not by a factor L with R = L L', so there is "
            f"no sqrt, unsqrt or change of variables. Use apply, solve, inner and norm."
        )


class ChangeOfVariables:
    """z = L' x and back: descending f(back(z)) in Euclidean z is descending f in the metric."""

    __slots__ = ("metric",)

    def __init__(self, metric: Metric) -> None:
        """Coordinates of one metric."""
        self.metric = metric

    def to(self, x: Any) -> Any:
        """z = L' x."""
        return self.metric.sqrt(x)

    def back(self, z: Any) -> Any:
        """x = L'^-1 z."""
        return self.metric.unsqrt(z)

    def __repr__(self) -> str:
        return f"{self.metric!r}.change_of_variables()"


def pairing(a: Any, u: Any) -> Any:
    """Re <a, u> = Re sum conj(a) u, over all arrays: the one place where covectors meet points."""
    if not hasattr(a, "dtype"):
        pairs = zip(flatten(a)[0], flatten(u)[0], strict=True)
        terms = [pairing(ai, ui) for ai, ui in pairs]
        return sum(terms[1:], terms[0]) if terms else np.float64(0.0)
    if a.shape != u.shape:
        raise SpaceMismatch(
            f"cannot pair a covector of shape {a.shape} with a point of shape {u.shape}; "
            f"both must be of one space."
        )
    xp = namespace(a, u)
    if a.dtype.kind == u.dtype.kind == "c":
        return xp.real(xp.sum(xp.conj(a) * u))
    return xp.sum(a.real * u.real)


def cast(u: Any, dtype: DType) -> Any:
    """The array in this dtype, itself where it already is."""
    return u if u.dtype == dtype else u.astype(dtype)


def real_dtype(dtype: DType) -> DType:
    """The dtype of the real part."""
    return np.empty(0, dtype).real.dtype


def as_tolerance(rtol: Any) -> float | None:
    """A relative tolerance; None is the default of the solver."""
    if rtol is not None and not (isinstance(rtol, int | float | np.number) and 0 < rtol < 1):
        raise InvalidValue(f"rtol is a number between 0 and 1, or None, but was given {rtol!r}.")
    return None if rtol is None else float(rtol)


def as_point(u: Any) -> Any:
    """An array or traced value of floating dtype; lists and integers are promoted to float64."""
    u = u if hasattr(u, "dtype") and hasattr(u, "shape") else np.asarray(u)
    if u.dtype.kind in "biu":
        return u.astype(np.float64)
    if u.dtype.kind not in "fc":
        raise InvalidType(f"expected an array of numbers, but was given dtype {u.dtype}.")
    return u


def namespace(*arrays: Any) -> Any:
    """The functions of the arrays' backend."""
    from riesz.backend import namespace as of_arrays  # the backends are found above this layer

    return of_arrays(*arrays)


def backend_at(u: Any) -> Any:
    """The backend that the array or traced value u is computed on."""
    from riesz.backend import select_backend  # the backends are found above this layer
    from riesz.traced import Traced, strip

    u = strip(u)
    return u.tape.backend if type(u) is Traced else select_backend(u)
