"""scipy.stats on traced values: densities and distribution functions of the common distributions.

Density formulas are those of SciPy's documentation; `loc` and `scale` shift and stretch. What lies
outside the support has density 0 and derivative 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.operators.arguments import array

from . import special
from .substitute import Function, holds_traced, original, unknown

sp: Any = special
LOG_TWO_PI = math.log(2 * math.pi)


class Distribution:
    """The differentiated methods of scipy.stats.`name`; the others raise AttributeError."""

    def __init__(self, name: str, **rules: Function) -> None:
        """`rules`: what stands for each method where an argument is traced."""
        self.name, self._rules = name, rules

    def __getattr__(self, method: str) -> Function:
        """The method of that name."""
        if method.startswith("_") or method not in self._rules:
            raise AttributeError(
                f"riesz.scipy.stats.{self.name} has no {method!r}; it has "
                f"{', '.join(self._rules)}. On constants use SciPy's own."
            )

        def call(*args: Any, **keywords: Any) -> Any:
            if holds_traced((*args, *keywords.values())):
                return self._rules[method](*args, **keywords)
            return getattr(getattr(original("stats"), self.name), method)(*args, **keywords)

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
    """f(z) on the support, constants beside it, where z does not enter f."""
    if support is None:
        return f(z)
    low, high = support
    inside = (z >= low) & (z <= high)
    middle = low + 0.5 if high == np.inf else (low + high) / 2
    y = f(np.where(inside, z, middle))
    return np.where(inside, y, np.where(z < low, below, above))


norm = _continuous(
    "norm", 0, lambda z: -(z * z + LOG_TWO_PI) / 2,
    cdf=(lambda z: sp.ndtr(z), 0.0, 1.0), logcdf=(lambda z: sp.log_ndtr(z), 0.0, 0.0),
    sf=(lambda z: sp.ndtr(-z), 1.0, 0.0), logsf=(lambda z: sp.log_ndtr(-z), 0.0, 0.0),
)  # fmt: skip
t = _continuous(
    "t", 1,
    lambda z, df: sp.gammaln((df + 1) / 2) - sp.gammaln(df / 2)
    - (np.log(df * math.pi) + (df + 1) * np.log1p(z * z / df)) / 2,
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


def _normal_of_several(x: Any, mean: Any = None, cov: Any = 1.0) -> Any:
    """SciPy's: the dimension is that of the mean or of the covariance, else 1."""
    x, mean, cov = array(x), array(0.0 if mean is None else mean), array(cov)
    n = max(v.shape[-1] if v.ndim else 1 for v in (mean, cov))
    cov = np.diag(cov) if cov.ndim == 1 else cov if cov.ndim else cov * np.eye(n)
    d = (x if n > 1 else x[..., None]) - mean
    whitened = np.linalg.solve(np.linalg.cholesky(cov), d[..., None])[..., 0]
    distance = np.sum(whitened * whitened, axis=-1)
    return -(n * LOG_TWO_PI + np.linalg.slogdet(cov)[1] + distance) / 2


poisson = Distribution("poisson", logpmf=_poisson, pmf=lambda *k, **q: np.exp(_poisson(*k, **q)))
dirichlet = Distribution(
    "dirichlet", logpdf=_dirichlet, pdf=lambda x, alpha: np.exp(_dirichlet(x, alpha))
)
multivariate_normal = Distribution(
    "multivariate_normal", logpdf=_normal_of_several,
    pdf=lambda *x, **q: np.exp(_normal_of_several(*x, **q)),
)  # fmt: skip

__all__ = [
    "beta", "chi2", "dirichlet", "expon", "gamma", "multivariate_normal", "norm", "poisson", "t",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise unknown("stats", name, __all__)
