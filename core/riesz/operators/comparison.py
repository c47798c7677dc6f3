"""Comparisons, roundings and tests: locally constant, so they carry no derivative.

They are operators all the same, so that a compiled program can contain them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.front import implements
from riesz.protocol import elementwise

from .arguments import array
from .parts import modulus


@elementwise
def less(m, x, y):
    """x < y."""
    return m.less(x, y), None, None


@elementwise
def less_equal(m, x, y):
    """x <= y."""
    return m.less_equal(x, y), None, None


@elementwise
def greater(m, x, y):
    """x > y."""
    return m.greater(x, y), None, None


@elementwise
def greater_equal(m, x, y):
    """x >= y."""
    return m.greater_equal(x, y), None, None


@elementwise
def equal(m, x, y):
    """x = y."""
    return m.equal(x, y), None, None


@elementwise
def not_equal(m, x, y):
    """x != y."""
    return m.not_equal(x, y), None, None


@elementwise
def logical_and(m, x, y):
    """x and y."""
    return m.logical_and(x, y), None, None


@elementwise
def logical_or(m, x, y):
    """x or y."""
    return m.logical_or(x, y), None, None


@elementwise
def logical_xor(m, x, y):
    """exactly one of x, y."""
    return m.logical_xor(x, y), None, None


@elementwise
def heaviside(m, x, y):
    """0 where x < 0, y where x = 0, 1 where x > 0."""
    return m.heaviside(x, y), None, None


@elementwise
def floor_divide(m, x, y):
    """floor(x / y)."""
    return m.floor_divide(x, y), None, None


@elementwise(real_only=True)
def nextafter(m, x, y):
    """The next number from x towards y: x up to rounding, and so is its derivative."""
    return m.nextafter(x, y), 1, None


@elementwise
def logical_not(m, x):
    """Not x."""
    return m.logical_not(x), None


@elementwise
def isnan(m, x):
    """Whether x is not a number."""
    return m.isnan(x), None


@elementwise
def isinf(m, x):
    """Whether x is infinite."""
    return m.isinf(x), None


@elementwise
def isfinite(m, x):
    """Whether x is finite."""
    return m.isfinite(x), None


@elementwise
def signbit(m, x):
    """Whether the sign bit of x is set."""
    return m.signbit(x), None


@elementwise(real_only=True)
def sign(m, x):
    """The sign of a real x."""
    return m.sign(x), None


@implements(np.sign)
def _sign(z: Any) -> Any:
    """The sign, constant for real numbers; of a complex one z / |z|, which turns with it."""
    if z.dtype.kind != "c":
        return sign(z)
    r = modulus(z)
    return np.where(r == 0, 0, z / np.where(r == 0, 1, r))


@elementwise
def floor(m, x):
    """The largest integer <= x."""
    return m.floor(x), None


@elementwise
def ceil(m, x):
    """The smallest integer >= x."""
    return m.ceil(x), None


@elementwise
def trunc(m, x):
    """x towards zero."""
    return m.trunc(x), None


@elementwise
def rint(m, x):
    """The nearest integer, ties to even."""
    return m.rint(x), None


@implements(np.bitwise_and)
def bitwise_and(x: Any, y: Any) -> Any:
    """x & y, of booleans."""
    return logical_and(*_booleans("&", x, y))


@implements(np.bitwise_or)
def bitwise_or(x: Any, y: Any) -> Any:
    """x | y, of booleans."""
    return logical_or(*_booleans("|", x, y))


@implements(np.bitwise_xor)
def bitwise_xor(x: Any, y: Any) -> Any:
    """x ^ y, of booleans."""
    return logical_xor(*_booleans("^", x, y))


@implements(np.invert)
def invert(x: Any) -> Any:
    """~x, of booleans."""
    return logical_not(*_booleans("~", x))


def _booleans(symbol: str, *values: Any) -> tuple[Any, ...]:
    dtypes = [array(x).dtype for x in values]
    if any(dtype.kind != "b" for dtype in dtypes):
        raise InvalidType(
            f"{symbol} was given {' and '.join(map(str, dtypes))} where a value is traced, and "
            "combines booleans there: (x > 0) & (x < 1), with the parentheses."
        )
    return values
