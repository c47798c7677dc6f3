"""Soft maxima, and the ramps of neural networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import elementwise, operator
from riesz.space import Space

from .arguments import array, axes, reduced

ROOT_TWO_PI = math.sqrt(2 * math.pi)


@elementwise(real_only=True)
def relu(m, x):
    """max(x, 0); derivative 0 at 0."""
    return m.maximum(x, 0.0), m.where(x > 0, 1.0, 0.0)


@elementwise(real_only=True)
def softplus(m, x):
    """log(1 + exp(x))."""
    y = m.logaddexp(x, 0.0)
    return y, m.exp(x - y)


@elementwise(real_only=True)
def gelu(m, x):
    """x times the normal distribution function of x."""
    p = m.ndtr(x)
    return x * p, p + x * m.exp(-0.5 * x * x) / ROOT_TWO_PI


@elementwise(real_only=True)
def silu(m, x):
    """x / (1 + exp(-x))."""
    p = m.expit(x)
    return x * p, p * (1 + x * (1 - p))


@operator
class logsumexp_:
    """log(sum(exp(x))) along `axis`, a tuple of axes; -inf, with derivative 0, where all x are."""

    inlined = True

    def forward(xp, x, *, axis, keepdims):
        top = xp.max(x.real, axis=axis, keepdims=True)
        top = xp.where(xp.isinf(top), 0.0, top)
        total = xp.sum(xp.exp(x - top), axis=axis, keepdims=True)
        none = total == 0
        y = top + xp.where(none, -np.inf, xp.log(xp.where(none, 1.0, total)))
        return y if keepdims else xp.squeeze(y, axis)

    def adjoint(xp, a, y, x, *, axis, keepdims):
        if not keepdims:
            a, y = xp.expand_dims(a, axis), xp.expand_dims(y, axis)
        return a * xp.conj(xp.exp(x - _no_entry_counts(xp, y)))

    def tangent(xp, u, y, x, *, axis, keepdims):
        y = y if keepdims else xp.expand_dims(y, axis)
        weights = xp.exp(x - _no_entry_counts(xp, y))
        return xp.sum(weights * u[0], axis=axis, keepdims=keepdims)

    def metric(X, *, axis, keepdims):
        return Space.bare(reduced(X.shape, axis, keepdims), X.dtype)


def _no_entry_counts(xp, y):
    """y, and 0 where it is -inf: there all x are, and exp(x) is 0."""
    return xp.where(y == -np.inf, 0.0, y)


@operator
class softmax_:
    """exp(x) / sum(exp(x)) along `axis`."""

    real_only = inlined = True

    def forward(xp, x, *, axis):
        e = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
        return e / xp.sum(e, axis=axis, keepdims=True)

    def adjoint(xp, a, y, X, *, axis):
        return y * (a - xp.sum(a * y, axis=axis, keepdims=True))

    def tangent(xp, u, y, X, *, axis):
        return y * (u[0] - xp.sum(u[0] * y, axis=axis, keepdims=True))

    def metric(X, *, axis):
        return X


@operator
class log_softmax_:
    """x - log(sum(exp(x))) along `axis`."""

    real_only = inlined = True

    def forward(xp, x, *, axis):
        z = x - xp.max(x, axis=axis, keepdims=True)
        return z - xp.log(xp.sum(xp.exp(z), axis=axis, keepdims=True))

    def adjoint(xp, a, y, X, *, axis):
        return a - xp.exp(y) * xp.sum(a, axis=axis, keepdims=True)

    def tangent(xp, u, y, X, *, axis):
        return u[0] - xp.sum(xp.exp(y) * u[0], axis=axis, keepdims=True)

    def metric(X, *, axis):
        return X


@implements(name="special.logsumexp")
def _logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    """SciPy's: the logarithm of sum(b exp(a)), with its sign if asked for."""
    a = array(a)
    along = axes(axis, a.ndim)
    if b is None:
        y = logsumexp_(a, axis=along, keepdims=bool(keepdims))
        return (y, np.ones_like(y)) if return_sign else y
    top = np.max(array(np.where(array(b) == 0, -np.inf, a)), axis=along, keepdims=True)
    total = np.sum(b * np.exp(a - top), axis=along, keepdims=True)
    y = top + np.log(abs(total) if return_sign else total)
    y, sign = (v if keepdims else np.squeeze(v, along) for v in (y, np.sign(total)))
    return (y, sign) if return_sign else y


@implements(name="special.softmax")
def _softmax(x: Any, axis: Any = None) -> Any:
    """SciPy's softmax."""
    x = array(x)
    return softmax_(x, axis=axes(axis, x.ndim))


@implements(name="special.log_softmax")
def _log_softmax(x: Any, axis: Any = None) -> Any:
    """SciPy's log_softmax."""
    x = array(x)
    return log_softmax_(x, axis=axes(axis, x.ndim))
