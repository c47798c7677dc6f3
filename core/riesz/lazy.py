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
        if self.is_traced() or type(c) is Traced:
            return self.added(c), False
        if not owned or not hasattr(c, "__setitem__"):  # a sum of 0-d arrays is a NumPy scalar
            xp = namespace(self.a)
            c = xp.zeros(self.X.shape, dtype=self.X.dtype) if c is None else xp.array(c)
        self.add_at(c)
        return c, True
