"""Discrete cosine and sine transforms of types 1 to 4, in SciPy's normalisations.

All eight are sums over cosines or sines of pi (j + s) (k + t) / d, with halves or whole numbers s
and t: the real part of a Fourier transform of length 2 d, with factors before and after. It reads
real numbers, stores real ones, and keeps the zeros between them out of memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.constant import roots
from riesz_backends.pycuda.fourier.fft import FUNCTIONS, OPPOSITE, factor, lines, prepared
from riesz_backends.pycuda.fourier.stockham import Side, Transform

TYPES = {  # twice s, twice t, and d - n for n entries
    ("dct", 1): (0, 0, -1), ("dct", 2): (1, 0, 0), ("dct", 3): (0, 1, 0), ("dct", 4): (1, 1, 0),
    ("dst", 1): (2, 2, 1), ("dst", 2): (1, 2, 0), ("dst", 3): (2, 1, 0), ("dst", 4): (1, 1, 0),
}  # fmt: skip
TRANSPOSE = {1: 1, 2: 3, 3: 2, 4: 4}


@dataclass(frozen=True)
class Trigonometric:
    """Y_k = 2 sum_j w_j X_j cos(pi (j + s) (k + t) / d), or with sin; w_j = 1/2 at multiples of d.

    `orthogonal`: the matrix is orthogonal, by such factors on both sides.
    """

    name: str
    type: int
    n: int
    orthogonal: bool

    @property
    def length(self) -> int:
        """2 d, after which all repeats."""
        return 2 * (self.n + TYPES[self.name, self.type][2])

    def before(self) -> np.ndarray[Any, Any]:
        """w_j e^(-pi i j t / d)."""
        s, t, _ = TYPES[self.name, self.type]
        j = np.arange(self.length)
        end = math.sqrt(0.5) if self.orthogonal else 0.5
        factors: np.ndarray[Any, Any] = self._ends(s, end) * roots(2 * self.length, j * t)
        return factors

    def after(self) -> np.ndarray[Any, Any]:
        """2 e^(-pi i s (k + t) / d), with sines i times that."""
        s, t, _ = TYPES[self.name, self.type]
        k = np.arange(self.length)
        turned = (2 if self.name == "dct" else 2j) * roots(4 * self.length, s * (2 * k + t))
        return turned * self._ends(t, math.sqrt(0.5)) if self.orthogonal else turned

    def _ends(self, twice: int, end: float) -> np.ndarray[Any, Any]:
        """`end` where j + twice / 2 is a multiple of d, else 1."""
        return np.where((2 * np.arange(self.length) + twice) % self.length == 0, end, 1.0)


def _transform(
    name: str, inverse: bool, x: Array, type: int = 2, n: int | None = None, axis: int = -1,
    norm: Any = None,
) -> Array:  # fmt: skip
    """One of SciPy's dct, dst, idct, idst; of the parts of complex numbers, each for itself."""
    if type not in TRANSPOSE:
        raise InvalidValue(f"type={type!r}, but it must be one of 1, 2, 3, 4.")
    if inverse:
        type, norm = TRANSPOSE[type], OPPOSITE.get(norm, norm)
    x, n, axis, dtype = prepared(x, n, axis)
    if x.dtype.kind == "c":
        return _complex(_transform(name, False, _parts(x), type, n, axis, norm), dtype)
    kind = Trigonometric(name, type, n, norm == "ortho")
    if not kind.length:
        raise InvalidValue("The cosine transform of type 1 takes at least two entries.")
    y = Array.empty((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)
    x, batch, of_x, of_y = lines(x, y, axis)
    scale = factor(kind.length, norm)
    Transform(kind.length, dtype, batch, scale, kind).run(
        Side.of(x, of_x, min(n, x.shape[axis])), Side.of(y, of_y, n)
    )
    return y


def _parts(x: Array) -> Array:
    """Real and imaginary parts along a new last axis: a view."""
    half = x.itemsize // 2
    return x.seen((*x.shape, 2), (*x.strides, half), dtype=np.dtype(f"f{half}"))


def _complex(x: Array, dtype: np.dtype[Any]) -> Array:
    """The complex numbers of which these are the parts: a view."""
    return x.seen(x.shape[:-1], x.strides[:-1], dtype=dtype)


TRANSFORMS = FUNCTIONS | {
    "i" * inverse + name: partial(_transform, name, inverse)
    for name in ("dct", "dst")
    for inverse in (False, True)
}
