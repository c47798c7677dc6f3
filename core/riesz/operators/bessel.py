"""Bessel functions, by their orders v: constants, so that a traced order is refused.

Recurrences for the derivatives: NIST Digital Library of Mathematical Functions, 10.6 and 10.29.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import elementwise

from .order import UNKNOWN, fixed_order


@elementwise
def jv(m, v, x):
    """The Bessel function of the first kind."""
    return m.jv(v, x), UNKNOWN, 0.5 * (m.jv(v - 1, x) - m.jv(v + 1, x))


@elementwise
def yv(m, v, x):
    """The Bessel function of the second kind."""
    return m.yv(v, x), UNKNOWN, 0.5 * (m.yv(v - 1, x) - m.yv(v + 1, x))


@elementwise
def iv(m, v, x):
    """The modified Bessel function of the first kind."""
    return m.iv(v, x), UNKNOWN, 0.5 * (m.iv(v - 1, x) + m.iv(v + 1, x))


@elementwise
def kv(m, v, x):
    """The modified Bessel function of the second kind."""
    return m.kv(v, x), UNKNOWN, -0.5 * (m.kv(v - 1, x) + m.kv(v + 1, x))


@elementwise(real_only=True)
def ive(m, v, x):
    """exp(-|x|) iv(v, x)."""
    y = m.ive(v, x)
    return y, UNKNOWN, 0.5 * (m.ive(v - 1, x) + m.ive(v + 1, x)) - m.sign(x) * y


@elementwise
def kve(m, v, x):
    """exp(x) kv(v, x)."""
    y = m.kve(v, x)
    return y, UNKNOWN, y - 0.5 * (m.kve(v - 1, x) + m.kve(v + 1, x))


@elementwise(real_only=True)
def j0(m, x):
    """jv(0, x)."""
    return m.j0(x), -m.j1(x)


@elementwise(real_only=True)
def j1(m, x):
    """jv(1, x)."""
    return m.j1(x), 0.5 * (m.j0(x) - m.jv(2, x))


@elementwise(real_only=True)
def y0(m, x):
    """yv(0, x)."""
    return m.y0(x), -m.y1(x)


@elementwise(real_only=True)
def y1(m, x):
    """yv(1, x)."""
    return m.y1(x), 0.5 * (m.y0(x) - m.yv(2, x))


@elementwise(real_only=True)
def i0(m, x):
    """iv(0, x)."""
    return m.i0(x), m.i1(x)


@elementwise(real_only=True)
def i1(m, x):
    """iv(1, x)."""
    return m.i1(x), 0.5 * (m.i0(x) + m.iv(2, x))


@elementwise(real_only=True)
def i0e(m, x):
    """exp(-|x|) i0(x); the derivative at 0 is that of one side's mean, 0."""
    y = m.i0e(x)
    return y, m.i1e(x) - m.sign(x) * y


@elementwise(real_only=True)
def i1e(m, x):
    """exp(-|x|) i1(x)."""
    y = m.i1e(x)
    return y, 0.5 * (m.i0e(x) + m.ive(2, x)) - m.sign(x) * y


@elementwise(real_only=True)
def k0(m, x):
    """kv(0, x)."""
    return m.k0(x), -m.k1(x)


@elementwise(real_only=True)
def k1(m, x):
    """kv(1, x)."""
    return m.k1(x), -0.5 * (m.k0(x) + m.kv(2, x))


@elementwise(real_only=True)
def k0e(m, x):
    """exp(x) k0(x)."""
    y = m.k0e(x)
    return y, y - m.k1e(x)


@elementwise(real_only=True)
def k1e(m, x):
    """exp(x) k1(x)."""
    y = m.k1e(x)
    return y, y - 0.5 * (m.k0e(x) + m.kve(2, x))


_jv, _yv, _iv, _kv, _ive, _kve = map(fixed_order, (jv, yv, iv, kv, ive, kve))


@implements(np.i0)
def _np_i0(x: Any) -> Any:
    return i0(x)
