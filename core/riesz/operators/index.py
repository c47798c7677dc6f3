"""Indexing and its transpose.

x[key] is linear in x. Arrays in the key (integers, masks) are arguments of the operator; what is
left of it, slices and numbers, is static.
"""

from __future__ import annotations

from threading import get_ident
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType
from riesz.front import implements
from riesz.lazy import Scatter
from riesz.protocol import linear
from riesz.space import Space
from riesz.tape import Tape
from riesz.traced import Traced

from .arguments import arrays as arrays_of

STATIC = frozenset((slice, int, NoneType, EllipsisType, bool))


class Place:
    """Where an array stands in a key."""

    def __repr__(self) -> str:
        return "array"


PLACE = Place()


class Key:
    """An index without its arrays: `parts` is what NumPy takes, with PLACE for each array.

    `unique`: no entry is met twice. Hashable, although slices are not before Python 3.12.
    """

    __slots__ = ("parts", "unique")

    def __init__(self, parts: Any, unique: bool = True) -> None:
        """`parts`: one part without arrays, or a tuple of parts."""
        self.parts, self.unique = parts, unique

    def filled(self, arrays: tuple[Any, ...]) -> Any:
        """The index, with the arrays in their places."""
        if not arrays:
            return self.parts
        rest = iter(arrays)
        return tuple([next(rest) if p is PLACE else p for p in self.parts])

    @property
    def is_view(self) -> bool:
        """Whether x[key] is a view of x: arrays and booleans copy."""
        return not any(p is PLACE or isinstance(p, bool) for p in self._each())

    def _each(self) -> tuple[Any, ...]:
        return self.parts if isinstance(self.parts, tuple) else (self.parts,)

    def _form(self) -> tuple[Any, ...]:
        return (self.unique, *(_hashable(p) for p in self._each()))

    def __hash__(self) -> int:
        return hash(self._form())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._form() == other._form()

    def __repr__(self) -> str:
        return f"Key({self.parts!r})"


def _hashable(part: Any) -> Any:
    if isinstance(part, slice):
        return slice, part.start, part.stop, part.step
    return type(part), part


class Gathered(Scatter):
    """The covector of x that x[key] sends back."""

    __slots__ = ("indices", "key")

    def __init__(self, a: Any, X: Any, indices: tuple[Any, ...], key: Key) -> None:
        """`a`: the covector of x[key]; `X`: the space of x; `indices`: the arrays of the key."""
        self.a, self.X, self.indices, self.key = a, X, indices, key

    def add_at(self, buffer: Any) -> None:
        """buffer[key] += a, equal indices adding up."""
        add_in_place(namespace(buffer), buffer, self.key, self.indices, self.a)

    def added(self, c: Any) -> Any:
        """The same, with operators."""
        if c is None:
            return scatter_(self.a, *self.indices, key=self.key, shape=self.X.shape)
        return index_add(c, self.a, *self.indices, key=self.key)

    def is_traced(self) -> bool:
        """Also by an index: that of np.sort follows from x, though the seed is a constant."""
        return type(self.a) is Traced or any(type(i) is Traced for i in self.indices)


def add_in_place(xp: Any, z: Any, key: Key, indices: tuple[Any, ...], a: Any) -> None:
    """z[key] += a, equal indices adding up."""
    if key.unique:
        z[key.filled(indices)] += a
    else:
        xp.add_at(z, key.filled(indices), a)


@linear
class getitem_:
    """x[key]."""

    def forward(xp, x, *indices, key):
        return x[key.filled(indices)]

    def adjoint(xp, a, X, *indices, key):
        return Gathered(a, X, indices, key), *(None,) * len(indices)

    def metric(X, *indices, key):
        return Space.bare(_indexed_shape(X, indices, key), X.dtype)


@linear
class scatter_:
    """z = 0, z[key] += a: the transpose of indexing."""

    def forward(xp, a, *indices, key, shape):
        z = xp.zeros(shape, dtype=a.dtype)
        add_in_place(xp, z, key, indices, a)
        return z

    def adjoint(xp, z, A, *indices, key, shape):
        return getitem_(z, *indices, key=key), *(None,) * len(indices)

    def metric(A, *indices, key, shape):
        return Space.bare(shape, A.dtype)


@linear
class index_add:
    """y = x, y[key] += v, equal indices adding up."""

    broadcasts = True

    def forward(xp, x, v, *indices, key):
        y = xp.array(x)
        add_in_place(xp, y, key, indices, v)
        return y

    def adjoint(xp, a, X, V, *indices, key):
        return a, lambda: getitem_(a, *indices, key=key), *(None,) * len(indices)

    def metric(X, V, *indices, key):
        return X


def _indexed_shape(X: Any, indices: tuple[Any, ...], key: Key) -> tuple[int, ...]:
    if any(isinstance(i, Space) and i.dtype.kind == "b" for i in indices):
        raise InvalidType(
            "The shape of x[mask] depends on the values of the mask, which are not known here. "
            "Use np.where(mask, x, c) with a harmless number c, such as 0 before a sum or 1 before "
            "a division, or leave this function uncompiled."
        )
    arrays = tuple(map(_index_like, indices))
    shape: tuple[int, ...] = np.broadcast_to(np.zeros((), X.dtype), X.shape)[
        key.filled(arrays)
    ].shape
    return shape


def _index_like(i: Any) -> Any:
    """An index on the host that selects as many entries; of a mask, their number counts."""
    like = np.zeros(i.shape, i.dtype)
    if i.dtype.kind == "b":
        like.reshape(-1)[: i.sum().item()] = True
    return like


def split(key: Any, x: Any = 0, unique: bool = False) -> tuple[tuple[Any, ...], Key]:
    """The arrays of an index of x, and the rest of it. `unique`: they meet no entry twice."""
    parts = key if type(key) is tuple else (key,)
    arrays, static = [], []
    for part in parts:
        if isinstance(part, tuple(STATIC)):
            static.append(part)
        elif isinstance(part, np.integer):
            static.append(int(part))
        else:
            arrays.append(_index_array(x, part))
            static.append(PLACE)
    distinct = unique or not any(i.dtype.kind in "iu" and i.ndim for i in arrays)
    return tuple(arrays), Key(tuple(static), distinct)


def _index_array(x: Any, part: Any) -> Any:
    _, i = arrays_of(x, part)
    if type(i) is Traced and i.dtype.kind not in "biu":
        raise InvalidType(
            f"A traced value of dtype {i.dtype} was used as an index, which has no derivative. Use "
            "an integer, such as int(riesz.stop_gradient(i)), or interpolate with np.interp."
        )
    return i.astype(np.intp) if i.size == 0 and i.dtype.kind == "f" else i


@implements(name="getitem")
def _getitem(x: Any, key: Any, unique: bool = False) -> Any:
    """x[key]."""
    if key.__class__ in STATIC or (key.__class__ is tuple and STATIC.issuperset(map(type, key))):
        return _basic(x, key)
    arrays, rest = split(key, x, unique)
    return getitem_(x, *arrays, key=rest)


def _basic(x: Any, key: Any) -> Any:
    """x[key] without arrays in the key, recorded the short way where x is on one tape only."""
    tape = x.tape if x.__class__ is Traced else None
    if tape.__class__ is not Tape or x.value.__class__ is Traced or tape.owner != get_ident():
        return getitem_(x, key=Key(key))
    return tape.append(x.value[key], _pull_basic, (Space.of(x.value), key), (x.node,))


def _pull_basic(a: Any, X: Space, key: Any) -> tuple[Gathered]:
    return (Gathered(a, X, (), Key(key)),)


@implements(name="scatter")
def _scatter(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape`, but z[index] += a, repeated indices adding up."""
    arrays, key = split(index, a)
    return scatter_(a, *arrays, key=key, shape=shape)


def along_axis(x: Any, i: Any, axis: int, unique: bool = False) -> Any:
    """The entries of x at the places `i` along `axis`, as np.take_along_axis takes them."""
    arange = namespace(x).arange
    places = [
        arange(n).reshape(tuple(-1 if k == j else 1 for j in range(x.ndim)))
        for k, n in enumerate(x.shape)
    ]
    grid = (*places[:axis], i, *places[axis + 1 :])
    return getitem_(x, *grid, key=Key((PLACE,) * x.ndim, unique))
