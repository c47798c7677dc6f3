"""The error function and its relatives.

Names and branches are SciPy's. Derivatives: NIST Digital Library of Mathematical Functions,
chapter 7.
"""

from __future__ import annotations

import math

from riesz.protocol import elementwise

TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2 * math.pi)


@elementwise
def erf(m, x):
    """2/sqrt(pi) int_0^x exp(-t^2) dt."""
    return m.erf(x), TWO_BY_ROOT_PI * m.exp(-x * x)


@elementwise
def erfc(m, x):
    """1 - erf(x)."""
    return m.erfc(x), -TWO_BY_ROOT_PI * m.exp(-x * x)


@elementwise
def erfi(m, x):
    """-i erf(ix)."""
    return m.erfi(x), TWO_BY_ROOT_PI * m.exp(x * x)


@elementwise
def erfcx(m, x):
    """exp(x^2) erfc(x)."""
    y = m.erfcx(x)
    return y, 2 * x * y - TWO_BY_ROOT_PI


@elementwise(real_only=True)
def erfinv(m, x):
    """The inverse of erf."""
    y = m.erfinv(x)
    return y, m.exp(y * y) / TWO_BY_ROOT_PI


@elementwise(real_only=True)
def erfcinv(m, x):
    """The inverse of erfc."""
    y = m.erfcinv(x)
    return y, -m.exp(y * y) / TWO_BY_ROOT_PI


@elementwise
def dawsn(m, x):
    """exp(-x^2) int_0^x exp(t^2) dt."""
    y = m.dawsn(x)
    return y, 1 - 2 * x * y


@elementwise
def wofz(m, z):
    """exp(-z^2) erfc(-iz), complex also for a real z."""
    y = m.wofz(z)
    return y, 1j * TWO_BY_ROOT_PI - 2 * z * y


@elementwise
def ndtr(m, x):
    """The normal distribution function."""
    return m.ndtr(x), m.exp(-0.5 * x * x) / ROOT_TWO_PI


@elementwise(real_only=True)
def ndtri(m, x):
    """The inverse of ndtr."""
    y = m.ndtri(x)
    return y, ROOT_TWO_PI * m.exp(0.5 * y * y)


@elementwise
def log_ndtr(m, x):
    """log(ndtr(x)); derivative by erfcx, where exp(-x^2 / 2) / ndtr(x) is 0 / 0."""
    return m.log_ndtr(x), 2 / ROOT_TWO_PI / m.erfcx(-math.sqrt(0.5) * x)
