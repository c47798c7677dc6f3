"""Special functions that belong to no larger family.

Names and branches are SciPy's. Derivatives: NIST Digital Library of Mathematical Functions,
chapters 4, 6, 19, 25.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.front import implements
from riesz.protocol import elementwise


@elementwise
def spence(m, z):
    """int_1^z log(t) / (1 - t) dt."""
    one = m.equal(z, 1)
    return m.spence(z), m.where(one, -1.0, m.log(z) / m.where(one, 1.0, 1 - z))


@elementwise
def lambertw_branch(m, z, *, k):
    """The branch k of the inverse of w exp(w); infinite derivative at -1/e."""
    w = m.lambertw(z, k)
    return w, (1 + 0j) / (m.exp(w) * (1 + w))  # complex also for a real z


@elementwise
def expi(m, x):
    """The exponential integral Ei."""
    return m.expi(x), m.exp(x) / x


@elementwise
def exp1(m, x):
    """The exponential integral E1."""
    return m.exp1(x), -m.exp(-x) / x


@elementwise(real_only=True)
def exprel(m, x):
    """(exp(x) - 1) / x; derivative by its series near 0, where the quotient cancels."""
    y, near, series = m.exprel(x), m.absolute(x) < 0.05, 0.0
    for k in range(9, -1, -1):
        series = series * x + 1 / (math.factorial(k) * (k + 2))
    return y, m.where(near, series, (m.exp(x) - y) / m.where(near, 1.0, x))


@elementwise(real_only=True)
def cosm1(m, x):
    """cos(x) - 1."""
    return m.cosm1(x), -m.sin(x)


@elementwise(real_only=True)
def ellipk(m, x):
    """The complete elliptic integral of the first kind, of parameter x < 1."""
    k, e = m.ellipk(x), m.ellipe(x)
    return k, _by_parameter(m, x, e / (1 - x) - k, lambda n: n)


@elementwise(real_only=True)
def ellipe(m, x):
    """The complete elliptic integral of the second kind, of parameter x < 1."""
    k, e = m.ellipk(x), m.ellipe(x)
    return e, _by_parameter(m, x, e - k, lambda n: n / (1 - 2 * n))


def _by_parameter(m, x, difference, weight):
    """difference / (2 x), and near 0, where it cancels, pi/2 sum_n weight(n) c_n^2 x^(n-1).

    c_n = (2n-1)!! / (2n)!!, of which the n-th coefficient of either integral is the square.
    """
    near, series = m.absolute(x) < 0.05, 0.0
    for n in range(12, 0, -1):
        c = math.prod((2 * k - 1) / (2 * k) for k in range(1, n + 1))
        series = series * x + math.pi / 2 * weight(n) * c * c
    return m.where(near, series, difference / (2 * m.where(near, 1.0, x)))


@implements(name="special.lambertw")
def _lambertw(z: Any, k: int = 0, tol: float = 1e-8) -> Any:
    """The branch k; `tol` is SciPy's own."""
    if tol != 1e-8 or np.ndim(k):
        raise InvalidType(
            f"lambertw takes one branch and the default tol, not k={k!r}, tol={tol!r}."
        )
    return lambertw_branch(z, k=int(k))
