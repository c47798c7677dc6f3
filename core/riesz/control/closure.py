"""Closure conversion: the traced values that a function takes from around it, as arguments.

They are found in the cells and in the default values of the function and of functions in these, in
trees too; what an object has as an attribute is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_
from types import CellType, FunctionType
from typing import Any

import optree

from riesz.traced import Traced
from riesz.tree import NAMESPACE

Function = Callable[..., Any]


class Slot(int):
    """In the place of a traced value, its number."""


def converted(f: Function) -> tuple[tuple[Any, ...], Callable[[Sequence[Any]], Function]]:
    """The traced values in f, and `at(values)`: f with others in their places.

    The values are not kept, and what the variables around f become later is not seen.
    """
    found: dict[int, tuple[Slot, Any]] = {}

    def slot(x: Any) -> Slot:
        return found.setdefault(id(x), (Slot(len(found)), x))[0]

    form = _mapped(f, Traced, slot, {})
    values = tuple(x for _, x in found.values())
    found.clear()
    return values, lambda values: _mapped(form, Slot, values.__getitem__, {})


def _mapped(x: Any, kind: type, of: Function, done: dict[int, Any]) -> Any:
    """`of(x)` where x is of this kind; a function with what it holds mapped so, if that changes."""
    if type(x) is kind:
        return of(x)
    if not isinstance(x, FunctionType):
        return x
    if id(x) not in done:
        done[id(x)] = x  # where it calls itself
        old = x.__closure__ or ()
        cells = tuple(_mapped_cell(cell, kind, of, done) for cell in old)
        defaults = _mapped_tree(x.__defaults__, kind, of, done)
        keywords = _mapped_tree(x.__kwdefaults__, kind, of, done)
        held = (*old, x.__defaults__, x.__kwdefaults__)
        if any(new is not v for new, v in zip((*cells, defaults, keywords), held, strict=True)):
            y = FunctionType(x.__code__, x.__globals__, x.__name__, defaults, cells or None)
            y.__kwdefaults__ = keywords
            vars(y).update(vars(x))
            done[id(x)] = y
    return done[id(x)]


def _mapped_cell(cell: CellType, kind: type, of: Function, done: dict[int, Any]) -> CellType:
    try:
        held = cell.cell_contents
    except ValueError:  # a variable that has no value yet
        return cell
    new = _mapped_tree(held, kind, of, done)
    return cell if new is held else CellType(new)


def _mapped_tree(tree: Any, kind: type, of: Function, done: dict[int, Any]) -> Any:
    """The tree with its leaves mapped; itself if none changes."""
    try:
        leaves, structure = optree.tree_flatten(tree, namespace=NAMESPACE)
    except RecursionError:  # a list that holds itself
        return tree
    new = [_mapped(x, kind, of, done) for x in leaves]
    return tree if all(map(is_, leaves, new)) else structure.unflatten(new)
