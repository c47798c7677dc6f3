"""Cosine and sine transforms: CuPy has the types 2 and 3; 1 and 4 are made of Fourier ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from riesz_backends.cuda.transform import OPPOSITE, TRANSPOSE, Trigonometric, factor
from riesz_backends.cupy.library import Library


def functions(modules: Library) -> dict[str, Callable[..., Any]]:
    """dct, dst and their inverses."""
    return {
        prefix + name: partial(_transform, modules, name, bool(prefix))
        for name in ("dct", "dst")
        for prefix in ("", "i")
    }


def _transform(
    modules: Library, name: str, inverse: bool, x: Any, type: int = 2, n: int | None = None,
    axis: int = -1, norm: Any = None,
) -> Any:  # fmt: skip
    """One of them, of real or complex numbers."""
    if type in (2, 3):
        found = getattr(modules.part("fft"), "i" * inverse + name)
        return found(x, type=type, n=n, axis=axis, norm=norm)
    if x.dtype.kind == "c":
        real, imag = (
            _transform(modules, name, inverse, v, type, n, axis, norm) for v in (x.real, x.imag)
        )
        return real + 1j * imag
    if inverse:
        type, norm = TRANSPOSE[type], OPPOSITE.get(norm, norm)
    rows = modules.arrays.moveaxis(x, axis, -1)
    return modules.arrays.moveaxis(_of_rows(modules.arrays, name, type, rows, n, norm), -1, axis)


def _of_rows(xp: Any, name: str, type: int, x: Any, n: int | None, norm: Any) -> Any:
    """The real part of a Fourier transform of length 2 d, with factors before and after."""
    n = x.shape[-1] if n is None else n
    kind, given = Trigonometric(name, type, n, norm == "ortho"), min(n, x.shape[-1])
    dtype = np.result_type(x.dtype, np.complex64)
    before = xp.asarray(kind.before()[:given].astype(dtype))
    after = xp.asarray((factor(kind.length, norm) * kind.after()[:n]).astype(dtype))
    return (after * xp.fft.fft(before * x[..., :given], kind.length)[..., :n]).real
