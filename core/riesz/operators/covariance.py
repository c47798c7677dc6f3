"""Covariances and correlations, of variables in rows or columns, weighted or not."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements

from .arguments import array
from .hermitian import H, columns, rows


@implements(np.cov)
def _cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
    fweights: Any = None, aweights: Any = None, *, dtype: Any = None,
) -> Any:  # fmt: skip
    if ddof is not None and ddof != int(ddof):
        raise InvalidValue(f"ddof={ddof!r}, but it must be an integer.")
    x = _variables(m, rowvar)
    x = x if y is None else np.concatenate((x, _variables(y, rowvar)), axis=0)
    x = x if dtype is None else x.astype(dtype)
    ddof = (0 if bias else 1) if ddof is None else int(ddof)
    w = _weights(fweights, aweights)
    if w is None:
        x = x - np.mean(x, axis=1, keepdims=True)
        return np.squeeze(x @ H(x) / max(x.shape[1] - ddof, 0))
    total = np.sum(w)
    lost = 0 if ddof == 0 else ddof if aweights is None else ddof * np.sum(w * aweights) / total
    x = x - np.sum(x * w, axis=1, keepdims=True) / total
    return np.squeeze((x * w) @ H(x) / (total - lost))


@implements(np.corrcoef)
def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    c = _cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    d = np.sqrt(np.diagonal(c).real)
    c = c / rows(d) / columns(d)
    if c.dtype.kind == "c":
        return np.clip(c.real, -1, 1) + 1j * np.clip(c.imag, -1, 1)
    return np.clip(c, -1, 1)


def _variables(m: Any, rowvar: bool) -> Any:
    m = array(m)
    if m.ndim > 2:
        raise InvalidValue(f"np.cov takes a vector or a matrix, but was given {m.ndim} axes.")
    if m.ndim < 2:
        return np.reshape(m, (1, -1))
    return m if rowvar or m.shape[0] == 1 else m.T


def _weights(f: Any, a: Any) -> Any:
    if f is None or a is None:
        return a if f is None else f
    return f * a
