"""Discrete cosine and sine transforms of types 1 to 4, in SciPy's normalisations.

Each reads real numbers, stores real ones, and keeps the zeros between them out of memory.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz_backends.cuda.transform import OPPOSITE, TRANSPOSE, Trigonometric, factor
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.fourier.fft import FUNCTIONS, lines, prepared
from riesz_backends.pycuda.fourier.stockham import Side, Transform


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
