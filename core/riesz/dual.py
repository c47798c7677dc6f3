"""Covectors a in X*: what a derivative is before an inner product turns it into a point."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, final

import numpy as np

from riesz.errors import InvalidType, SpaceMismatch
from riesz.metrics.base import pairing
from riesz.metrics.euclidean import UNDECLARED
from riesz.tree import tree_map

if TYPE_CHECKING:
    from riesz.space import Space


@final
class Dual:
    """A covector a in X*: a linear functional on the points of `space`, with entries `value`.

    `a(u)` = Re <value, u>. Covectors of one space form a vector space; they never mix with points.

    >>> from riesz import Space
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
        return Dual(space, tree_map(operator.add, self.value, other.value))

    def __sub__(self, other: Any) -> Dual:
        space = self._with(other, "subtract")
        return Dual(space, tree_map(operator.sub, self.value, other.value))

    def __mul__(self, scalar: Any) -> Dual:
        return self._scaled(operator.mul, scalar, "multiply")

    def __truediv__(self, scalar: Any) -> Dual:
        return self._scaled(operator.truediv, scalar, "divide")

    def __neg__(self) -> Dual:
        return Dual(self.space, tree_map(operator.neg, self.value))

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
            return common(self.space, other.space, verb)
        raise SpaceMismatch(
            f"cannot {verb} a covector of {self.space} and a {kind(other)}: a derivative is "
            f"not a point. Turn the covector into a point first: space.sharp(covector)."
        )

    def _scaled(self, times: Callable[[Any, Any], Any], scalar: Any, verb: str) -> Dual:
        def image(a: Any) -> Any:
            return times(a, self._scalar(scalar, verb, a.dtype))

        return Dual(self.space, tree_map(image, self.value))

    def _scalar(self, scalar: Any, verb: str, entries: Any) -> Any:
        """A number (0-d arrays and traced scalars too) that keeps entries of this dtype in it."""
        dtype = getattr(scalar, "dtype", None)
        if isinstance(scalar, Dual) or getattr(scalar, "shape", ()) != ():
            raise SpaceMismatch(
                f"can only {verb} a covector of {self.space} by a number, not by a "
                f"{kind(scalar)}. To pair it with a point u, call it: covector(u)."
            )
        if dtype is None and not isinstance(scalar, int | float | complex):
            raise InvalidType(f"cannot {verb} a covector by {scalar!r}; expected a number.")
        is_complex = isinstance(scalar, complex) if dtype is None else dtype.kind == "c"
        if is_complex and entries.kind != "c":
            raise InvalidType(
                f"cannot {verb} a covector of the real {self.space} by the complex {scalar!r}; "
                f"declare the space complex."
            )
        # A float64 scalar must not widen a float32 covector.
        return scalar if dtype is None else scalar.astype(entries)


_BINARY: dict[Any, tuple[str, str]] = {
    np.add: ("__add__", "__radd__"),
    np.subtract: ("__sub__", "__rsub__"),
    np.multiply: ("__mul__", "__rmul__"),
    np.divide: ("__truediv__", "__rtruediv__"),
}


def common(X: Space, Y: Space, verb: str) -> Space:
    """The space two covectors share; an undeclared metric gives way to a declared one."""
    if X == Y or (X.shape == Y.shape and X.dtype == Y.dtype and X.metric is UNDECLARED):
        return Y
    if X.shape == Y.shape and X.dtype == Y.dtype and Y.metric is UNDECLARED:
        return X
    raise SpaceMismatch(
        f"cannot {verb} covectors of two spaces: {X} and {Y}. A covector belongs to the space it "
        f"was made in: go through its point, other.flat(space.sharp(covector))."
    )


def kind(x: Any) -> str:
    """How to name an operand that is not a covector."""
    shape = getattr(x, "shape", None)
    return f"{type(x).__name__}" if shape is None else f"{type(x).__name__} of shape {shape}"


def _not_an_array(a: Dual, caller: str) -> str:
    return (
        f"{caller} was given a covector of {a.space}, which is not an array. Use its "
        f"representative space.sharp(covector), or covector.value for the raw entries."
    )
