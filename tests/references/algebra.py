"""Arrays of mpmath's numbers: functions along axes, and as matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mpmath import mp, mpf


def along(
    f: Callable[[list[Any]], Any], x: Any, axis: tuple[int, ...], keepdims: bool | None = None
) -> Any:
    """f of the entries along `axis`, a list; it gives a number, or a list of as many entries."""
    others = [i for i in range(x.ndim) if i not in axis]
    rows = np.transpose(x, (*others, *axis))
    shape, lengths = rows.shape[: len(others)], rows.shape[len(others) :]
    found = np.empty((*shape, *lengths) if keepdims is None else shape, object)
    for place in np.ndindex(shape):
        y = f(np.ravel(rows[place]).tolist())
        found[place] = y if keepdims is not None else objects(y).reshape(lengths)
    if keepdims is None:
        return np.transpose(found, np.argsort((*others, *axis)))
    return np.expand_dims(found, axis) if keepdims else found


def objects(values: Any) -> Any:
    """A one-dimensional array of these objects."""
    y = np.empty(len(values), object)
    y[:] = values
    return y


def matrix(x: Any) -> Any:
    """mpmath's matrix of a two-dimensional array."""
    return mp.matrix(x.tolist()) if x.size else mp.matrix(*x.shape)


def array(A: Any) -> Any:
    """The array of mpmath's matrix."""
    y = np.empty((A.rows, A.cols), object)
    for place in np.ndindex(y.shape):
        y[place] = A[place]
    return y


def stacked(f: Callable[..., Any], *x: Any) -> Any:
    """f of matrices, for each of a stack; it gives an array, a number or a tuple of them."""
    batch = x[0].shape[:-2]
    if not batch:
        return f(*x)
    results = [f(*(xi[place] for xi in x)) for place in np.ndindex(batch)]
    if not isinstance(results[0], tuple):
        return _joined(results, batch)
    return tuple(_joined(parts, batch) for parts in zip(*results, strict=True))


def _joined(results: list[Any], batch: tuple[int, ...]) -> Any:
    shape = np.shape(results[0])
    y = np.empty((len(results), *shape), object)
    for i, r in enumerate(results):
        y[i] = r
    return y.reshape((*batch, *shape))


def H(x: Any) -> Any:
    """The conjugate transpose."""
    return np.conj(x.T) if x.size else x.T


def inverse(x: Any) -> Any:
    """By mpmath's Gaussian elimination."""
    return array(matrix(x) ** -1)


def eye(n: int) -> Any:
    """The identity matrix."""
    y = np.empty((n, n), object)
    y[...] = mpf(0)
    y[np.arange(n), np.arange(n)] = mpf(1)
    return y
