"""Logistic and entropy functions. A term x log(...) with x = 0 is 0, and so is its derivative."""

from __future__ import annotations

from riesz.protocol import elementwise


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
