"""Spaces X: shape, dtype and inner product."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from operator import index
from typing import Any, Final, Literal, NoReturn

import numpy as np
from numpy.typing import DTypeLike

from riesz.dual import Dual, common, kind
from riesz.errors import InvalidType, InvalidValue, SpaceMismatch
from riesz.metrics.base import Metric
from riesz.metrics.euclidean import UNDECLARED, Euclidean
from riesz.tree import flatten, places

__all__ = ["Dual", "Space"]


EUCLIDEAN: Final = Euclidean()


class _Fields:
    """A space while it is being filled in: `Space` itself has no way to set its fields."""

    __slots__ = ("dtype", "metric", "shape")
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    metric: Metric


class Space(_Fields):
    """Arrays of one shape and one floating dtype, with an inner product <u, v> = Re <R u, v>.

    >>> from riesz.metrics import Weighted
    >>> X = Space(3, metric=Weighted([1.0, 2.0, 3.0]))
    >>> float(X.inner([1, 1, 1], [1, 0, 1]))
    4.0
    >>> a = X.flat([1, 1, 1])           # the covector <u, .>
    >>> X.sharp(a)                      # and back
    array([1., 1., 1.])

    A tree of shapes makes a space of trees of arrays, a `ProductSpace`.

    Raises InvalidValue for a shape or metric that cannot be used, InvalidType for a dtype that is
    not floating.
    """

    __slots__ = ()

    def __new__(
        cls,
        shape: Any,
        dtype: Any = np.float64,
        metric: Any = EUCLIDEAN,
    ) -> Space:
        """Check the three and build the space."""
        if is_tree_of_shapes(shape):
            from riesz.product_space import ProductSpace  # which is a Space

            return ProductSpace.declare(shape, dtype, metric)
        shape, dtype = _as_shape(shape), _as_dtype(dtype)
        _as_metric(metric).check(shape, dtype)
        return _space(shape, dtype, metric)

    @staticmethod
    def of(x: Any) -> Space:
        """The space of an array or traced value, no metric declared; any dtype, nothing checked."""
        try:
            return _bare(x.shape, x.dtype)
        except AttributeError:
            x = np.asarray(x)
            return _bare(x.shape, x.dtype)

    @staticmethod
    def bare(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Space:
        """The same from a shape and a dtype: for the `metric` rules of operators."""
        return _bare(shape, dtype)

    @staticmethod
    def like(x: Any, metric: Any = EUCLIDEAN) -> Space:
        """The space of points like x, an array or a tree of arrays, in a metric (taken at x)."""
        from riesz.metrics.product import metric_at
        from riesz.product_space import ProductSpace  # which is a Space

        leaves, structure = flatten(x)
        spaces = [_of_points(xi, i, structure) for i, xi in enumerate(leaves)]
        parts = structure.unflatten(spaces)
        R = metric_at(metric, x)
        if isinstance(parts, Space):
            return Space(tuple(parts.shape), parts.dtype, R)
        return ProductSpace.of_parts(parts, R)

    # --- geometry ----------------------------------------------------------------------------

    def inner(self, u: Any, v: Any) -> Any:
        """<u, v> = Re <R u, v>, a real scalar, of two points."""
        return self.metric.inner(self.check(u), self.check(v))

    def norm(self, u: Any) -> Any:
        """|u| = sqrt <u, u>."""
        return self.metric.norm(self.check(u))

    def flat(self, u: Any) -> Dual:
        """The covector <u, .> = R u of a point."""
        return Dual(self, self.metric.apply(self.check(u)))

    def sharp(self, a: Dual) -> Any:
        """The point u with <u, v> = a(v) for all v: u = R^-1 a. Undoes `flat`."""
        if not isinstance(a, Dual):
            raise SpaceMismatch(
                f"sharp takes a covector (riesz.Dual) of {self}, but was given a {kind(a)}. "
                f"If its entries are those of a covector, wrap it: riesz.Dual(space, array)."
            )
        common(self, a.space, "take sharp of")
        return self.metric.solve(a.value)

    def zeros(self) -> np.ndarray[Any, Any]:
        """The origin, as a NumPy array."""
        return np.zeros(self.shape, self.dtype)

    def check(self, u: Any) -> Any:
        """The point u as an array of this space: integers and lists are promoted.

        Raises InvalidValue for another shape, InvalidType for a wider dtype, SpaceMismatch for a
        covector.
        """
        if isinstance(u, Dual):
            raise SpaceMismatch(
                f"expected a point of {self}, but was given the covector {u}. "
                f"Its representative is the point space.sharp(covector)."
            )
        array = u if hasattr(u, "dtype") and hasattr(u, "shape") else _as_array(u)
        if tuple(array.shape) != self.shape:
            raise InvalidValue(
                f"expected a point of {self}, but was given shape {tuple(array.shape)}. "
                f"Reshape it, or declare the space with that shape."
            )
        if array.dtype == self.dtype:
            return array
        # A bare Python number or list has no precision of its own, an array has.
        casting: Literal["safe", "same_kind"] = "safe" if array is u else "same_kind"
        if array.dtype.kind not in "biu" and not np.can_cast(array.dtype, self.dtype, casting):
            raise InvalidType(
                f"expected a point of {self}, but was given dtype {array.dtype}, which does not "
                f"fit into {self.dtype}. Cast it (.astype, .real) or declare a wider space."
            )
        return array.astype(self.dtype)

    # --- a value -----------------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Space):
            return NotImplemented
        return (
            self.shape == other.shape
            and self.dtype == other.dtype
            and (self.metric is other.metric or self.metric == other.metric)
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype, self.metric))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"a Space is immutable; build another: Space(shape, dtype, metric) with a new {name}"
        )

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[Any, ...]:
        return _space, (self.shape, self.dtype, self.metric)

    def __repr__(self) -> str:
        metric = "" if isinstance(self.metric, Euclidean) else f", {self.metric!r}"
        return f"Space({self.shape}, {self.dtype}{metric})"


def _of_points(x: Any, i: int, structure: Any) -> Space:
    """The space of a floating array, which is leaf i of a tree."""
    X = Space.of(x)
    if X.dtype.kind not in "fc":
        place = places(structure)[i]
        raise InvalidType(
            f"the points of a space are real or complex floating arrays, but the one given"
            f"{f' at {place}' if place else ''} has dtype {X.dtype}. Give 3.0 instead of 3 or "
            "x.astype(float), and leave out what is no point."
        )
    return X


def _space(shape: tuple[int, ...], dtype: np.dtype[Any], metric: Metric) -> Space:
    X = _Fields()
    X.shape, X.dtype, X.metric = shape, dtype, metric
    X.__class__ = Space
    return X  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _bare(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Space:
    """One for all arrays alike: a tape of many steps would hold many."""
    return _space(shape, dtype, UNDECLARED)


def is_tree_of_shapes(shape: Any) -> bool:
    """Whether this holds shapes rather than lengths."""
    if isinstance(shape, tuple | list):
        return any(n is None or isinstance(n, tuple | list | dict) for n in shape)
    return isinstance(shape, dict) or dataclasses.is_dataclass(shape)


def _as_array(u: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(u)
    except ValueError as ragged:
        raise InvalidValue(f"expected an array, but was given {u!r}: {ragged}") from None


def _as_shape(shape: Any) -> tuple[int, ...]:
    """A tuple of lengths from an int or a sequence of them."""
    try:
        sizes = (shape,) if hasattr(shape, "__index__") else tuple(shape)
        sizes = tuple(index(n) for n in sizes)
    except TypeError:
        raise InvalidType(
            f"a shape is an int or a tuple of ints, but was given {shape!r}. "
            f"For the space of an array x: Space(x.shape, x.dtype)."
        ) from None
    if any(n < 0 for n in sizes):
        raise InvalidValue(f"a shape has no negative lengths, but was given {shape!r}.")
    return sizes


def _as_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        given = np.dtype(dtype)
    except TypeError:
        raise InvalidType(f"expected a floating dtype, but was given {dtype!r}.") from None
    if given.kind not in "fc":
        raise InvalidType(
            f"expected a real or complex floating dtype, but was given {given}: there are no "
            f"small steps between its values, so nothing to differentiate. Use float64."
        )
    return given


def _as_metric(metric: Any) -> Metric:
    if isinstance(metric, Metric):
        return metric
    hint = f"{metric.__name__}(...)" if isinstance(metric, type) else "Euclidean(), Weighted(w)"
    raise InvalidType(f"expected a metric such as {hint}, but was given {metric!r}.")
