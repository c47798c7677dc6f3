"""The reductions on the backends `pycuda` and `cupy`: CUDA for the kernel and the shapes at hand.

Kernels are compiled and launched by the backend of the arrays. They need no memory but that of
contiguous operands and of the result, and add in one order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import backend_of
from riesz_kernels import blocked, tiles
from riesz_kernels.pair import form_of

Array = Any


def moment(x: Array, y: Array, b: Array, *log: Array, **static: Any) -> Array:
    """`kernel_moment` on arrays of a GPU."""
    xp, form = backend_of(x).xp, form_of(x, y, b, *log, **static)
    if form is None:
        return blocked.moment(xp, x, y, b, *log, **static)
    out = xp.empty(blocked.result_shape(x, b, form.emit), dtype=form.dtype)
    unread = (x, y)  # in the place of alpha and beta, where there are none
    _launch(tiles.moment(form), "riesz_kernels_moment", out, x, y, b, *(log or unread))
    return out


def logsumexp(x: Array, y: Array, b: Array, *, kernel: str) -> Array:
    """`kernel_logsumexp` on arrays of a GPU."""
    xp, form = backend_of(x).xp, form_of(x, y, b[:, None], kernel=kernel)
    if form is None:
        return blocked.logsumexp(xp, x, y, b, kernel=kernel)
    out = xp.empty(x.shape[:1], dtype=form.dtype)
    _launch(tiles.logsumexp(form), "riesz_kernels_logsumexp", out, x, y, b)
    return out


def _launch(text: str, name: str, out: Array, *operands: Array) -> None:
    """One thread for each row of the result."""
    backend, (n, m) = backend_of(out), (v.shape[0] for v in operands[:2])
    arrays = [backend.xp.ascontiguousarray(v, dtype=out.dtype) for v in operands]
    blocks = (-(-n // tiles.THREADS),)
    kernel = backend.module(text).function(name)
    kernel(blocks, (tiles.THREADS,), out, *arrays, np.int64(n), np.int64(m))
