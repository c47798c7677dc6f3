"""The arrays in a tree, apart from everything else in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from riesz.backend import select_backend, selection
from riesz.errors import InvalidType
from riesz.traced import Traced
from riesz.tree import flatten


class Leaves:
    """A tree taken apart: `arrays`, and the rest (numbers, names, functions), which is constant."""

    def __init__(self, tree: Any) -> None:
        """Take the tree apart; it is not referred to any more."""
        leaves, self.structure = flatten(tree)
        self.places = [i for i, x in enumerate(leaves) if is_array(x)]
        self.arrays = tuple(leaves[i] for i in self.places)
        self._rest = leaves
        for i in self.places:
            self._rest[i] = None

    def taken(self) -> tuple[Any, ...]:
        """The arrays, which are not referred to any more: a function of the rest may live long."""
        arrays, self.arrays = self.arrays, ()
        return arrays

    @property
    def form(self) -> tuple[Any, ...]:
        """Equal for trees that differ in their arrays only."""
        return self.structure, *((type(x), x) for x in self._rest)

    def join(self, arrays: Sequence[Any]) -> Any:
        """The tree with other arrays in their places."""
        leaves = list(self._rest)
        for i, x in zip(self.places, arrays, strict=True):
            leaves[i] = x
        return self.structure.unflatten(leaves)


def is_array(x: Any) -> bool:
    """Whether x is a traced value or an array of a backend."""
    return type(x) is Traced or bool(selection.owners(type(x)))


def is_floating(x: Any) -> bool:
    """Whether x is an array with a derivative."""
    return hasattr(x, "dtype") and x.dtype.kind in "fc"


def as_array(x: Any, name: str, *beside: Any) -> Any:
    """A result as an array, a number where the arrays `beside` lie; InvalidType for no number."""
    if is_array(x):
        return x.tape.point(x) if type(x) is Traced else x
    if not isinstance(x, int | float | complex):
        raise InvalidType(
            f"{name} returned {x!r:.60} of type {type(x).__name__}; an array, a number or a tree "
            "of them is expected. Return only what is computed."
        )
    return select_backend(*beside).asarray(x)


def refuse_traced(y: Sequence[Any], name: str, what: str) -> None:
    """Raise where a function of plain arrays returned a traced one: it got it from elsewhere."""
    if any(type(yi) is Traced for yi in y):
        raise InvalidType(
            f"{name} uses a value that is being differentiated without being given it as an "
            f"argument (a global, an attribute of an object), and {what} only knows the derivative "
            "by its arguments and the variables around it. Pass the value as an argument (of a "
            "loop: in the carry), make it a local variable, or use riesz.stop_gradient of it."
        )
