"""Closure conversion: the traced values that a function takes from around it, as arguments.

They are found in the cells of the function and of functions in these, in trees too; what an object
has as an attribute is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """`of(x)` where x is of this kind; a function with its cells mapped so, if one changes."""
    if type(x) is kind:
        return of(x)
    if not isinstance(x, FunctionType) or not x.__closure__:
        return x
    if id(x) not in done:
        done[id(x)] = x  # where it calls itself
        cells = tuple(_mapped_cell(cell, kind, of, done) for cell in x.__closure__)
        if any(new is not old for new, old in zip(cells, x.__closure__, strict=True)):
            y = FunctionType(x.__code__, x.__globals__, x.__name__, x.__defaults__, cells)
            y.__kwdefaults__ = x.__kwdefaults__
            vars(y).update(vars(x))
            done[id(x)] = y
    return done[id(x)]


def _mapped_cell(cell: CellType, kind: type, of: Function, done: dict[int, Any]) -> CellType:
    try:
        leaves, structure = optree.tree_flatten(cell.cell_contents, namespace=NAMESPACE)
    except ValueError:  # a variable that has no value yet
        return cell
    new = [_mapped(x, kind, of, done) for x in leaves]
    same = all(x is y for x, y in zip(leaves, new, strict=True))
    return cell if same else CellType(structure.unflatten(new))
