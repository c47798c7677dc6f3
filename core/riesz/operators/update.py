"""Functional updates: what x[index] = v and x[index] += v would make of x."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType
from riesz.protocol import linear

from .arguments import array, arrays
from .index import Key, _getitem, getitem_, index_add, split


@linear
class index_set:
    """y = x, y[key] = v; where an entry is set twice, the last counts."""

    broadcasts = True

    def forward(xp, x, v, *indices, key):
        y = xp.array(x)
        if not key.unique:  # the order of assignment is that of memory: C order for all
            v = xp.array(v, order="C") if hasattr(v, "dtype") else v
            indices = [xp.array(i, order="C") for i in indices]
        y[key.filled(indices)] = v
        return y

    def adjoint(xp, a, X, V, *indices, key):
        def by_value():
            got = getitem_(a, *indices, key=key)
            return got if key.unique else got * _counts(X.shape, got, indices, key)

        by_array = lambda: index_set(a, 0.0, *indices, key=key)  # noqa: E731
        return by_array, by_value, *(None,) * len(indices)

    def metric(X, V, *indices, key):
        return X


def _counts(shape: tuple[int, ...], selected: Any, indices: Any, key: Key) -> Any:
    """1 for the selected entries that are the last to be written to their place, else 0."""
    xp = namespace(selected)
    number = xp.arange(selected.size).reshape(selected.shape)
    written = index_set(xp.zeros(shape, dtype=number.dtype), number, *indices, key=key)
    return (getitem_(written, *indices, key=key) == number).astype(selected.dtype)


class at:
    """`at(x)[index].set(v)`: x with x[index] = v, as a new value; x is left as it is.

    Also `add` (equal indices add up), `subtract`, `multiply`, `divide`, `power`, `min`, `max`. The
    value is broadcast and cast to x's dtype, as NumPy's assignment does.

    >>> import numpy as np, riesz
    >>> f = lambda v: np.sum(riesz.at(np.zeros(3))[1:].set(v) ** 2)
    >>> float(riesz.grad(f)(np.float64(2.0)))
    8.0
    """

    __slots__ = ("_x",)

    def __init__(self, x: Any) -> None:
        """`x`: an array or traced value."""
        self._x = array(x)

    def __getitem__(self, index: Any) -> Place:
        """The place to update, by any NumPy index."""
        return Place(self._x, index)


class Place:
    """x[index], to be updated."""

    __slots__ = ("_index", "_x")

    def __init__(self, x: Any, index: Any) -> None:
        """Made by `at(x)[index]`."""
        self._x, self._index = x, index

    def set(self, v: Any) -> Any:
        """x[index] = v; where an index occurs twice, the last value counts."""
        return self._apply(index_set, v)

    def add(self, v: Any) -> Any:
        """x[index] += v; equal indices add up."""
        return self._apply(index_add, v)

    def subtract(self, v: Any) -> Any:
        """x[index] -= v; equal indices add up."""
        return self.add(np.negative(arrays(self._x, v)[1]))

    def multiply(self, v: Any) -> Any:
        """x[index] = x[index] * v."""
        return self._by(np.multiply, v)

    def divide(self, v: Any) -> Any:
        """x[index] = x[index] / v."""
        return self._by(np.divide, v)

    def power(self, v: Any) -> Any:
        """x[index] = x[index] ** v."""
        return self._by(np.power, v)

    def min(self, v: Any) -> Any:
        """x[index] = minimum(x[index], v)."""
        return self._by(np.minimum, v)

    def max(self, v: Any) -> Any:
        """x[index] = maximum(x[index], v)."""
        return self._by(np.maximum, v)

    def get(self) -> Any:
        """x[index]."""
        return _getitem(self._x, self._index)

    def _by(self, function: Callable[[Any, Any], Any], v: Any) -> Any:
        return self.set(function(self.get(), v))

    def _apply(self, op: Any, v: Any) -> Any:
        x, v = arrays(self._x, v)
        if np.result_type(x.dtype, v.dtype).kind != x.dtype.kind:
            raise InvalidType(
                f"riesz.at was given values of dtype {v.dtype} for an array of dtype {x.dtype}, "
                f"which does not hold them. Use riesz.at(x.astype({v.dtype})) or cast the values."
            )
        indices, key = split(self._index, x)
        return op(x, v if v.dtype == x.dtype else v.astype(x.dtype), *indices, key=key)
