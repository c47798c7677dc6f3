"""Convolutions and correlations of one axis, directly, and of any axes, by Fourier transform."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import multilinear
from riesz.space import Space

from .arguments import array, arrays, axes
from .hermitian import conj

MODES = ("full", "same", "valid")


@multilinear
class convolve_:
    """sum_k x_k y_(n-k) of two sequences, or the part of it that `mode` names."""

    def forward(xp, x, y, *, mode):
        return xp.convolve(x, y, mode)

    def adjoint(xp, a, x, y, *, mode):
        start, _ = _part(x.shape[0], y.shape[0], mode)
        whole = _embedded(xp, a, start, x.shape[0] + y.shape[0] - 1)
        return (
            lambda: convolve_(whole, conj(y)[::-1], mode="valid"),
            lambda: convolve_(whole, conj(x)[::-1], mode="valid"),
        )

    def metric(X, Y, *, mode):
        _, length = _part(X.shape[0], Y.shape[0], mode)
        return Space.bare((length,), np.result_type(X.dtype, Y.dtype))


def _part(n: int, m: int, mode: str) -> tuple[int, int]:
    """Where the part of the full convolution that `mode` names starts, and how long it is."""
    long, short = max(n, m), min(n, m)
    if mode == "full":
        return 0, n + m - 1
    return ((short - 1) // 2, long) if mode == "same" else (short - 1, long - short + 1)


def _embedded(xp: Any, a: Any, start: int, length: int) -> Any:
    after = length - start - a.shape[0]
    if start == after == 0:
        return a
    zeros = (xp.zeros(n, dtype=a.dtype) for n in (start, after))
    return xp.concatenate((next(zeros), a, next(zeros)))


def _checked(mode: Any) -> str:
    if mode not in MODES:
        raise InvalidValue(f"mode={mode!r}, but it must be one of {', '.join(MODES)}.")
    return str(mode)


@implements(np.convolve)
def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = (np.reshape(x, (-1,)) if x.ndim == 0 else x for x in arrays(a, v))
    return convolve_(a, v, mode=_checked(mode))


@implements(np.correlate)
def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """sum_k a_(n+k) conj(v_k)."""
    a, v = (np.reshape(x, (-1,)) if x.ndim == 0 else x for x in arrays(a, v))
    n, m = a.shape[0], v.shape[0]
    if mode == "same" and m > n:  # NumPy centres the longer one, and reverses the result
        return convolve_(a, conj(v)[::-1], mode="full")[n // 2 : n // 2 + m]
    return convolve_(a, conj(v)[::-1], mode=_checked(mode))


@implements(name="signal.fftconvolve")
def _fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """SciPy's n-dimensional convolution along `axes` (all by default); "same" is centred on in1."""
    x, y = arrays(in1, in2)
    along = _axes(axes, x.ndim)
    _check_nested(x, y, along, mode)
    full = tuple(x.shape[i] + y.shape[i] - 1 for i in along)
    real = x.dtype.kind != "c" and y.dtype.kind != "c"
    there, back = (np.fft.rfftn, np.fft.irfftn) if real else (np.fft.fftn, np.fft.ifftn)
    z = back(there(x, full, along) * there(y, full, along), full, along)
    index = [slice(None)] * x.ndim
    for i, n in zip(along, full, strict=True):
        index[i] = _kept(x.shape[i], y.shape[i], n, _checked(mode))
    return z[tuple(index)]


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    return axes(axis, ndim)


def _check_nested(x: Any, y: Any, along: tuple[int, ...], mode: str) -> None:
    longer = {x.shape[i] > y.shape[i] for i in along if x.shape[i] != y.shape[i]}
    if mode == "valid" and len(longer) == 2:
        raise InvalidValue(
            f"mode='valid' was given arrays of the shapes {x.shape} and {y.shape}; one of them "
            "must be as long as the other along every axis."
        )


def _kept(n: int, m: int, full: int, mode: str) -> slice:
    start, length = {
        "full": (0, full), "same": ((m - 1) // 2, n), "valid": (min(n, m) - 1, abs(n - m) + 1),
    }[mode]  # fmt: skip
    return slice(start, start + length)


@implements(name="signal.convolve")
def _signal_convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """SciPy's convolve; every `method` is the Fourier one."""
    return _fftconvolve(in1, in2, mode)


@implements(name="signal.correlate")
def _signal_correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """SciPy's correlate: in1 with the reversed conjugate of in2."""
    in2 = array(in2)
    return _fftconvolve(in1, conj(in2)[(slice(None, None, -1),) * in2.ndim], mode)
