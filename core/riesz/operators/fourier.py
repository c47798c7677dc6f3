"""Discrete Fourier transforms: four operators of exact length, and NumPy's functions in them.

In Re<., .> the adjoint of the transform F is its conjugate transpose: the inverse transform, with
the norm that leaves the factor 1/N where it was. The transforms of real arrays keep half of the
spectrum: the other half is the conjugate, so that inner entries count twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import linear
from riesz.space import Space

from .arguments import array, axes, one_axis, refuse_out
from .hermitian import conj

OPPOSITE = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


@linear
class fftn_:
    """The discrete Fourier transform along `axes`."""

    def forward(xp, x, *, axes, norm):
        return _along(xp, "fft", x, axes, norm)

    def adjoint(xp, a, X, *, axes, norm):
        return ifftn_(a, axes=axes, norm=OPPOSITE[norm])

    def metric(X, *, axes, norm):
        return Space.bare(X.shape, _complex(X.dtype))


@linear
class ifftn_:
    """The inverse of the discrete Fourier transform along `axes`."""

    def forward(xp, x, *, axes, norm):
        return _along(xp, "ifft", x, axes, norm)

    def adjoint(xp, a, X, *, axes, norm):
        return fftn_(a, axes=axes, norm=OPPOSITE[norm])

    def metric(X, *, axes, norm):
        return Space.bare(X.shape, _complex(X.dtype))


@linear
class rfftn_:
    """The transform of a real array: along the last of `axes`, half of the spectrum."""

    real_only = True

    def forward(xp, x, *, axes, norm):
        return _along(xp, "rfft", x, axes, norm)

    def adjoint(xp, a, X, *, axes, norm):
        n = X.shape[axes[-1]]
        halved = a * _weights(xp, n, 0.5, a, axes[-1])
        return irfftn_(halved, n=n, axes=axes, norm=OPPOSITE[norm])

    def metric(X, *, axes, norm):
        shape = _resized(X.shape, axes[-1:], (X.shape[axes[-1]] // 2 + 1,))
        return Space.bare(shape, _complex(X.dtype))


@linear
class irfftn_:
    """The real array with this half spectrum; `n` entries along the last of `axes`.

    Imaginary parts where a real array has none (at 0, and at n/2 for even n) are ignored.
    """

    def forward(xp, x, *, n, axes, norm):
        return _along(xp, "irfft", x, axes, norm, n)

    def adjoint(xp, a, X, *, n, axes, norm):
        g = rfftn_(a, axes=axes, norm=OPPOSITE[norm])
        return g * _weights(xp, n, 2.0, g, axes[-1])

    def metric(X, *, n, axes, norm):
        dtype = np.result_type(X.dtype, np.float32) if X.dtype.kind == "f" else X.dtype
        return Space.bare(_resized(X.shape, axes[-1:], (n,)), np.zeros((), dtype).real.dtype)


@linear
class resize_corner:
    """x in an array of another `shape`: cut at the end of each axis, or followed by zeros."""

    def forward(xp, x, *, shape):
        common = tuple(slice(min(n, m)) for n, m in zip(x.shape, shape, strict=True))
        y = xp.zeros(shape, dtype=x.dtype)
        y[common] = x[common]
        return y

    def adjoint(xp, a, X, *, shape):
        return resize_corner(a, shape=X.shape)

    def metric(X, *, shape):
        return Space.bare(shape, X.dtype)


def _along(xp: Any, name: str, x: Any, axes: Any, norm: str, n: int | None = None) -> Any:
    """xp.fft.<name> along one axis, or its n-dimensional form along several."""
    if len(axes) == 1:
        return getattr(xp.fft, name)(x, n, axes[0], norm)
    s = None if n is None else (*(x.shape[i] for i in axes[:-1]), n)
    return getattr(xp.fft, f"{name}n")(x, s, axes, norm)


def _weights(xp: Any, n: int, inner: float, a: Any, axis: int) -> Any:
    """`inner` for the entries of a half spectrum that stand for two, 1 for the others."""
    k = xp.arange(n // 2 + 1)
    dtype = np.zeros((), a.dtype).real.dtype
    ends = (k == 0) | (2 * k == n)
    w = xp.where(ends, xp.asarray(1.0, dtype=dtype), xp.asarray(inner, dtype=dtype))
    return w.reshape(-1, *(1,) * (a.ndim - 1 - axis % a.ndim))


def _complex(dtype: Any) -> Any:
    return np.result_type(dtype, np.complex64)


def _resized(shape: Any, axes: Any, lengths: Any) -> tuple[int, ...]:
    new = list(shape)
    for i, n in zip(axes, lengths, strict=True):
        new[i] = n
    return tuple(new)


def resized(x: Any, axes: tuple[int, ...], lengths: tuple[int, ...]) -> Any:
    """x cut or padded with zeros to these lengths along these axes."""
    shape = _resized(x.shape, axes, lengths)
    return x if shape == x.shape else resize_corner(x, shape=shape)


# NumPy's functions: `_prepared` brings array, lengths and axes into the form the operators take.


def _prepared(a: Any, s: Any, axes_: Any, norm: Any, name: str, out: Any) -> tuple[Any, ...]:
    refuse_out(out, f"fft.{name}")
    x = array(a)
    if norm not in (None, *OPPOSITE):
        raise InvalidValue(f"norm={norm!r}, but it must be None or one of {', '.join(OPPOSITE)}.")
    if axes_ is None:
        axes_ = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    axes_ = tuple(one_axis(i, x.ndim) for i in axes_)
    s = (None,) * len(axes_) if s is None else s
    lengths = tuple(None if n in (None, -1) else int(n) for n in s)
    return x, lengths, axes_, norm or "backward"


def _complex_transform(op: Any, name: str, a: Any, s: Any, axes: Any, norm: Any, out: Any) -> Any:
    x, lengths, axes, norm = _prepared(a, s, axes, norm, name, out)
    lengths = tuple(x.shape[i] if n is None else n for i, n in zip(axes, lengths, strict=True))
    return op(resized(x, axes, lengths), axes=axes, norm=norm)


def _inverse_real(name: str, a: Any, s: Any, axes: Any, norm: Any, out: Any) -> Any:
    x, lengths, axes, norm = _prepared(a, s, axes, norm, name, out)
    n = 2 * (x.shape[axes[-1]] - 1) if lengths[-1] is None else lengths[-1]
    lengths = (*lengths[:-1], n // 2 + 1)
    lengths = tuple(x.shape[i] if m is None else m for i, m in zip(axes, lengths, strict=True))
    return irfftn_(resized(x, axes, lengths), n=n, axes=axes, norm=norm)


@implements(np.fft.fft)
def _fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(fftn_, "fft", a, (n,), (axis,), norm, out)


@implements(np.fft.ifft)
def _ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(ifftn_, "ifft", a, (n,), (axis,), norm, out)


@implements(np.fft.rfft)
def _rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(rfftn_, "rfft", a, (n,), (axis,), norm, out)


@implements(np.fft.irfft)
def _irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _inverse_real("irfft", a, (n,), (axis,), norm, out)


@implements(np.fft.fftn)
def _fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(fftn_, "fftn", a, s, axes, norm, out)


@implements(np.fft.ifftn)
def _ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(ifftn_, "ifftn", a, s, axes, norm, out)


@implements(np.fft.rfftn)
def _rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(rfftn_, "rfftn", a, s, axes, norm, out)


@implements(np.fft.irfftn)
def _irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    return _inverse_real("irfftn", a, s, axes, norm, out)


@implements(np.fft.fft2)
def _fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(fftn_, "fft2", a, s, axes, norm, out)


@implements(np.fft.ifft2)
def _ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(ifftn_, "ifft2", a, s, axes, norm, out)


@implements(np.fft.rfft2)
def _rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return _complex_transform(rfftn_, "rfft2", a, s, axes, norm, out)


@implements(np.fft.irfft2)
def _irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    return _inverse_real("irfft2", a, s, axes, norm, out)


@implements(np.fft.hfft)
def _hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _inverse_real("hfft", conj(array(a)), (n,), (axis,), OPPOSITE[norm or "backward"], out)


@implements(np.fft.ihfft)
def _ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    norm = OPPOSITE[norm or "backward"]
    return conj(_complex_transform(rfftn_, "ihfft", a, (n,), (axis,), norm, out))


@implements(np.fft.fftshift)
def _fftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: n // 2)


@implements(np.fft.ifftshift)
def _ifftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: -(n // 2))


def _shifted(x: Any, axis: Any, shift: Any) -> Any:
    axis = axes(axis, x.ndim)
    return np.roll(x, tuple(shift(x.shape[i]) for i in axis), axis)
