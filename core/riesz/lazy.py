"""Covectors that are mostly zero, kept as what they add instead of as a full array.

`add_to(c, owned)` adds one to a covector `c` (or None) and returns the sum and whether the caller
owns its buffer; `dense()` is the full array, for rules that need one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def part(a: Any, i: int, n: int) -> tuple[Part]:
    """The pull of the step that takes result i of n."""
    return (Part(a, i, n),)


class Scatter:
    """The covector of x that a slice x[index] sends back: `a` at `index`, zero elsewhere."""

    __slots__ = ("a", "add_at", "make_dense", "x")
    is_lazy = True

    def __init__(
        self, a: Any, x: Any, add_at: Callable[[Any, Any], None], dense: Callable[[Any], Any]
    ) -> None:
        """`add_at(buffer, a)` adds in place to a plain array; `dense(a)` is the full covector."""
        self.a, self.x, self.add_at, self.make_dense = a, x, add_at, dense

    def dense(self) -> Any:
        """The full array."""
        return self.make_dense(self.a)

    def add_to(self, c: Any, owned: bool) -> tuple[Any, bool]:
        """Add in place where the buffer is ours, else to a new one."""
        if type(self.a) is Traced or type(c) is Traced:
            return (self.dense() if c is None else c + self.dense()), False
        if c is None or not owned:
            c = self.dense() if c is None else c + self.dense()
            return c, True
        self.add_at(c, self.a)
        return c, True
