"""Covectors that are mostly zero, kept as what they add instead of as a full array.

`add_to(c, owned)` adds one to a covector `c` (or None) and returns the sum and whether the caller
owns its buffer; `dense()` is the full array, for rules that need one.
"""

from __future__ import annotations

from typing import Any

from .backend import namespace
from .traced import Traced


class Part:
    """The covector of a tuple of n results, of which only number `i` is not zero."""

    __slots__ = ("a", "i", "n")
    is_lazy = True

    def __init__(self, a: Any, i: int, n: int) -> None:
        """`a` is the covector of result i."""
        self.a, self.i, self.n = a, i, n

    def add_to(self, c: list[Any] | None, owned: bool) -> tuple[Any, bool]:
        """A list with one entry per result, None where nothing came."""
        total = [None] * self.n if c is None else list(c)
        total[self.i] = self.a if total[self.i] is None else total[self.i] + self.a
        return tuple(total), False


class Masked:
    """The covector `a` where `c` holds, zero elsewhere: that of a branch of np.where.

    Its multiples are zero there too, whatever the factor: the slope of a branch that was not taken
    may be infinite or NaN. The zeros are written when it is added to another covector or leaves
    the elementwise steps of the branch.
    """

    __slots__ = ("a", "c")
    __array_ufunc__ = None  # an array times this asks __rmul__
    is_lazy = True

    def __init__(self, a: Any, c: Any) -> None:
        """`c`: a condition that broadcasts to the shape of `a`."""
        self.a, self.c = a, c

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the full array."""
        return self.a.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """That of the full array."""
        return len(self.a.shape)

    @property
    def dtype(self) -> Any:
        """That of the full array."""
        return self.a.dtype

    def __mul__(self, p: Any) -> Masked:
        return Masked(self.a * p, self.c)

    def __truediv__(self, p: Any) -> Masked:
        return Masked(self.a / p, self.c)

    def __neg__(self) -> Masked:
        return Masked(-self.a, self.c)

    def __add__(self, g: Any) -> Any:
        return self.dense() + g

    __rmul__, __radd__ = __mul__, __add__

    def sum(self, axis: tuple[int, ...]) -> Any:
        """The sum of the full array."""
        return self.dense().sum(axis=axis)

    def astype(self, dtype: Any) -> Any:
        """The full array in another dtype."""
        return self.dense().astype(dtype)

    @property
    def real(self) -> Any:
        """The real part of the full array."""
        return self.dense().real

    def dense(self) -> Any:
        """The full array."""
        return namespace(self.a, self.c).where(self.c, self.a, 0.0)

    def add_to(self, c: Any, owned: bool) -> tuple[Any, bool]:
        """The sum with `c`: itself where there is nothing yet."""
        return (self, False) if c is None else (c + self.dense(), type(c) is not Traced)


def masked(a: Any, c: Any) -> Masked:
    """`a` where `c` holds, and where what it is the covector of was used already."""
    if a.__class__ is Masked:
        return Masked(a.a, namespace(a.c, c).logical_and(a.c, c))
    return Masked(a, c)


def chosen(where: Any) -> Any:
    """`where(c, g, h)` for multiples g, h of one covector, which may be masked."""

    def call(c: Any, g: Any, h: Any) -> Any:
        mask = next((v.c for v in (g, h) if v.__class__ is Masked), None)
        if mask is None:
            return where(c, g, h)
        g, h = (v.a if v.__class__ is Masked else v for v in (g, h))
        return Masked(namespace(c, g, h).where(c, g, h), mask)

    return call


class Scatter:
    """The covector of x that y = x[index] sends back: `a` at the index, zero elsewhere.

    A subclass says what the index is: `add_at(buffer)` adds `a` in place to a plain array, and
    `added(c)` returns the sum of `c` (None: zero) and this as traced values.
    """

    __slots__ = ("X", "a")
    is_lazy = True
    a: Any
    X: Any

    def add_at(self, buffer: Any) -> None:
        """Add in place to a plain array."""
        raise NotImplementedError

    def added(self, c: Any) -> Any:
        """The sum with `c`, traced."""
        raise NotImplementedError

    def is_traced(self) -> bool:
        """Whether `a` or the index is, while a program is recorded."""
        return type(self.a) is Traced

    def dense(self) -> Any:
        """The full array."""
        return self.add_to(None, False)[0]

    def add_to(self, c: Any, owned: bool) -> tuple[Any, bool]:
        """Add in place where the buffer is ours, else to a new one."""
        if c.__class__ is Masked:
            c, owned = c.dense(), True
        if self.is_traced() or type(c) is Traced:
            return self.added(c), False
        if not owned or not hasattr(c, "__setitem__"):  # a sum of 0-d arrays is a NumPy scalar
            xp = namespace(self.a)
            c = xp.zeros(self.X.shape, dtype=self.X.dtype) if c is None else xp.array(c)
        self.add_at(c)
        return c, True
