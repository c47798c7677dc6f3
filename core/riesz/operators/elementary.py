"""Elementary functions of one variable, real and complex, and the two-variable log-sums."""

from __future__ import annotations

import math

from riesz.protocol import elementwise


@elementwise
def sqrt(m, x):
    """sqrt(x); infinite derivative at 0."""
    y = m.sqrt(x)
    return y, 0.5 / y


@elementwise(real_only=True)
def cbrt(m, x):
    """The real cube root; infinite derivative at 0."""
    y = m.cbrt(x)
    return y, 1 / (3 * y * y)


@elementwise
def exp(m, x):
    """e^x."""
    y = m.exp(x)
    return y, y


@elementwise
def exp2(m, x):
    """2^x."""
    y = m.exp2(x)
    return y, math.log(2) * y


@elementwise
def expm1(m, x):
    """e^x - 1."""
    y = m.expm1(x)
    return y, y + 1


@elementwise
def log(m, x):
    """log x."""
    return m.log(x), 1 / x


@elementwise
def log2(m, x):
    """Logarithm to base 2."""
    return m.log2(x), (1 / math.log(2)) / x


@elementwise
def log10(m, x):
    """Logarithm to base 10."""
    return m.log10(x), (1 / math.log(10)) / x


@elementwise
def log1p(m, x):
    """log(1 + x)."""
    return m.log1p(x), 1 / (1 + x)


@elementwise
def sin(m, x):
    """sin x."""
    return m.sin(x), m.cos(x)


@elementwise
def cos(m, x):
    """cos x."""
    return m.cos(x), -m.sin(x)


@elementwise
def tan(m, x):
    """tan x."""
    y = m.tan(x)
    return y, 1 + y * y


@elementwise
def arcsin(m, x):
    """The inverse of sin."""
    return m.arcsin(x), 1 / m.sqrt(1 - x * x)


@elementwise
def arccos(m, x):
    """The inverse of cos."""
    return m.arccos(x), -1 / m.sqrt(1 - x * x)


@elementwise
def arctan(m, x):
    """The inverse of tan."""
    return m.arctan(x), 1 / (1 + x * x)


@elementwise
def sinh(m, x):
    """sinh x."""
    return m.sinh(x), m.cosh(x)


@elementwise
def cosh(m, x):
    """cosh x."""
    return m.cosh(x), m.sinh(x)


@elementwise
def tanh(m, x):
    """tanh x."""
    y = m.tanh(x)
    return y, 1 - y * y


@elementwise
def arcsinh(m, x):
    """The inverse of sinh."""
    return m.arcsinh(x), 1 / m.sqrt(1 + x * x)


@elementwise
def arccosh(m, x):
    """The inverse of cosh."""
    return m.arccosh(x), 1 / (m.sqrt(x - 1) * m.sqrt(x + 1))


@elementwise
def arctanh(m, x):
    """The inverse of tanh."""
    return m.arctanh(x), 1 / (1 - x * x)


@elementwise(real_only=True)
def deg2rad(m, x):
    """Degrees to radians."""
    return m.deg2rad(x), math.pi / 180


@elementwise(real_only=True)
def rad2deg(m, x):
    """Radians to degrees."""
    return m.rad2deg(x), 180 / math.pi


@elementwise(real_only=True)
def fabs(m, x):
    """|x|; derivative 0 at 0."""
    return m.absolute(x), m.sign(x)


@elementwise
def sinc(m, x):
    """sin(pi x) / (pi x), 1 at 0; derivative by its series near 0, where the quotient cancels."""
    y, t = m.sinc(x), math.pi * x
    near, t2 = m.absolute(x) < 1e-2, t * t
    quotient = (m.cos(t) - y) / m.where(near, 1.0, x)
    return y, m.where(near, -math.pi * t / 3 * (1 - t2 / 10 + t2 * t2 / 280), quotient)


@elementwise(real_only=True)
def arctan2(m, y, x):
    """The angle of (x, y)."""
    r2 = x * x + y * y
    return m.arctan2(y, x), x / r2, -(y / r2)


@elementwise(real_only=True)
def logaddexp(m, x, y):
    """log(e^x + e^y)."""
    z = m.logaddexp(x, y)
    return z, m.exp(_below(m, x, z)), m.exp(_below(m, y, z))


@elementwise(real_only=True)
def logaddexp2(m, x, y):
    """log2(2^x + 2^y)."""
    z = m.logaddexp2(x, y)
    return z, m.exp2(_below(m, x, z)), m.exp2(_below(m, y, z))


def _below(m, x, z):
    # Both infinite and equal: the difference is NaN, and x alone makes up the sum.
    return m.where(m.equal(x, z), 0.0, x - z)
