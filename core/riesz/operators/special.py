"""Special functions of one and two variables: error, gamma, logistic and entropy functions.

Names and branches are SciPy's; derivatives: NIST Digital Library of Mathematical Functions, chapters
5 to 8 and 25. A partial by an order, for which there is no closed form, is NaN.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import InvalidType, UnsupportedOperator
from ..front import Adapter, implements
from ..protocol import elementwise
from ..protocol.elementwise import Elementwise
from ..traced import Traced

UNKNOWN = math.nan
TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2 * math.pi)


def fixed_order(op: Elementwise, orders: int = 1) -> Adapter:
    """What stands for `op` under SciPy's name, and refuses traced values of its first `orders`."""

    def call(*x: Any) -> Any:
        if any(type(order) is Traced for order in x[:orders]):
            raise UnsupportedOperator(
                f"{op.name} has no derivative by its order, argument {orders} of {op.name}, but was "
                "given a traced one. Pass riesz.stop_gradient(order), or a number."
            )
        return op(*x)

    call.__doc__, call.__module__ = op.__doc__, op.__module__
    return implements(name=f"special.{op.name}")(call)


# --- error functions ---------------------------------------------------------------------------


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
    """log(ndtr(x))."""
    y = m.log_ndtr(x)
    return y, m.exp(-0.5 * x * x - y) / ROOT_TWO_PI


# --- gamma functions ---------------------------------------------------------------------------


@elementwise
def gamma(m, x):
    """int_0^inf t^(x-1) exp(-t) dt; infinite or NaN derivative at the poles 0, -1, -2, ..."""
    y = m.gamma(x)
    return y, y * m.digamma(x)


@elementwise(real_only=True)
def gammaln(m, x):
    """log|gamma(x)|."""
    return m.gammaln(x), m.digamma(x)


@elementwise
def loggamma(m, z):
    """The logarithm of gamma, cut along the negative real axis."""
    return m.loggamma(z), m.digamma(z)


@elementwise
def rgamma(m, x):
    """1 / gamma(x); NaN derivative at its zeros 0, -1, -2, ..."""
    y = m.rgamma(x)
    return y, -y * m.digamma(x)


@elementwise(real_only=True)
def digamma(m, x):
    """gamma'(x) / gamma(x)."""
    return m.digamma(x), m.zeta(2.0, x)


@elementwise(real_only=True)
def polygamma(m, n, x):
    """The derivative number n of digamma."""
    return m.polygamma(n, x), UNKNOWN, m.polygamma(n + 1, x)


@elementwise(real_only=True)
def zeta(m, s, x):
    """The sum of (x + k)^-s for k = 0, 1, ..."""
    return m.zeta(s, x), UNKNOWN, -s * m.zeta(s + 1, x)


@elementwise(real_only=True)
def beta(m, x, y):
    """gamma(x) gamma(y) / gamma(x + y)."""
    z, both = m.beta(x, y), m.digamma(x + y)
    return z, z * (m.digamma(x) - both), z * (m.digamma(y) - both)


@elementwise(real_only=True)
def betaln(m, x, y):
    """log|beta(x, y)|."""
    both = m.digamma(x + y)
    return m.betaln(x, y), m.digamma(x) - both, m.digamma(y) - both


@elementwise(real_only=True)
def poch(m, x, k):
    """gamma(x + k) / gamma(x)."""
    z, both = m.poch(x, k), m.digamma(x + k)
    return z, z * (both - m.digamma(x)), z * both


@elementwise(real_only=True)
def gammainc(m, s, x):
    """int_0^x t^(s-1) exp(-t) dt / gamma(s)."""
    return m.gammainc(s, x), UNKNOWN, m.exp(m.xlogy(s - 1, x) - x - m.gammaln(s))


@elementwise(real_only=True)
def gammaincc(m, s, x):
    """1 - gammainc(s, x)."""
    return m.gammaincc(s, x), UNKNOWN, -m.exp(m.xlogy(s - 1, x) - x - m.gammaln(s))


@elementwise(real_only=True)
def betainc(m, p, q, x):
    """int_0^x t^(p-1) (1-t)^(q-1) dt / beta(p, q)."""
    log_slope = m.xlogy(p - 1, x) + m.xlog1py(q - 1, -x) - m.betaln(p, q)
    return m.betainc(p, q, x), UNKNOWN, UNKNOWN, m.exp(log_slope)


# --- logistic and entropy functions --------------------------------------------------------------


@elementwise(real_only=True)
def expit(m, x):
    """1 / (1 + exp(-x))."""
    y = m.expit(x)
    return y, y * (1 - y)


@elementwise(real_only=True)
def logit(m, x):
    """log(x / (1 - x))."""
    return m.logit(x), 1 / (x * (1 - x))


@elementwise(real_only=True)
def log_expit(m, x):
    """log(expit(x))."""
    return m.log_expit(x), m.expit(-x)


@elementwise
def xlogy(m, x, y):
    """x log(y), and 0 where x is 0, also in the derivative by y."""
    zero = m.equal(x, 0)
    return m.xlogy(x, y), m.log(y), m.where(zero, 0.0, x / m.where(zero, 1.0, y))


@elementwise
def xlog1py(m, x, y):
    """x log(1 + y), and 0 where x is 0, also in the derivative by y."""
    zero = m.equal(x, 0)
    return m.xlog1py(x, y), m.log1p(y), m.where(zero, 0.0, x / m.where(zero, 1.0, 1 + y))


@elementwise(real_only=True)
def entr(m, x):
    """-x log(x)."""
    return m.entr(x), -m.log(x) - 1


@elementwise(real_only=True)
def rel_entr(m, x, y):
    """x log(x / y)."""
    return m.rel_entr(x, y), m.log(x / y) + 1, -x / y


@elementwise(real_only=True)
def kl_div(m, x, y):
    """x log(x / y) - x + y."""
    return m.kl_div(x, y), m.log(x / y), 1 - x / y


# --- others --------------------------------------------------------------------------------------


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
    """The complete elliptic integral of the first kind, of parameter 0 < x < 1."""
    k, e = m.ellipk(x), m.ellipe(x)
    return k, (e / (1 - x) - k) / (2 * x)


@elementwise(real_only=True)
def ellipe(m, x):
    """The complete elliptic integral of the second kind, of parameter 0 < x < 1."""
    k, e = m.ellipk(x), m.ellipe(x)
    return e, (e - k) / (2 * x)


_polygamma, _zeta = fixed_order(polygamma), fixed_order(zeta)
_gammainc, _gammaincc = fixed_order(gammainc), fixed_order(gammaincc)
_betainc = fixed_order(betainc, 2)


@implements(name="special.lambertw")
def _lambertw(z: Any, k: int = 0, tol: float = 1e-8) -> Any:
    """The branch k; `tol` is SciPy's own."""
    if tol != 1e-8 or np.ndim(k):
        raise InvalidType(f"lambertw takes one branch and the default tol, not k={k!r}, tol={tol!r}.")
    return lambertw_branch(z, k=int(k))
