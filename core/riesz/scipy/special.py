"""scipy.special on traced values: every ufunc with an operator, and functions made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.operators.arguments import array
from riesz.registry import registry

from .substitute import Function, holds_traced, stands_for, unknown

UFUNCS = (
    "beta", "betainc", "betaln", "cbrt", "cosm1", "dawsn", "digamma", "ellipe", "ellipk", "entr",
    "erf", "erfc", "erfcinv", "erfcx", "erfi", "erfinv", "exp1", "exp2", "expi", "expit", "expm1",
    "exprel", "gamma", "gammainc", "gammaincc", "gammaln", "i0", "i0e", "i1", "i1e", "iv", "ive",
    "j0", "j1", "jv", "k0", "k0e", "k1", "k1e", "kl_div", "kv", "kve", "log1p", "log_expit",
    "log_ndtr", "loggamma", "logit", "ndtr", "ndtri", "poch", "rel_entr", "rgamma", "round",
    "spence", "wofz", "xlog1py", "xlogy", "y0", "y1", "yv",
)  # fmt: skip
OTHERS = ("lambertw", "log_softmax", "logsumexp", "polygamma", "sinc", "softmax", "softplus")


def _by_operator(name: str) -> Function:
    def function(*args: Any, **keywords: Any) -> Any:
        found = registry.names.get(f"special.{name}") or registry.names[name]
        return found(*(array(x) if holds_traced(x) else x for x in args), **keywords)

    function.__name__ = function.__qualname__ = name
    return stands_for("special")(function)


globals().update({name: _by_operator(name) for name in (*UFUNCS, *OTHERS)})
psi = _by_operator("digamma")


@stands_for("special")
def zeta(x: Any, q: Any = None, out: None = None) -> Any:
    """scipy.special.zeta, differentiated by q."""
    if q is None or holds_traced(x):
        raise UnsupportedOperator(
            "zeta has no derivative by its first argument, but was given a traced one. Pass "
            "riesz.stop_gradient(x)."
        )
    return registry.names["special.zeta"](x, array(q))


@stands_for("special")
def jn(n: Any, x: Any) -> Any:
    """The Bessel function of integer order."""
    return registry.names["special.jv"](n, array(x))


@stands_for("special")
def yn(n: Any, x: Any) -> Any:
    """The Bessel function of the second kind, of integer order."""
    return registry.names["special.yv"](n, array(x))


@stands_for("special")
def kn(n: Any, x: Any) -> Any:
    """The modified Bessel function of the second kind, of integer order."""
    return registry.names["special.kv"](n, array(x))


@stands_for("special")
def gammasgn(x: Any) -> Any:
    """The sign of the gamma function, which is locally constant."""
    x = array(x)
    return np.where(x >= 0, 1.0, np.sign(registry.names["rgamma"](x)))


@stands_for("special")
def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension d."""
    gammaln = registry.names["gammaln"]
    a = array(a)
    return d * (d - 1) / 4 * math.log(math.pi) + sum(gammaln(a - j / 2) for j in range(d))


@stands_for("special")
def factorial(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    """gamma(n + 1), and 0 for negative n."""
    y = registry.names["gamma"](array(n) + 1)
    return y if extend == "complex" else np.where(n < 0, 0.0, y)


@stands_for("special")
def binom(n: Any, k: Any) -> Any:
    """1 / ((n + 1) beta(n - k + 1, k + 1)), of which no part overflows before the whole does."""
    n, k = array(n), array(k)
    return 1 / ((n + 1) * registry.names["beta"](n - k + 1, k + 1))


@stands_for("special")
def exp10(x: Any) -> Any:
    """10^x."""
    return np.power(10.0, x)


@stands_for("special")
def boxcox(x: Any, lmbda: Any) -> Any:
    """(x^lmbda - 1) / lmbda, and log(x) where lmbda is 0."""
    x, p = array(x), array(lmbda)
    z = p * np.log(x)
    return np.log(x) * registry.names["exprel"](z)


@stands_for("special")
def huber(delta: Any, r: Any) -> Any:
    """r^2 / 2 where |r| <= delta, and delta (|r| - delta / 2) elsewhere; delta >= 0."""
    return np.where(abs(r) <= delta, 0.5 * r * r, delta * (abs(r) - 0.5 * delta))


@stands_for("special")
def pseudo_huber(delta: Any, r: Any) -> Any:
    """delta^2 (sqrt(1 + (r / delta)^2) - 1); delta > 0."""
    z = r / delta
    return delta * delta * (z * z) / (np.sqrt(1 + z * z) + 1)


__all__ = (
    *UFUNCS, *OTHERS, "binom", "boxcox", "exp10", "factorial", "gammasgn", "huber", "jn", "kn",
    "multigammaln",
    "pseudo_huber", "psi", "yn", "zeta",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    raise unknown("special", name, __all__)
