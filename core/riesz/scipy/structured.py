"""Structured matrices of scipy.linalg from traced entries, and what solves with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.operators.arguments import array
from riesz.operators.hermitian import conj

from .substitute import stands_for

here = stands_for("linalg")


@here
def block_diag(*arrs: Any) -> Any:
    """scipy.linalg.block_diag."""
    blocks = [np.atleast_2d(array(a)) for a in arrs]
    width = sum(b.shape[-1] for b in blocks)
    rows, start = [], 0
    for b in blocks:
        stop = start + b.shape[-1]
        rows.append(np.pad(b, ((0, 0), (start, width - stop))))
        start = stop
    return np.concatenate(rows)


@here
def toeplitz(c: Any, r: Any = None) -> Any:
    """scipy.linalg.toeplitz: first column c, first row r (by default conj(c))."""
    c = np.ravel(array(c))
    r = conj(c) if r is None else np.ravel(array(r))
    m, n = c.shape[0], r.shape[0]
    entries = np.concatenate((np.flip(r[1:]), c))
    return entries[np.arange(m)[:, None] - np.arange(n) + n - 1]


@here
def hankel(c: Any, r: Any = None) -> Any:
    """scipy.linalg.hankel: first column c, last row r (by default zeros)."""
    c = np.ravel(array(c))
    r = np.zeros(c.shape, c.dtype) if r is None else np.ravel(array(r))
    entries = np.concatenate((c, r[1:]))
    return entries[np.arange(c.shape[0])[:, None] + np.arange(r.shape[0])]


@here
def circulant(c: Any) -> Any:
    """scipy.linalg.circulant: first column c, in the last axis."""
    c = array(c)
    k = np.arange(c.shape[-1])
    return c[..., k[:, None] - k]


@here
def companion(a: Any) -> Any:
    """scipy.linalg.companion: of the polynomial with coefficients a, the highest first."""
    a = array(a)
    first = -a[..., 1:] / a[..., :1]
    n = first.shape[-1]
    shift = np.broadcast_to(np.eye(n - 1, n, dtype=first.dtype), (*a.shape[:-1], n - 1, n))
    return np.concatenate((first[..., None, :], shift), axis=-2)


@here
def convolution_matrix(a: Any, n: int, mode: str = "full") -> Any:
    """scipy.linalg.convolution_matrix: its product with v is np.convolve(a, v, mode)."""
    a = array(a)
    m = a.shape[-1]
    full = np.concatenate((a, np.zeros((*a.shape[:-1], max(n - 1, 0)), a.dtype)), axis=-1)
    k = np.arange(m + n - 1)[:, None] - np.arange(n)
    A = np.where((k >= 0) & (k < m), full[..., np.clip(k, 0, m - 1)], 0.0)
    short, long = min(m, n), max(m, n)
    keep = {"full": (0, m + n - 1), "same": ((short - 1) // 2, (short - 1) // 2 + long)}
    start, stop = keep.get(mode, (short - 1, long))
    return A[..., start:stop, :]


@here
def khatri_rao(a: Any, b: Any) -> Any:
    """scipy.linalg.khatri_rao: the Kronecker products of the columns."""
    a, b = array(a), array(b)
    c = a[..., :, None, :] * b[..., None, :, :]
    return c.reshape((*c.shape[:-3], c.shape[-3] * c.shape[-2], c.shape[-1]))


@here
def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: bool = True) -> Any:
    """scipy.linalg.solve_toeplitz, by the dense matrix."""
    return np.linalg.solve(_toeplitz(c_or_cr), array(b))


@here
def matmul_toeplitz(c_or_cr: Any, x: Any, check_finite: bool = False, workers: Any = None) -> Any:
    """scipy.linalg.matmul_toeplitz, by the dense matrix."""
    return _toeplitz(c_or_cr) @ array(x)


def _toeplitz(c_or_cr: Any) -> Any:
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    return toeplitz(c, r)


@here
def solve_circulant(
    c: Any, b: Any, singular: str = "raise", tol: Any = None, caxis: int = -1, baxis: int = 0,
    outaxis: int = 0,
) -> Any:  # fmt: skip
    """scipy.linalg.solve_circulant for a regular matrix, by Fourier transforms."""
    c, b = np.moveaxis(array(c), caxis, -1), np.moveaxis(array(b), baxis, -1)
    x = np.fft.ifft(np.fft.fft(b) / np.fft.fft(c))
    x = x if "c" in c.dtype.kind + b.dtype.kind else np.real(x)
    return np.moveaxis(x, -1, outaxis)
