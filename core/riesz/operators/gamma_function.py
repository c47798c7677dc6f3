"""The gamma function and its relatives: logarithms, beta, incomplete ones, Hurwitz' zeta.

Names and branches are SciPy's. Derivatives: NIST Digital Library of Mathematical Functions,
chapters 5, 8, 25.
"""

from __future__ import annotations

from riesz.protocol import elementwise

from .order import UNKNOWN, fixed_order


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


_polygamma, _zeta = fixed_order(polygamma), fixed_order(zeta)
_gammainc, _gammaincc = fixed_order(gammainc), fixed_order(gammaincc)
_betainc = fixed_order(betainc, 2)
