"""A tree of arrays as one vector, for solvers that know vectors only."""

from __future__ import annotations

import math
from typing import Any

from riesz.backend import namespace, select_backend
from riesz.errors import InvalidType, InvalidValue
from riesz.tree import flatten, same_structure, shown

from .leaves import as_array, is_array, is_floating


class Packing:
    """How the arrays of a tree, all of one dtype, lie one after another in a vector."""

    def __init__(self, tree: Any, name: str) -> None:
        """Take the form of `tree`, the unknown of `name`."""
        leaves, self.structure = flatten(tree)
        leaves = [as_array(x, name, *filter(is_array, leaves)) for x in leaves]
        self.name, self.shapes = name, [x.shape for x in leaves]
        self.backend = select_backend(*leaves)
        dtypes = {x.dtype for x in leaves}
        if len(dtypes) != 1 or not is_floating(leaves[0]):
            raise InvalidType(
                f"The unknown of {name} has the dtypes {sorted(map(str, dtypes))}; arrays of one "
                "real or complex floating dtype are expected. Cast them with .astype(float)."
            )
        (self.dtype,) = dtypes

    def pack(self, tree: Any) -> Any:
        """The vector; raises InvalidValue for a tree or shapes unlike those of the unknown."""
        leaves, structure = flatten(tree)
        leaves = [as_array(x, self.name, *filter(is_array, leaves)) for x in leaves]
        shapes = [x.shape for x in leaves]
        if not same_structure(structure, self.structure) or shapes != self.shapes:
            raise InvalidValue(
                f"{self.name} returned a tree {shown(structure)} of shapes {shapes} for an unknown "
                f"that is {shown(self.structure)} of shapes {self.shapes}. There must be as many "
                "equations as unknowns, in the same tree."
            )
        parts = [self._row(x) for x in leaves]
        return parts[0] if len(parts) == 1 else namespace(*parts).concatenate(parts)

    def unpack(self, vector: Any) -> Any:
        """The tree."""
        if len(self.shapes) == 1:
            return self.structure.unflatten([_shaped(vector, self.shapes[0])])
        leaves, start = [], 0
        for shape in self.shapes:
            stop = start + math.prod(shape)
            leaves.append(_shaped(vector[start:stop], shape))
            start = stop
        return self.structure.unflatten(leaves)

    def zeros(self) -> Any:
        """The vector 0."""
        n = sum(math.prod(shape) for shape in self.shapes)
        return self.backend.xp.zeros(n, dtype=self.dtype)

    def _row(self, x: Any) -> Any:
        if x.dtype.kind == "c" and self.dtype.kind != "c":
            raise InvalidType(
                f"{self.name} returned a complex array ({x.dtype}) for a real unknown "
                f"({self.dtype}). Start from a complex one, or return the real part."
            )
        x = _shaped(x, (math.prod(x.shape),))
        return x if x.dtype == self.dtype else x.astype(self.dtype)


def _shaped(x: Any, shape: tuple[int, ...]) -> Any:
    return x if x.shape == shape else x.reshape(shape)
