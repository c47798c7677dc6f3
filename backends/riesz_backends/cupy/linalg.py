"""Functions of linear algebra that NumPy or SciPy has with other arguments than CuPy, or alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz_backends.cuda.rows import axes_of, rows
from riesz_backends.cupy.library import Library


def functions(modules: Library) -> dict[str, Callable[..., Any]]:
    """Them, by name."""

    def pinv(a: Any, rtol: Any = 1e-15, hermitian: bool = False) -> Any:
        """The pseudo-inverse, by singular values also of a Hermitian matrix."""
        return modules.arrays.linalg.pinv(a, rtol)

    def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
        """The norm along several axes, merged into one."""
        xp = modules.arrays
        axes = axes_of(axis, x.ndim)
        y = xp.linalg.norm(rows(xp, x, axes), ord, axis=-1)
        return xp.expand_dims(y, axes) if keepdims else y

    def solve(a: Any, b: Any) -> Any:
        """A^-1 b, for stacks that are broadcast."""
        xp = modules.arrays
        if b.ndim > 1:
            stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
            a, b = (xp.broadcast_to(x, (*stack, *x.shape[-2:])) for x in (a, b))
        return xp.linalg.solve(a, b)

    def expm(a: Any) -> Any:
        """The exponential of each matrix of a stack."""
        xp, one = modules.arrays, modules.part("linalg").expm
        if a.ndim == 2:
            return one(a)
        y = xp.empty_like(a)
        for i in np.ndindex(a.shape[:-2]):
            y[i] = one(a[i])
        return y

    return {f.__name__: f for f in (pinv, vector_norm, solve, expm)}
