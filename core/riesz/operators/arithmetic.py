"""Arithmetic: the elementwise operators behind + - * / ** and their NumPy names.

Kinks: at a tie, maximum and minimum give each argument half; absolute has derivative 0 at 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import elementwise


@elementwise
def add(m, x, y):
    """x + y."""
    return x + y, 1, 1


@elementwise
def subtract(m, x, y):
    """x - y."""
    return x - y, 1, -1


@elementwise
def multiply(m, x, y):
    """x y."""
    return x * y, y, x


@elementwise
def divide(m, x, y):
    """x / y."""
    z = x / y
    return z, 1 / y, -z / y


@elementwise
def negative(m, x):
    """-x."""
    return -x, -1


@elementwise
def positive(m, x):
    """+x."""
    return m.positive(x), 1


@elementwise
def square(m, x):
    """x^2."""
    return m.square(x), 2 * x


@elementwise
def reciprocal(m, x):
    """1 / x."""
    y = m.reciprocal(x)
    return y, -y * y


@elementwise
def integer_power(m, x, *, n):
    """x^n for an integer n: no logarithm, so any sign of x; the derivative of x^0 is 0."""
    return x**n, None if n == 0 else n * x ** (n - 1)


@elementwise
def power(m, x, p):
    """x^p. Derivative by x: 0 where p = 0; by p: 0 where x = 0 and p > 0 (the limit)."""
    y = x**p
    slope = p * x ** m.where(m.equal(p, 0), 1, p - 1)
    return y, slope, y * m.log(m.where(m.equal(x, 0), 1, x))


@elementwise
def scalar_power(m, x, *, p):
    """x^p for a number p."""
    return x**p, p * x ** (p - 1)


@implements(np.power)
def _power(x: Any, p: Any) -> Any:
    """Choose the cheapest rule: a number as exponent needs no logarithm and no derivative."""
    kind = type(p)
    if kind is int:
        return square(x) if p == 2 else integer_power(x, n=p)
    if kind is float or kind is complex:
        return _by_number(x, p)
    return power(x, p)


def _by_number(x: Any, p: Any) -> Any:
    if p == 2:
        return square(x)
    return integer_power(x, n=int(p)) if p == 0 else scalar_power(x, p=p)


@elementwise(real_only=True)
def float_power(m, x, p):
    """x^p in at least double precision."""
    y = m.float_power(x, p)
    slope = p * m.float_power(x, m.where(m.equal(p, 0), 1, p - 1))
    return y, slope, y * m.log(m.where(m.equal(x, 0), 1, x))


@elementwise(real_only=True)
def maximum(m, x, y):
    """max(x, y), NaN if either is; a tie gives half to each."""
    return m.maximum(x, y), _share(m, x > y, x, y), _share(m, y > x, x, y)


@elementwise(real_only=True)
def minimum(m, x, y):
    """min(x, y), NaN if either is; a tie gives half to each."""
    return m.minimum(x, y), _share(m, x < y, x, y), _share(m, y < x, x, y)


@elementwise(real_only=True)
def fmax(m, x, y):
    """max(x, y), the other one where one is NaN; a tie gives half to each."""
    wins_x, wins_y = m.logical_or(x > y, m.isnan(y)), m.logical_or(y > x, m.isnan(x))
    return m.fmax(x, y), _share(m, wins_x, x, y), _share(m, wins_y, x, y)


@elementwise(real_only=True)
def fmin(m, x, y):
    """min(x, y), the other one where one is NaN; a tie gives half to each."""
    wins_x, wins_y = m.logical_or(x < y, m.isnan(y)), m.logical_or(y < x, m.isnan(x))
    return m.fmin(x, y), _share(m, wins_x, x, y), _share(m, wins_y, x, y)


def _share(m: Any, wins: Any, x: Any, y: Any) -> Any:
    return m.where(wins, 1.0, m.where(m.equal(x, y), 0.5, 0.0))


@elementwise(real_only=True)
def hypot(m, x, y):
    """sqrt(x^2 + y^2); derivative 0 at the origin."""
    r = m.hypot(x, y)
    safe = m.where(m.equal(r, 0), 1, r)
    return r, x / safe, y / safe


@elementwise(real_only=True)
def remainder(m, x, y):
    """x - floor(x / y) y."""
    return m.remainder(x, y), 1, -m.floor(x / y)


@elementwise(real_only=True)
def fmod(m, x, y):
    """x - trunc(x / y) y."""
    return m.fmod(x, y), 1, -m.trunc(x / y)


@elementwise(real_only=True)
def copysign(m, x, y):
    """|x| with the sign of y."""
    return m.copysign(x, y), m.copysign(1.0, y) * m.where(x < 0, -1.0, 1.0), None


@elementwise
def where(m, c, x, y):
    """x where c, else y. A NaN in the branch not taken does not reach the derivative by it.

    Nor does an infinite slope there: what the branch's elementwise steps receive is zero by
    construction, and so are its multiples. At x <= 0, np.where(x > 0, np.sqrt(x), 0) has slope 0.
    """
    return m.where(c, x, y), None, m.where(c, 1.0, 0.0), m.where(c, 0.0, 1.0)


@implements(np.where)
def _where(condition: Any, /, *choices: Any) -> Any:
    """np.where; of a condition alone, the indices where it holds."""
    return where(condition, *choices) if choices else np.nonzero(condition)
