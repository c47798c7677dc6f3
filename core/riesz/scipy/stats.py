"""scipy.stats on traced values: densities and distribution functions of the common distributions.

Density formulas are those of SciPy's documentation; `loc` and `scale` shift and stretch. What lies
outside the support has density 0 and derivative 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.operators.arguments import array
from riesz.traced import strip

from . import special
from .substitute import Function, holds_traced, original, unknown

sp: Any = special
LOG_TWO_PI = math.log(2 * math.pi)


class Distribution:
    """The methods of scipy.stats.`name`, some of which take traced values."""

    def __init__(self, name: str, **rules: Function) -> None:
        """`rules`: what stands for each method where an argument is traced."""
        self.name, self._rules = name, rules

    def __getattr__(self, method: str) -> Function:
        """The method of that name; of traced values only if there is a rule for it."""
        if method.startswith("_"):
            raise AttributeError(method)
        theirs: Function | None = getattr(getattr(original("stats"), self.name), method)

        def call(*args: Any, **keywords: Any) -> Any:
            function = theirs
            if holds_traced((*args, *keywords.values())):
                function = self._rules.get(method)
            if function is None:
                raise UnsupportedOperator(
                    f"scipy.stats.{self.name}.{method} has no operator; of traced values there are "
                    f"{', '.join(self._rules)}. Use riesz.stop_gradient(x) for a constant."
                )
            return function(*args, **keywords)

        call.__name__ = method
        return call

    def __repr__(self) -> str:
        """Name and methods."""
        return f"<riesz.scipy.stats.{self.name}: {', '.join(self._rules)}>"


def _continuous(
    name: str, shapes: int, logpdf: Function, support: tuple[float, float] | None = None,
    **others: tuple[Function, float, float],
) -> Distribution:  # fmt: skip
    """A family f(z) / scale with z = (x - loc) / scale, from log f and functions of z.

    Each of `others` is a function of z and its values below and above the support.
    """

    def standard(args: tuple[Any, ...], loc: Any, scale: Any) -> tuple[Any, tuple[Any, ...], Any]:
        x, *rest = args
        given = tuple(rest[:shapes])
        loc, scale = (*rest[shapes:], *(loc, scale)[len(rest) - shapes :])
        return (array(x) - loc) / scale, given, scale

    def log_density(*args: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
        z, given, scale = standard(args, loc, scale)
        return _inside(z, support, lambda z: logpdf(z, *given), -np.inf, -np.inf) - np.log(scale)

    def density(*args: Any, **keywords: Any) -> Any:
        return np.exp(log_density(*args, **keywords))

    def of(rule: Function, below: float, above: float) -> Function:
        def function(*args: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
            z, given, _ = standard(args, loc, scale)
            return _inside(z, support, lambda z: rule(z, *given), below, above)

        return function

    rules = {method: of(*rule) for method, rule in others.items()}
    return Distribution(name, logpdf=log_density, pdf=density, **rules)


def _inside(
    z: Any, support: tuple[float, float] | None, f: Callable[[Any], Any], below: float, above: float
) -> Any:
    """f(z) on the support (and of a NaN), constants beside it, where z does not enter f."""
    if support is None:
        return f(z)
    low, high = support
    outside = (z < low) | (z > high)
    middle = low + 0.5 if high == np.inf else (low + high) / 2
    y = f(np.where(outside, middle, z))
    return np.where(outside, np.where(z < low, below, above), y)


norm = _continuous(
    "norm", 0, lambda z: -(z * z + LOG_TWO_PI) / 2,
    cdf=(lambda z: sp.ndtr(z), 0.0, 1.0), logcdf=(lambda z: sp.log_ndtr(z), 0.0, 0.0),
    sf=(lambda z: sp.ndtr(-z), 1.0, 0.0), logsf=(lambda z: sp.log_ndtr(-z), 0.0, 0.0),
)  # fmt: skip


def _t_logpdf(z: Any, df: Any) -> Any:
    constant = sp.gammaln((df + 1) / 2) - sp.gammaln(df / 2) - np.log(df * math.pi) / 2
    return constant - (df + 1) / 2 * np.log1p(z * z / df)


def _t_cdf(z: Any, df: Any) -> Any:
    """By the incomplete beta function: from the middle for small z, from the tail for large."""
    origin, near = z == 0, z * z < df
    small, large = np.where(near & ~origin, z, 1.0), np.where(near, 2 * np.sqrt(df), z)
    middle = sp.betainc(0.5, df / 2, small**2 / (df + small**2)) / 2
    tail = sp.betainc(df / 2, 0.5, df / (df + large**2)) / 2
    y = np.where(near, 0.5 + np.where(z < 0, -middle, middle), np.where(z < 0, tail, 1 - tail))
    return np.where(origin, 0.5 + z * np.exp(_t_logpdf(0.0, df)), y)


t = _continuous(
    "t", 1, _t_logpdf, cdf=(_t_cdf, 0.0, 1.0), sf=(lambda z, df: _t_cdf(-z, df), 1.0, 0.0),
    logcdf=(lambda z, df: np.log(_t_cdf(z, df)), 0.0, 0.0),
)  # fmt: skip
gamma = _continuous(
    "gamma", 1, lambda z, a: sp.xlogy(a - 1, z) - z - sp.gammaln(a), (0.0, np.inf),
    cdf=(lambda z, a: sp.gammainc(a, z), 0.0, 1.0),
    sf=(lambda z, a: sp.gammaincc(a, z), 1.0, 0.0),
)  # fmt: skip
chi2 = _continuous(
    "chi2", 1,
    lambda z, df: sp.xlogy(df / 2 - 1, z) - z / 2 - sp.gammaln(df / 2)
    - df * math.log(2) / 2,
    (0.0, np.inf),
    cdf=(lambda z, df: sp.gammainc(df / 2, z / 2), 0.0, 1.0),
    sf=(lambda z, df: sp.gammaincc(df / 2, z / 2), 1.0, 0.0),
)  # fmt: skip
beta = _continuous(
    "beta", 2,
    lambda z, a, b: sp.xlogy(a - 1, z) + sp.xlog1py(b - 1, -z) - sp.betaln(a, b),
    (0.0, 1.0), cdf=(lambda z, a, b: sp.betainc(a, b, z), 0.0, 1.0),
)  # fmt: skip
expon = _continuous(
    "expon", 0, lambda z: -z, (0.0, np.inf),
    cdf=(lambda z: -np.expm1(-z), 0.0, 1.0), sf=(lambda z: np.exp(-z), 1.0, 0.0),
    logsf=(lambda z: -z, 0.0, -np.inf),
)  # fmt: skip


def _poisson(k: Any, mu: Any, loc: Any = 0) -> Any:
    n = np.asarray(k) - loc
    counts = (n >= 0) & (n == np.floor(n))
    n = np.where(counts, n, 0.0)
    return np.where(counts, sp.xlogy(n, mu) - sp.gammaln(n + 1) - mu, -np.inf)


def _dirichlet(x: Any, alpha: Any) -> Any:
    x, alpha = array(x), array(alpha)
    if x.shape[0] + 1 == alpha.shape[0]:  # the last entry may be left out
        x = np.concatenate((x, 1 - np.sum(x, axis=0, keepdims=True)))
    powers = (sp.xlogy((alpha - 1), x.T)).sum(axis=-1)
    return powers + sp.gammaln(np.sum(alpha)) - np.sum(sp.gammaln(alpha))


def _normal_of_several(
    x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False
) -> Any:
    """SciPy's: the dimension is that of the mean or of the covariance, else 1."""
    mean, cov = _moments(mean, cov)
    n = cov.shape[-1]
    d = (array(x) if n > 1 else array(x)[..., None]) - mean
    if allow_singular:
        w, v = np.linalg.eigh(cov)
        kept = strip(w) > 1e6 * np.finfo(w.dtype).eps * strip(w)[-1]
        z, logdet, n = (d @ v)[..., kept] / np.sqrt(w[kept]), np.sum(np.log(w[kept])), kept.sum()
    else:
        z = np.linalg.solve(np.linalg.cholesky(cov), d[..., None])[..., 0]
        logdet = np.linalg.slogdet(cov)[1]
    return -(n * LOG_TWO_PI + logdet + np.sum(z * z, axis=-1)) / 2


def _entropy_of_several(mean: Any = None, cov: Any = 1.0) -> Any:
    mean, cov = _moments(mean, cov)
    return (cov.shape[-1] * (1 + LOG_TWO_PI) + np.linalg.slogdet(cov)[1]) / 2


def _moments(mean: Any, cov: Any) -> tuple[Any, Any]:
    """The mean as it is, the covariance as a matrix."""
    mean, cov = array(0.0 if mean is None else mean), array(cov)
    n = max(v.shape[-1] if v.ndim else 1 for v in (mean, cov))
    return mean, np.diag(cov) if cov.ndim == 1 else cov if cov.ndim else cov * np.eye(n)


def _poisson_cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    n = np.floor(np.asarray(k) - loc)
    return np.where(n < 0, 0.0, sp.gammaincc(np.maximum(n, 0) + 1, mu))


poisson = Distribution(
    "poisson", logpmf=_poisson, pmf=lambda *k, **q: np.exp(_poisson(*k, **q)), cdf=_poisson_cdf,
)  # fmt: skip
dirichlet = Distribution(
    "dirichlet", logpdf=_dirichlet, pdf=lambda x, alpha: np.exp(_dirichlet(x, alpha))
)
multivariate_normal = Distribution(
    "multivariate_normal", logpdf=_normal_of_several,
    pdf=lambda *x, **q: np.exp(_normal_of_several(*x, **q)), entropy=_entropy_of_several,
)  # fmt: skip

__all__ = [
    "beta", "chi2", "dirichlet", "expon", "gamma", "multivariate_normal", "norm", "poisson", "t",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise unknown("stats", name, __all__)
