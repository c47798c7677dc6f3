"""The arguments a program is differentiated by: picked, flattened, checked."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from riesz.backend import asarray
from riesz.errors import InvalidType, InvalidValue, RieszError
from riesz.registry import registry
from riesz.traced import Traced
from riesz.tree import flatten, places

Argnums = int | tuple[int, ...]


class Arguments:
    """The arguments `argnums` of a call f(*args, **kwargs), as one list of leaves."""

    def __init__(
        self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums
    ) -> None:
        """Raise InvalidValue for a position that is not there, InvalidType for a bad leaf."""
        registry.load()
        check_function(f)
        self.f, self.args, self.kwargs = f, args, kwargs
        self.single = not isinstance(argnums, tuple | list)
        self.positions = _positions(argnums, len(args), f)
        trees = [flatten(args[i]) for i in self.positions]
        self.structures = [structure for _, structure in trees]
        self.counts = [len(leaves) for leaves, _ in trees]
        self.leaves = _points(trees, f)

    def call(self, leaves: list[Any]) -> Any:
        """f with these leaves in place of its own."""
        args = list(self.args)
        for i, tree in zip(self.positions, self._trees(leaves), strict=True):
            args[i] = tree
        try:
            return self.f(*args, **self.kwargs)
        except (ValueError, SystemError) as error:
            raise_ours(error)

    def result(self, leaves: list[Any]) -> Any:
        """Leaves as a tree like the argument, or a tuple of trees when `argnums` is a tuple."""
        trees = self._trees(leaves)
        return trees[0] if self.single else tuple(trees)

    def _trees(self, leaves: list[Any]) -> list[Any]:
        trees, end = [], 0
        for structure, count in zip(self.structures, self.counts, strict=True):
            trees.append(structure.unflatten(leaves[end : end + count]))
            end += count
        return trees


def _positions(argnums: Argnums, n: int, f: Callable[..., Any]) -> tuple[int, ...]:
    given = argnums if isinstance(argnums, tuple | list) else (argnums,)
    if not all(hasattr(i, "__index__") and -n <= i < n for i in given):
        known = f"Give positions from 0 to {n - 1}. " if n else ""
        raise InvalidValue(
            f"argnums={argnums!r}, but {name_of(f)} was called with {n} positional argument(s). "
            f"{known}What is differentiated is passed by position, not by keyword."
        )
    positions = tuple(operator.index(i) % n for i in given)
    if len(set(positions)) < len(positions):
        raise InvalidValue(f"argnums={argnums!r} names an argument twice. Name each once.")
    return positions


def _points(trees: list[tuple[list[Any], Any]], f: Callable[..., Any]) -> list[Any]:
    try:
        return [as_point(x, f) for leaves, _ in trees for x in leaves]
    except InvalidType:
        for leaves, structure in trees:  # again, to say which leaf it is
            for x, place in zip(leaves, places(structure), strict=True):
                as_point(x, f, f" at {place}" if place else "")
        raise


def as_point(x: Any, f: Callable[..., Any], place: str = "") -> Any:
    """A leaf as an array that can be differentiated by; a traced value as it is."""
    if type(x) is not Traced:
        kind = getattr(getattr(x, "dtype", None), "kind", None)
        if kind is None and not isinstance(x, int | float | complex):
            raise InvalidType(
                f"{name_of(f)} is differentiated by a value of type {type(x).__name__}{place}. "
                "Give an array, a float, or a tree (tuple, list, dict, dataclass) of them; other "
                "arguments are left out by argnums."
            )
        x = _base_array(x) if kind else asarray(x)
    else:
        x = x.tape.point(x)
    if x.dtype.kind not in "fc":
        raise InvalidType(
            f"{name_of(f)} is differentiated by an argument of dtype {x.dtype}, shape {x.shape}"
            f"{place}; only real and complex floating dtypes have a derivative. Pass "
            "x.astype(float) (3.0 instead of 3), or leave it out by argnums."
        )
    return x


def _base_array(x: Any) -> Any:
    """An instance of a subclass of ndarray as the ndarray it is."""
    if type(x) is np.ndarray or not isinstance(x, np.ndarray):
        return x
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise InvalidType(
            f"A {type(x).__name__} cannot be differentiated by: its arithmetic is not that of "
            "arrays. Pass np.asarray(x), and a mask as np.where(mask, 0, x) inside the function."
        )
    return x.view(np.ndarray)


def check_function(f: Any) -> None:
    """Raise InvalidType for what is no function, such as grad(f(x)) in the place of grad(f)(x)."""
    if not callable(f):
        raise InvalidType(
            f"A function is expected, but {f!r:.60} of type {type(f).__name__} was given. Give the "
            "function itself, f and not f(x), and its arguments afterwards: riesz.grad(f)(x)."
        )


def raise_ours(error: Exception) -> NoReturn:
    """Raise the error of ours in front of which a library has put one of its own, or that one.

    NumPy does it where `b[0] = x[0]` is refused, SciPy where an optimiser's function is.
    """
    ours, error.__cause__ = error.__cause__, None  # or each would be the cause of the other
    if isinstance(ours, RieszError):
        raise ours from error
    raise error from ours


def name_of(f: Callable[..., Any]) -> str:
    """What to call a function in a message."""
    return getattr(f, "__name__", None) or repr(f)
