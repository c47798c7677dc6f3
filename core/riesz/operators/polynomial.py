"""Polynomials, highest coefficient first, as NumPy's `poly` functions take them."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import UnsupportedOperator
from riesz.front import implements
from riesz.traced import strip

from .arguments import array, arrays


@implements(np.polyval)
def _polyval(p: Any, x: Any) -> Any:
    """np.polyval, by Horner's rule."""
    p, x = arrays(p, x)
    y = namespace(p, x).zeros(x.shape, dtype=np.result_type(p.dtype, x.dtype))
    for c in p:
        y = y * x + c
    return y


@implements(np.vander)
def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """np.vander: the powers of x in columns."""
    x = array(x)
    exponents = range(len(x) if N is None else N)
    columns = [x**k for k in (exponents if increasing else reversed(exponents))]
    return np.stack(columns, axis=1) if columns else namespace(x).zeros((len(x), 0), dtype=x.dtype)


@implements(np.polyder)
def _polyder(p: Any, m: int = 1) -> Any:
    """np.polyder: the coefficients of the m-th derivative."""
    p = array(p)
    for _ in range(m):
        p = p[:-1] * namespace(p).arange(len(p) - 1, 0, -1)
    return p


@implements(np.polyint)
def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """np.polyint: the coefficients of the m-th antiderivative, with constants k."""
    p = array(p)
    xp = namespace(p)
    k = xp.zeros(m, dtype=p.dtype) if k is None else arrays(p, k)[1]
    k = k if k.ndim else k * xp.ones(m, dtype=k.dtype)
    for i in range(m):
        p = np.concatenate((p / xp.arange(len(p), 0, -1), k[i : i + 1]))
    return p


@implements(np.polyadd)
def _polyadd(a1: Any, a2: Any) -> Any:
    """np.polyadd."""
    p, q = map(np.atleast_1d, arrays(a1, a2))
    n = max(len(p), len(q))
    return np.pad(p, (n - len(p), 0)) + np.pad(q, (n - len(q), 0))


@implements(np.polysub)
def _polysub(a1: Any, a2: Any) -> Any:
    """np.polysub."""
    return _polyadd(a1, np.negative(a2))


@implements(np.polymul)
def _polymul(a1: Any, a2: Any) -> Any:
    """np.polymul."""
    return np.convolve(*map(np.atleast_1d, arrays(a1, a2)))


@implements(np.poly)
def _poly(seq_of_zeros: Any) -> Any:
    """np.poly: the coefficients of the polynomial with these zeros (or eigenvalues)."""
    given = np.atleast_1d(array(seq_of_zeros))
    zeros = np.linalg.eigvals(given) if given.ndim == 2 else given
    xp = namespace(zeros)
    p, zero = xp.ones(1, dtype=zeros.dtype), xp.zeros(1, dtype=zeros.dtype)
    for z in zeros:
        p = np.concatenate((p, zero)) - z * np.concatenate((zero, p))
    return p if given.dtype.kind == "c" else p.real  # the zeros of a real matrix come in pairs


@implements(np.roots)
def _roots(p: Any) -> Any:
    """np.roots: the eigenvalues of the companion matrix, real ones as real numbers."""
    p = np.atleast_1d(array(p))
    nonzero = np.flatnonzero(strip(p))
    xp = namespace(p)
    if not len(nonzero):
        return xp.zeros(0)
    first, last = nonzero[0].item(), nonzero[-1].item()
    zeros, p = xp.zeros(len(p) - 1 - last, dtype=p.dtype), p[first : last + 1]
    n = len(p) - 1
    if not n:
        return zeros
    top, below = (-p[1:] / p[0])[None], xp.eye(n - 1, n, dtype=p.dtype)
    found = np.linalg.eigvals(np.concatenate((top, below)))
    if p.dtype.kind != "c" and not strip(found).imag.any():
        found = np.real(found)
    return np.concatenate((found, zeros))


@implements(np.polyfit)
def _polyfit(
    x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None,
    cov: Any = False,
) -> Any:  # fmt: skip
    """np.polyfit: least squares, as NumPy scales it."""
    if full or cov:
        raise UnsupportedOperator("np.polyfit with full= or cov= has no operator; use np.linalg.")
    x, y = arrays(x, y)
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    V = np.vander(x, deg + 1)
    if w is not None:
        V, y = V * array(w)[:, None], y * (array(w) if y.ndim == 1 else array(w)[:, None])
    scale = np.sqrt(np.sum(V * V, axis=0))
    c = np.linalg.lstsq(V / scale, y, rcond)[0]
    return c / (scale if c.ndim == 1 else scale[:, None])
