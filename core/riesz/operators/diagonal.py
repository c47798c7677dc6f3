"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidValue
from riesz.front import implements

from .arguments import array
from .arithmetic import where
from .index import PLACE, Key, getitem_, scatter_

DIAGONAL = Key((Ellipsis, PLACE, PLACE), unique=True)


def _places(xp: Any, rows: int, columns: int, k: int) -> tuple[Any, Any]:
    """The row and column numbers of the k-th diagonal."""
    i = xp.arange(max(min(rows + min(k, 0), columns - max(k, 0)), 0))
    return i - min(k, 0), i + max(k, 0)


@implements(np.diagonal)
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """np.diagonal."""
    a = np.moveaxis(array(a), (axis1, axis2), (-2, -1))
    return getitem_(a, *_places(namespace(a), *a.shape[-2:], int(offset)), key=DIAGONAL)


@implements(np.linalg.diagonal)
def _linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """np.linalg.diagonal."""
    return np.diagonal(x, offset, -2, -1)


@implements(np.diag)
def _diag(v: Any, k: int = 0) -> Any:
    """np.diag: the diagonal of a matrix, or the matrix with a diagonal."""
    v, k = array(v), int(k)
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise InvalidValue(f"np.diag was given an array with {v.ndim} axes; 1 or 2 are expected.")
    n = len(v) + abs(k)
    return scatter_(v, *_places(namespace(v), n, n, k), key=DIAGONAL, shape=(n, n))


@implements(np.diagflat)
def _diagflat(v: Any, k: int = 0) -> Any:
    """np.diagflat."""
    return np.diag(np.ravel(v), k)


@implements(np.tril)
def _tril(m: Any, k: int = 0) -> Any:
    """np.tril."""
    m = array(m)
    return where(namespace(m).tri(*m.shape[-2:], k=k, dtype=bool), m, 0)


@implements(np.triu)
def _triu(m: Any, k: int = 0) -> Any:
    """np.triu."""
    m = array(m)
    return where(namespace(m).tri(*m.shape[-2:], k=k - 1, dtype=bool), 0, m)
