"""Spaces X (shape, dtype, inner product), their points u and their covectors a in X*."""

from __future__ import annotations

from operator import index
from typing import Any, Final, NoReturn, final

import numpy as np
from numpy.typing import DTypeLike

from riesz.errors import InvalidType, InvalidValue, SpaceMismatch
from riesz.metrics.base import Metric, pairing
from riesz.metrics.euclidean import Euclidean


class _Undeclared(Euclidean):
    """The metric of a space nobody gave a metric to: Euclidean, and free to be replaced.

    Its covectors (a derivative needs no inner product) belong to every space of the same
    shape and dtype; those of a declared metric belong to that metric's space only.
    """

    def __reduce__(self) -> str:
        return "UNDECLARED"


UNDECLARED: Final = _Undeclared()
EUCLIDEAN: Final = Euclidean()


class _Fields:
    """A space while it is being filled in: `Space` itself has no way to set its fields."""

    __slots__ = ("dtype", "metric", "shape")
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    metric: Metric


@final
class Space(_Fields):
    """Arrays of one shape and one floating dtype, with an inner product <u, v> = Re <R u, v>.

    >>> from riesz.metrics import Weighted
    >>> X = Space(3, metric=Weighted([1.0, 2.0, 3.0]))
    >>> float(X.inner([1, 1, 1], [1, 0, 1]))
    4.0
    >>> a = X.flat([1, 1, 1])           # the covector <u, .>
    >>> X.sharp(a)                      # and back
    array([1., 1., 1.])

    Raises InvalidValue for a shape or metric that cannot be used, InvalidType for a dtype that is
    not floating.
    """

    __slots__ = ()

    def __new__(
        cls,
        shape: int | tuple[int, ...],
        dtype: DTypeLike = np.float64,
        metric: Metric = EUCLIDEAN,
    ) -> Space:
        """Check the three and build the space."""
        shape, dtype = _as_shape(shape), _as_dtype(dtype)
        _as_metric(metric).check(shape, dtype)
        return _space(shape, dtype, metric)

    @staticmethod
    def of(x: Any) -> Space:
        """The space of an array or traced value, no metric declared; any dtype, nothing checked."""
        X = _Fields()
        try:
            X.shape, X.dtype = x.shape, x.dtype
        except AttributeError:
            x = np.asarray(x)
            X.shape, X.dtype = x.shape, x.dtype
        X.metric = UNDECLARED
        X.__class__ = Space
        return X  # type: ignore[return-value]

    @staticmethod
    def bare(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Space:
        """The same from a shape and a dtype: for the `metric` rules of operators."""
        return _space(shape, dtype, UNDECLARED)

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
                f"sharp takes a covector (riesz.Dual) of {self}, but was given a {_kind(a)}. "
                f"If its entries are those of a covector, wrap it: riesz.Dual(space, array)."
            )
        _common(self, a.space, "sharp of")
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
        casting = "safe" if array is u else "same_kind"
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

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return _space, (self.shape, self.dtype, self.metric)

    def __repr__(self) -> str:
        metric = "" if isinstance(self.metric, Euclidean) else f", {self.metric!r}"
        return f"Space({self.shape}, {self.dtype}{metric})"


@final
class Dual:
    """A covector a in X*: a linear functional on the points of `space`, with entries `value`.

    `a(u)` = Re <value, u>. Covectors of one space form a vector space; they never mix with points.

    >>> X = Space(2)
    >>> a = Dual(X, [3.0, 4.0])
    >>> float((a + 2 * a)([1, 1]))
    21.0
    """

    __slots__ = ("space", "value")
    space: Space
    value: Any

    def __init__(self, space: Space, value: Any) -> None:
        """Check the entries against the space; raises as `Space.check` does."""
        self.space = space
        self.value = space.check(value)

    def __call__(self, u: Any) -> Any:
        """a(u), a real scalar."""
        return pairing(self.value, self.space.check(u))

    def __add__(self, other: Any) -> Dual:
        space = self._with(other, "add")
        return Dual(space, self.value + other.value)

    def __sub__(self, other: Any) -> Dual:
        space = self._with(other, "subtract")
        return Dual(space, self.value - other.value)

    def __mul__(self, scalar: Any) -> Dual:
        return Dual(self.space, self.value * self._scalar(scalar, "multiply"))

    def __truediv__(self, scalar: Any) -> Dual:
        return Dual(self.space, self.value / self._scalar(scalar, "divide"))

    def __neg__(self) -> Dual:
        return Dual(self.space, -self.value)

    def __pos__(self) -> Dual:
        return self

    def __radd__(self, other: Any) -> Dual:
        # sum(covectors) starts from 0, the zero of every vector space.
        return self if type(other) is int and other == 0 else self + other

    def __rsub__(self, other: Any) -> Dual:
        self._with(other, "subtract")
        raise AssertionError("a covector on the left has its own __sub__")  # pragma: no cover

    def __rtruediv__(self, other: Any) -> NoReturn:
        raise SpaceMismatch(f"cannot divide by {self}: a covector has no inverse.")

    __rmul__ = __mul__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """`array + a` and `np.float64(2) * a` arrive here; everything else is refused."""
        names = _BINARY.get(ufunc) if method == "__call__" and not kwargs else None
        if names is None:
            raise SpaceMismatch(_not_an_array(self, f"np.{ufunc.__name__}"))
        left, right = inputs
        forward = isinstance(left, Dual)
        return getattr(left, names[0])(right) if forward else getattr(right, names[1])(left)

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SpaceMismatch(_not_an_array(self, "a NumPy function"))

    def __repr__(self) -> str:
        return f"Dual({self.space}, {self.value!r})"

    def _with(self, other: Any, verb: str) -> Space:
        """The space both covectors live in."""
        if isinstance(other, Dual):
            return _common(self.space, other.space, verb)
        raise SpaceMismatch(
            f"cannot {verb} a covector of {self.space} and a {_kind(other)}: a derivative is "
            f"not a point. Turn the covector into a point first: space.sharp(covector)."
        )

    def _scalar(self, scalar: Any, verb: str) -> Any:
        """A number (0-d arrays and traced scalars too) that keeps the covector in its space."""
        dtype = getattr(scalar, "dtype", None)
        if isinstance(scalar, Dual) or getattr(scalar, "shape", ()) != ():
            raise SpaceMismatch(
                f"can only {verb} a covector of {self.space} by a number, not by a "
                f"{_kind(scalar)}. To pair it with a point u, call it: covector(u)."
            )
        if dtype is None and not isinstance(scalar, int | float | complex):
            raise InvalidType(f"cannot {verb} a covector by {scalar!r}; expected a number.")
        is_complex = isinstance(scalar, complex) if dtype is None else dtype.kind == "c"
        if is_complex and self.space.dtype.kind != "c":
            raise InvalidType(
                f"cannot {verb} a covector of the real {self.space} by the complex {scalar!r}; "
                f"declare the space complex."
            )
        # A float64 scalar must not widen a float32 covector.
        return scalar if dtype is None else scalar.astype(self.space.dtype)


_BINARY = {
    np.add: ("__add__", "__radd__"),
    np.subtract: ("__sub__", "__rsub__"),
    np.multiply: ("__mul__", "__rmul__"),
    np.divide: ("__truediv__", "__rtruediv__"),
}


def _space(shape: tuple[int, ...], dtype: np.dtype[Any], metric: Metric) -> Space:
    X = _Fields()
    X.shape, X.dtype, X.metric = shape, dtype, metric
    X.__class__ = Space
    return X  # type: ignore[return-value]


def _common(X: Space, Y: Space, verb: str) -> Space:
    """The space two covectors share; an undeclared metric gives way to a declared one."""
    if X == Y or (X.shape == Y.shape and X.dtype == Y.dtype and X.metric is UNDECLARED):
        return Y
    if X.shape == Y.shape and X.dtype == Y.dtype and Y.metric is UNDECLARED:
        return X
    raise SpaceMismatch(
        f"cannot {verb} covectors of two spaces: {X} and {Y}. A covector belongs to the space it "
        f"was made in: go through its point, other.flat(space.sharp(covector))."
    )


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


def _kind(x: Any) -> str:
    """How to name an operand that is not a covector."""
    shape = getattr(x, "shape", None)
    return f"{type(x).__name__}" if shape is None else f"{type(x).__name__} of shape {shape}"


def _not_an_array(a: Dual, caller: str) -> str:
    return (
        f"{caller} was given a covector of {a.space}, which is not an array. Use its "
        f"representative space.sharp(covector), or covector.value for the raw entries."
    )
