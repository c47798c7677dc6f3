"""`xp.fft`: NumPy's discrete Fourier transforms on arrays of the device.

Several axes are transformed one after another. A transform of real numbers is one of half as many
complex ones, or of their own number where that moves no more bytes: see `rfft`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz_backends.cuda.layout import Shape, collapse
from riesz_backends.cuda.transform import OPPOSITE, factor
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import normalize, roll
from riesz_backends.pycuda.elementwise.pointwise import assign, convert, pointwise
from riesz_backends.pycuda.fourier.stockham import HERMITIAN, TANGLED, Side, Transform, room, smooth

CHOSEN: dict[str, Callable[..., Array]] = {}  # what computes transforms of one axis instead


def replaceable(own: Callable[..., Array]) -> Callable[..., Array]:
    """A transform of one axis, or what a program has put in its place."""

    @wraps(own)
    def transform(*x: Any, **how: Any) -> Array:
        return CHOSEN.get(own.__name__, own)(*x, **how)

    return transform


@replaceable
def fft(x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Array:
    """np.fft.fft."""
    return _complex(x, n, axis, norm, out, inverse=False)


@replaceable
def ifft(
    x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Array:
    """np.fft.ifft: the conjugate of the transform of the conjugate."""
    return _complex(x, n, axis, norm, out, inverse=True)


def _complex(x: Array, n: Any, axis: int, norm: Any, out: Any, *, inverse: bool) -> Array:
    x, n, axis, dtype = prepared(x, n, axis)
    y = target(x.shape, axis, n, dtype, out, x)
    x, batch, of_x, of_y = lines(x, y, axis)
    given = replace(Side.of(x, of_x, min(n, x.shape[axis])), conj=inverse)
    Transform(n, dtype, batch, factor(n, norm, inverse)).run(
        given, replace(Side.of(y, of_y, n), conj=inverse)
    )
    return stored(y, out)


@replaceable
def rfft(
    x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Array:
    """np.fft.rfft.

    For even n, neighbours are taken as one complex number each, and the spectrum is put right where
    one pass ends. Several passes move no more bytes if they transform the real line as it is.
    """
    x, n, axis, dtype = prepared(real(x), n, axis)
    y = target(x.shape, axis, n // 2 + 1, dtype, out, x)
    x, batch, of_x, of_y = lines(x, y, axis)
    length, result, scale = min(n, x.shape[axis]), Side.of(y, of_y, n // 2 + 1), factor(n, norm)
    half = n // 2
    if n % 2 == 0 and smooth(half) <= room(dtype):
        tangled = replace(result, mode=TANGLED)
        Transform(half, dtype, batch, scale).run(Side.pairs(x, of_x, length), tangled)
    else:
        Transform(n, dtype, batch, scale).run(Side.of(x, of_x, length), result)
    return stored(y, out)


@replaceable
def irfft(
    x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Array:
    """np.fft.irfft: for even n, even and odd entries are found as the parts of complex ones."""
    n = 2 * (x.shape[normalize(axis, x.ndim)[0]] - 1) if n is None else n
    x, n, axis, dtype = prepared(x, n, axis)
    y = target(x.shape, axis, n, np.dtype(f"f{dtype.itemsize // 2}"), out, x)
    x, batch, of_x, of_y = lines(x, y, axis)
    given = replace(Side.of(x, of_x, min(n // 2 + 1, x.shape[axis])), conj=True)
    scale = factor(n, norm, inverse=True)
    if n % 2 == 0:
        pairs = replace(Side.pairs(y, of_y, n), conj=True)
        Transform(n // 2, dtype, batch, scale).run(replace(given, mode=TANGLED), pairs)
    else:
        real = replace(Side.of(y, of_y, n), conj=True)
        Transform(n, dtype, batch, scale).run(replace(given, mode=HERMITIAN), real)
    return stored(y, out)


def hfft(
    x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Array:
    """np.fft.hfft."""
    return irfft(pointwise("conj", x), n, axis, OPPOSITE.get(norm, norm), out)


def ihfft(
    x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Array:
    """np.fft.ihfft."""
    return stored(pointwise("conj", rfft(x, n, axis, OPPOSITE.get(norm, norm))), out)


# --- what transforms of one axis share --------------------------------------------------------


def real(x: Array) -> Array:
    """x, InvalidType if it is complex."""
    if x.dtype.kind == "c":
        raise InvalidType(f"rfft takes real numbers, not {x.dtype}: use fft.")
    return x


def prepared(x: Array, n: int | None, axis: int) -> tuple[Array, int, int, np.dtype[Any]]:
    """Numbers that can be transformed, the length, the axis, and the dtype of the spectrum."""
    (axis,) = normalize(axis, x.ndim)
    n = x.shape[axis] if n is None else int(n)
    if n < 1:
        raise InvalidValue(f"A transform of {n} entries is not defined: give n of at least 1.")
    if x.dtype.kind not in "fc":
        x = convert(x, np.float64)
    return x, n, axis, np.result_type(x.dtype, np.complex64)


def target(shape: Shape, axis: int, n: int, dtype: Any, out: Array | None, x: Array) -> Array:
    """Where to put the result: `out` if kernels can write there and x is not."""
    shape = (*shape[:axis], n, *shape[axis + 1 :])
    if out is not None and out.shape != shape:
        raise InvalidValue(f"out has the shape {out.shape}, but the result has {shape}.")
    if out is None or out.dtype != dtype or not out.is_contiguous:
        return Array.empty(shape, dtype)
    return out if out is x or out.memory is not x.memory else Array.empty(shape, dtype)


def stored(y: Array, out: Array | None) -> Array:
    """y, which is in `out` where one is given."""
    if out is None or y is out:
        return y
    assign(out, y)
    return out


def lines(x: Array, y: Array, axis: int) -> tuple[Array, tuple[int, int], Shape, Shape]:
    """x, how many lines there are outside and inside, and the strides of both arrays for them.

    x is copied where its other axes cannot be counted as two.
    """
    others = [i for i in range(x.ndim) if i != axis]
    strides = [tuple(z.strides[i] for i in others) for z in (x, y)]
    lengths, (of_x, of_y) = collapse(tuple(x.shape[i] for i in others), strides)
    if len(lengths) > 2:
        return lines(convert(x, x.dtype), y, axis)
    inside = bool(lengths) and abs(of_y[-1]) < abs(y.strides[axis])
    one, zero = (1,) * (2 - len(lengths)), (0,) * (2 - len(lengths))
    if inside:
        (outer, inner), of_x, of_y = (*one, *lengths), (*zero, *of_x), (*zero, *of_y)
    else:
        (outer, inner), of_x, of_y = (*lengths, *one), (*of_x, *zero), (*of_y, *zero)
    return (
        x,
        (outer, inner),
        (of_x[0], x.strides[axis], of_x[1]),
        (of_y[0], y.strides[axis], of_y[1]),
    )


# --- several axes ------------------------------------------------------------------------------


def fftn(x: Array, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Array:
    """np.fft.fftn."""
    return _along(fft, x, _chosen(x, s, axes), norm, out)


def ifftn(x: Array, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Array:
    """np.fft.ifftn."""
    return _along(ifft, x, _chosen(x, s, axes), norm, out)


def rfftn(x: Array, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Array:
    """np.fft.rfftn: of real numbers along the last axis, then of complex ones."""
    *rest, (axis, n) = _chosen(x, s, axes)
    return _along(fft, rfft(x, n, axis, norm), rest, norm, out, own=True)


def irfftn(x: Array, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Array:
    """np.fft.irfftn."""
    *rest, (axis, n) = _chosen(x, s, axes)
    return irfft(_along(ifft, x, rest, norm), n, axis, norm, out)


def _chosen(x: Array, s: Any, axes: Any) -> list[tuple[int, int | None]]:
    """The axes to transform, and how many entries along each: None for those there are."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    lengths = (None,) * len(axes) if s is None else (None if n in (None, -1) else n for n in s)
    return list(zip(normalize(tuple(axes), x.ndim), lengths, strict=True))


def _along(
    transform: Callable[..., Array], x: Array, axes: Sequence[tuple[int, int | None]], norm: Any,
    out: Any = None, own: bool = False,
) -> Array:  # fmt: skip
    """Transforms along axes, the last first; in place where x is `own`ed and keeps its shape."""
    for axis, n in reversed(axes):
        keeps = own and n in (None, x.shape[axis])
        x, own = transform(x, n, axis, norm, x if keeps else None), True
    return stored(x, out)


def _of_two(transform: Callable[..., Array]) -> Callable[..., Array]:
    def of_two(
        x: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None
    ) -> Array:
        return transform(x, s, axes, norm, out)

    of_two.__name__ = transform.__name__.replace("n", "2")
    of_two.__doc__ = f"np.fft.{of_two.__name__}."
    return of_two


fft2, ifft2, rfft2, irfft2 = map(_of_two, (fftn, ifftn, rfftn, irfftn))


def fftshift(x: Array, axes: Any = None) -> Array:
    """np.fft.fftshift."""
    return _shifted(x, axes, lambda n: n // 2)


def ifftshift(x: Array, axes: Any = None) -> Array:
    """np.fft.ifftshift."""
    return _shifted(x, axes, lambda n: -(n // 2))


def _shifted(x: Array, axes: Any, shift: Callable[[int], int]) -> Array:
    along = tuple(range(x.ndim)) if axes is None else normalize(axes, x.ndim)
    return roll(x, tuple(shift(x.shape[i]) for i in along), along)


FUNCTIONS = {
    f.__name__: f
    for f in (
        fft, ifft, rfft, irfft, hfft, ihfft, fftn, ifftn, rfftn, irfftn, fft2, ifft2, rfft2,
        irfft2, fftshift, ifftshift,
    )
}  # fmt: skip
