"""Trees of arrays: tuples, lists, dicts, named tuples, dataclasses and what optree registers.

An array is a tree of one leaf and None a tree of none. Dataclasses are registered with optree, in
this package's own namespace, when one is first met.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import optree

from .errors import InvalidType

NAMESPACE = "riesz"


class Leaf:
    """The structure of a tree that is one array: the common case, which needs no traversal."""

    def unflatten(self, leaves: Any) -> Any:
        """The only leaf."""
        (leaf,) = leaves
        return leaf

    def __repr__(self) -> str:
        return "*"


LEAF = Leaf()


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """The leaves of a tree and its structure, whose `unflatten(leaves)` puts them back."""
    if hasattr(tree, "dtype"):
        return [tree], LEAF
    leaves, structure = _flatten(tree)
    return leaves, (LEAF if structure.is_leaf() else structure)


def _flatten(
    tree: Any, is_leaf: Callable[[Any], bool] | None = None, none_is_leaf: bool = False
) -> tuple[list[Any], Any]:
    leaves, structure = optree.tree_flatten(
        tree, is_leaf, none_is_leaf=none_is_leaf, namespace=NAMESPACE
    )
    new = {
        type(x)
        for x in leaves
        if dataclasses.is_dataclass(x) and not isinstance(x, type) and not (is_leaf and is_leaf(x))
    }
    if not new:
        return leaves, structure
    for cls in new:
        _register(cls)
    return _flatten(tree, is_leaf, none_is_leaf)


def same_structure(S: Any, T: Any) -> bool:
    """Whether two structures are equal."""
    return S is T or (type(S) is type(T) and S == T)


def places(structure: Any) -> list[str]:
    """Where each leaf stands, as "['a'][0]"; "" for a tree that is one array."""
    if structure is LEAF:
        return [""]
    return ["".join(f"[{entry!r}]" for entry in path) for path in structure.paths()]


def shown(structure: Any) -> str:
    """A structure in a message: its containers, with * for each array."""
    return re.sub(rf"^PyTreeSpec\((.*?)(, namespace='{NAMESPACE}')?\)$", r"\1", repr(structure))


class Prefix:
    """The upper part of a tree: `entries`, each of which stands for a subtree of those below it."""

    def __init__(self, tree: Any, entry: Callable[[Any], bool]) -> None:
        """Take apart a tree whose entries are None, what `entry` says, and what is no container."""
        self.entries, self.structure = _flatten(tree, entry, none_is_leaf=True)

    def split(self, tree: Any) -> list[Any]:
        """The subtree for each entry; raises ValueError for a tree that this is no prefix of."""
        return list(self.structure.flatten_up_to(tree))

    def join(self, subtrees: list[Any]) -> Any:
        """Undoes `split`."""
        return self.structure.unflatten(subtrees)


def tree_map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply a function to every leaf (and the corresponding leaves of equal trees)."""
    leaves, structure = flatten(tree)
    rest = [flatten(other)[0] for other in others]
    return structure.unflatten([function(*x) for x in zip(leaves, *rest, strict=True)])


def _register(cls: type) -> None:
    names = [f.name for f in dataclasses.fields(cls)]

    def take_apart(x: Any) -> tuple[list[Any], Any, list[str]]:
        return [getattr(x, name) for name in names], _settings(x, names), names

    def put_together(settings: Any, children: Any) -> Any:
        x: Any = object.__new__(cls)
        for name, value in (*zip(names, children, strict=True), *(settings or ())):
            object.__setattr__(x, name, value)
        return x

    optree.register_pytree_node(cls, take_apart, put_together, namespace=NAMESPACE)


def _settings(x: Any, fields: list[str]) -> tuple[tuple[str, Any], ...] | None:
    """What an object has besides its fields and what it can compute again from them."""
    cls, found = type(x), []
    for name, value in getattr(x, "__dict__", {}).items():
        if name in fields or isinstance(getattr(cls, name, None), cached_property):
            continue
        if any(_is_array(v) for v in flatten(value)[0]):
            raise InvalidType(
                f"{cls.__name__}.{name} is no field of the dataclass and holds an array, which "
                "would stay as it is where the fields change. Declare it as a field, or compute it "
                "from the fields in a method or a functools.cached_property."
            )
        found.append((name, value))
    return tuple(found) or None


def _is_array(x: Any) -> bool:
    return hasattr(x, "dtype") and (x.dtype.kind in "fc" or x.shape != ())
