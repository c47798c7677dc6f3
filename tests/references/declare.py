"""Declaring references: an operator's definition in mpmath, and the points where it is evaluated.

Points are rounded to single precision, so that they are exact in both precisions. Complex arrays
are arrays of mpmath's `mpc`; an array of a definition is a NumPy array of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from zlib import crc32

import numpy as np
from mpmath import mp, mpc, mpf

mp.dps = 120

Forward = Callable[..., Any]
NO_INDEX = object()  # None is an index
COVECTOR = (1.0, -0.5, 0.75, 2.0, -1.25, 0.375, -3.0)


@dataclass
class Case:
    """One application; `active`: the arguments by which the operator is differentiated.

    `each`: `forward` takes and returns numbers, else arrays of them.
    """

    forward: Forward
    each: bool
    x: tuple[np.ndarray, ...]
    static: dict[str, Any] = field(default_factory=dict)
    active: tuple[int, ...] = ()
    entrywise: bool = False
    index: Any = NO_INDEX  # its arrays are further arguments


@dataclass
class Declaration:
    """What is declared of an operator.

    `ulps`: what is allowed to values and covectors, where more than usual, with the `reason`.
    `seen`: the name of the functions of its results that are compared, where those are not unique.
    """

    seen: str | None = None
    ulps: tuple[float, float] | None = None
    reason: str | None = None
    cases: list[Case] = field(default_factory=list)


DECLARED: dict[str, Declaration] = {}


def pointwise(
    name: str, forward: Forward, *x: Any, inactive: Sequence[int] = (), constant: bool = False,
    entrywise: bool = True, ulps: tuple[float, float] | None = None, reason: str | None = None,
    **static: Any,
) -> None:  # fmt: skip
    """Declare an elementwise operator at all combinations of the points x, lists of numbers.

    `entrywise`: each entry is compared with its own size, otherwise with the largest of the array.

    The first time several lists are given they are broadcast against each other, too. May be
    called again, for further points.
    """
    found = DECLARED.setdefault(name, Declaration(None, ulps, reason))
    arrays = [points(xi) for xi in x]
    active = _active(arrays, inactive, constant)
    n = len(arrays)
    sparse = [xi.reshape((-1,) + (1,) * (n - 1 - i)) for i, xi in enumerate(arrays)]
    if n > 1 and not found.cases:
        found.cases.append(Case(forward, True, tuple(sparse), static, active))
    full = tuple(np.ravel(xi) for xi in np.broadcast_arrays(*sparse))
    found.cases.append(Case(forward, True, full, static, active, entrywise))


def whole(
    name: str, forward: Forward, *x: Any, constant: bool = False, index: Any = NO_INDEX,
    entrywise: bool = False, seen: str | None = None, ulps: tuple[float, float] | None = None,
    reason: str | None = None, **static: Any,
) -> None:  # fmt: skip
    """Declare an operator that takes and gives arrays, at the arrays x."""
    found = DECLARED.setdefault(name, Declaration(seen, ulps, reason))
    arrays = [points(xi) for xi in x]
    active = _active(arrays, (), constant)
    found.cases.append(Case(forward, False, tuple(arrays), static, active, entrywise, index))


def _active(x: list[np.ndarray], inactive: Sequence[int], constant: bool) -> tuple[int, ...]:
    if constant:
        return ()
    return tuple(i for i, xi in enumerate(x) if xi.dtype.kind in "fc" and i not in inactive)


def points(x: Any) -> np.ndarray:
    """An array of numbers, rounded to single precision and stored in double."""
    x = np.asarray(x)
    if x.dtype.kind not in "fc":
        return x
    narrow, wide = {"f": (np.float32, float), "c": (np.complex64, complex)}[x.dtype.kind]
    return x.astype(narrow).astype(wide)


class Numbers:
    """Pseudo-random arrays, the same ones always: multiples of 1/64 between -2 and 2."""

    def __init__(self, name: str) -> None:
        self.rng = np.random.RandomState(crc32(name.encode()))

    def __call__(self, *shape: int) -> np.ndarray:
        return self.rng.randint(-128, 129, shape) / 64

    def positive(self, *shape: int) -> np.ndarray:
        """Between 1/2 and 5/2."""
        return (self.rng.randint(-64, 65, shape) + 96) / 64

    def complex(self, *shape: int) -> np.ndarray:
        """The same, real and imaginary parts."""
        return self(*shape) + 1j * self(*shape)

    def both(self, *shape: int) -> tuple[np.ndarray, np.ndarray]:
        """A real array and a complex one."""
        return self(*shape), self.complex(*shape)

    def distinct(self, *shape: int) -> np.ndarray:
        """All different, in random order."""
        n = int(np.prod(shape, dtype=int))
        return (self.rng.permutation(n).reshape(shape) - n / 2 + 0.25) / 2


def exact(x: np.ndarray) -> np.ndarray:
    """The array with mpmath's numbers for its floating entries."""
    if x.dtype.kind not in "fc":
        return x
    convert = mpc if x.dtype.kind == "c" else mpf
    y = np.empty(x.shape, object)
    y.ravel()[...] = [convert(v) for v in x.ravel().tolist()] if x.size else []
    return y


def filled(shape: Sequence[int], value: Any = None) -> np.ndarray:
    """An array of one number, zero unless told otherwise."""
    y = np.empty(tuple(shape), object)
    y[...] = mpf(0) if value is None else value
    return y


def covectors(y: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """A covector of each array: simple numbers in a cycle that has no symmetry."""
    numbers = cycle(COVECTOR)
    found = []
    for yi in y:
        a = np.array(list(islice(numbers, yi.size)), float)
        if yi.dtype.kind == "c":
            a = a + 1j * np.array(list(islice(numbers, yi.size)))
        found.append(a.reshape(yi.shape))
    return tuple(found)
