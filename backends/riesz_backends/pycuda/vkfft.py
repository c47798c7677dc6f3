"""VkFFT in the place of our own Fourier transforms, where a program says so.

D. Tolmachev, "VkFFT", IEEE Access 11 (2023); `pyvkfft` compiles it with nvcc when it is installed.
Transforms of one axis are replaced: those of several are made of them, cosine transforms stay ours.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from riesz.errors import MissingExtra
from riesz_backends.cuda.transform import factor
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import moveaxis, zeros
from riesz_backends.pycuda.device import device
from riesz_backends.pycuda.fourier.fft import CHOSEN, prepared, real, stored

PLANS = 64  # kept, those used last


def use_vkfft(app: Any = None) -> None:
    """Let VkFFT compute the transforms of `pycuda` in this process, from now on.

    `app`: another class with the interface of `pyvkfft.cuda.VkFFTApp`. Raises MissingExtra without
    `pyvkfft`.
    """
    if app is None:
        try:
            app = import_module("pyvkfft.cuda").VkFFTApp
        except ModuleNotFoundError as error:
            raise MissingExtra("use_vkfft", "pyvkfft", "vkfft") from error
    by = Transforms(app)
    CHOSEN.update(fft=by.fft, ifft=by.ifft, rfft=by.rfft, irfft=by.irfft)


def use_own() -> None:
    """Let our own kernels compute the transforms of `pycuda` again."""
    CHOSEN.clear()


class Transforms:
    """NumPy's transforms of one axis, by plans for rows that lie one after another."""

    def __init__(self, app: Any) -> None:
        """`app`: the class of plans."""
        self.plan = lru_cache(PLANS)(lambda rows, n, dtype: app(
            (rows, n), dtype, ndim=1, inplace=False, norm=1, r2c=dtype.kind == "f"
        ))  # fmt: skip

    def fft(
        self, x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
    ) -> Array:
        """np.fft.fft."""
        x, n, axis, dtype = prepared(x, n, axis)
        y = self._run("fft", _rows(x, n, axis, dtype), n, n, dtype)
        return _placed(y, x, axis, factor(n, norm), out)

    def ifft(
        self, x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
    ) -> Array:
        """np.fft.ifft; VkFFT divides by n."""
        x, n, axis, dtype = prepared(x, n, axis)
        y = self._run("ifft", _rows(x, n, axis, dtype), n, n, dtype)
        return _placed(y, x, axis, n * factor(n, norm, inverse=True), out)

    def rfft(
        self, x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
    ) -> Array:
        """np.fft.rfft."""
        x, n, axis, dtype = prepared(real(x), n, axis)
        y = self._run("fft", _rows(x, n, axis, _real(dtype)), n, n // 2 + 1, dtype)
        return _placed(y, x, axis, factor(n, norm), out)

    def irfft(
        self, x: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
    ) -> Array:
        """np.fft.irfft: imaginary parts where a real array has none are left out."""
        n = 2 * (x.shape[axis] - 1) if n is None else n
        x, n, axis, dtype = prepared(x, n, axis)
        rows = _rows(x, n // 2 + 1, axis, dtype)
        if rows.size:
            ends = rows[:, :: n // 2] if n % 2 == 0 else rows[:, :1]
            ends[...] = ends.real
        y = self._run("ifft", rows, n, n, _real(dtype))
        return _placed(y, x, axis, n * factor(n, norm, inverse=True), out)

    def _run(self, way: str, x: Array, n: int, length: int, dtype: Any) -> Array:
        """Transforms of n entries of rows; an array of one entry is its own transform."""
        y = Array.empty((x.shape[0], length), dtype)
        if n == 1 or not y.size:
            y[...] = x.real if y.dtype.kind == "f" else x
            return y
        with device().current():
            dtype = y.dtype if way == "ifft" else x.dtype  # of real numbers, if one is
            getattr(self.plan(x.shape[0], n, dtype), way)(_seen(x), _seen(y))
        return y


def _real(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(f"f{dtype.itemsize // 2}")


def _rows(x: Array, n: int, axis: int, dtype: Any) -> Array:
    """The entries along an axis as rows of n, cut or followed by zeros; always a copy."""
    x = moveaxis(x, axis, -1)
    given = min(n, x.shape[-1])
    y = Array.empty((*x.shape[:-1], n), dtype) if given == n else zeros((*x.shape[:-1], n), dtype)
    y[..., :given] = x[..., :given]
    return y.reshape((y.size // n, n))


def _placed(y: Array, x: Array, axis: int, scale: float, out: Any) -> Array:
    """Rows where they were in x, times `scale`."""
    y = y if scale == 1 else y * scale
    others = (*x.shape[:axis], *x.shape[axis + 1 :])
    return stored(moveaxis(y.reshape((*others, y.shape[-1])), -1, axis), out)


def _seen(x: Array) -> Any:
    """The same memory as an array of PyCUDA's."""
    from pycuda.gpuarray import GPUArray

    return GPUArray(x.shape, x.dtype, gpudata=x.pointer)
