"""A program recorded on a tape, ready for backward passes."""

from __future__ import annotations

from typing import Any

from riesz.backend import namespace
from riesz.errors import InvalidType, InvalidValue
from riesz.tape import Tape, backward
from riesz.traced import Traced
from riesz.tree import flatten, same_structure, shown

from .argument import Arguments, name_of

_CHANGED = (
    "An array was changed in place after a step had used it whose derivative still needs it. "
    "Change a copy (c = c.copy()), or write c = c + d instead of c += d."
)


class Program:
    """The tape of one call: inputs, outputs and the steps between them."""

    def __init__(self, arguments: Arguments, has_aux: bool = False) -> None:
        """Run the function once, recording; the tape is closed whether or not it returns."""
        self.points = arguments.leaves
        self.tape = Tape()
        try:
            result = arguments.call([self.tape.input(x) for x in self.points])
        except ValueError as error:
            if self.tape.frozen and "read-only" in str(error):
                raise InvalidValue(_CHANGED) from error
            raise
        finally:
            self.tape.close()
        result, aux = pair(result) if has_aux else (result, None)
        outputs, self.structure = flatten(result)
        for y in outputs:
            check_output(y, arguments.f)
        self.aux = self._detached(aux) if has_aux else None
        self.nodes = [y.node if self._mine(y) else None for y in outputs]
        self.outputs = [y.value if self._mine(y) else y for y in outputs]

    @property
    def value(self) -> Any:
        """What the function returned, free of this tape."""
        return self.structure.unflatten(self.outputs)

    def pull(self, covectors: list[Any], keep: bool) -> list[Any]:
        """The covector of every input leaf from those of the output leaves."""
        seeds: dict[int, Any] = {}
        for node, a in zip(self.nodes, covectors, strict=True):
            if node is not None:
                seeds[node] = seeds[node] + a if node in seeds else a
        found = backward(self.tape, seeds, keep)
        return own(found, self.points, covectors)

    def check_seed(self, a: Any) -> list[Any]:
        """A seed as one covector per output leaf; raise where it does not fit the outputs."""
        leaves, structure = flatten(a)
        if not same_structure(structure, self.structure):
            raise InvalidValue(
                f"The covector is a tree {shown(structure)}, but the function returned "
                f"{shown(self.structure)}. Give one covector for each output, in the same tree."
            )
        return [_fit(ai, yi) for ai, yi in zip(leaves, self.outputs, strict=True)]

    def _mine(self, y: Any) -> bool:
        return type(y) is Traced and y.tape is self.tape

    def _detached(self, aux: Any) -> Any:
        leaves, structure = flatten(aux)
        return structure.unflatten([x.value if self._mine(x) else x for x in leaves])


def check_output(y: Any, f: Any) -> None:
    """Raise InvalidType for a result that is not numeric."""
    dtype = getattr(y, "dtype", None)
    if dtype.kind not in "biufc" if dtype is not None else not isinstance(y, int | float | complex):
        what = f"type {type(y).__name__}" if dtype is None else f"dtype {dtype}"
        raise InvalidType(
            f"{name_of(f)} returned {y!r:.60} of {what}. Return an array of numbers, a number or a "
            "tree of them; what is not differentiated is returned with has_aux=True."
        )


def pair(result: Any) -> tuple[Any, Any]:
    """What a function with `has_aux` returns: (value, aux)."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise InvalidType(
            f"has_aux=True, but the function returned {type(result).__name__}. "
            "Return a pair (value, aux)."
        )
    return result


def _fit(a: Any, y: Any) -> Any:
    a = a if hasattr(a, "dtype") else namespace(y).asarray(a)
    shape, dtype = getattr(y, "shape", ()), getattr(y, "dtype", a.dtype)
    if a.shape != shape:
        raise InvalidValue(
            f"The covector has shape {a.shape}, but the output has shape {shape}. "
            "A covector has the shape of the output it pairs with."
        )
    if a.dtype.kind == "c" and dtype.kind != "c":
        raise InvalidType(
            f"The covector is complex ({a.dtype}), but the output is real ({dtype}). "
            "Give its real part."
        )
    return a if a.dtype == dtype else a.astype(dtype)


def own(found: list[Any], points: list[Any], seeds: list[Any]) -> list[Any]:
    """Each covector as an array of its own: zeros where nothing arrived, copies of shared ones."""
    taken = {id(a) for a in seeds}
    result = []
    for g, x in zip(found, points, strict=True):
        g = namespace(x).zeros(x.shape, dtype=x.dtype) if g is None else _own(g, x, taken)
        taken.add(id(g))
        result.append(g)
    return result


def _own(g: Any, x: Any, taken: set[int]) -> Any:
    flags = getattr(g, "flags", None)
    if type(g) is Traced or flags is None:
        return g
    if id(g) in taken or not flags.owndata or not getattr(flags, "writeable", True):
        g = g.copy()
    return g if type(g) is type(x) or type(x) is Traced else _like(g, x)


def _like(g: Any, x: Any) -> Any:
    # NumPy turns 0-d arrays into scalars on the way: give back what was given.
    return namespace(x).asarray(g) if hasattr(type(x), "fill") and hasattr(x, "flags") else g
