"""`Classes`: which things are connected, by any number of others (a disjoint-set forest)."""

from __future__ import annotations

from collections.abc import Container, Hashable
from typing import Any


class Classes:
    """Things joined in pairs; two are in one class if a chain of joins leads from one to the other.

    >>> friends = Classes()
    >>> friends.join("a", "b"); friends.add("c"); friends.join("d", "b")
    >>> friends.parts("acd")
    [['a', 'd'], ['c']]
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self._parent: dict[Any, Any] = {}

    def add(self, x: Hashable) -> None:
        """A class of its own, if x is new."""
        self._parent.setdefault(x, x)

    def join(self, x: Hashable, y: Hashable) -> None:
        """The classes of both become one."""
        self.add(x)
        self.add(y)
        self._parent[self._root(x)] = self._root(y)

    def parts(self, among: Container[Any]) -> list[list[Any]]:
        """The members of each class that are `among` these, in the order in which they came."""
        found: dict[Any, list[Any]] = {}
        for x in self._parent:
            if x in among:
                found.setdefault(self._root(x), []).append(x)
        return list(found.values())

    def _root(self, x: Any) -> Any:
        while self._parent[x] is not x:
            self._parent[x] = self._parent[self._parent[x]]  # half as far the next time
            x = self._parent[x]
        return x
