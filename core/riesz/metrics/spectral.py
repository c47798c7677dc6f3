"""R = cell (1 - lengthscale^2 Laplace_h)^order by transforms, on grids with Fourier modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.errors import InvalidValue, UnsupportedOperator
from riesz.metrics.base import DType
from riesz.metrics.constant import Constant
from riesz.metrics.grid import Grid

Array = np.ndarray[Any, Any]


class Spectral:
    """The powers R^p on arrays of one shape, for any real order."""

    def __init__(self, grid: Grid, order: float, lengthscale: Sequence[float]) -> None:
        """One lengthscale per axis."""
        self.grid, self.order = grid, order
        self._scale = [ell * ell for ell in lengthscale]
        self._symbols: dict[tuple[bool, float], Constant] = {}

    def power(self, xp: Any, u: Any, p: float) -> Any:
        """R^p u."""
        if 0 in u.shape:
            return u
        key = real, p = u.dtype.kind != "c", p
        if key not in self._symbols:
            self._symbols[key] = Constant(self.symbol(real, p))
        symbol = self._symbols[key].like(u)
        try:
            return self.grid.inverse(xp, self.grid.forward(xp, u) * symbol, real)
        except AttributeError as error:
            if error.obj is not xp.fft:
                raise
            raise UnsupportedOperator(
                f"A metric on a grid needs xp.fft.{error.name}, which the backend has not."
            ) from error

    def has_root(self, u: Any) -> bool:
        """Whether R^(1/2) works on arrays like u: wherever R does."""
        return True

    def symbol(self, real: bool, p: float) -> Array:
        """The eigenvalues of R^p, laid out as the coefficients are."""
        with np.errstate(over="ignore", under="ignore"):  # `refuse` says so at declaration
            ratio = 1.0 + self.grid.eigenvalues(real, self._scale)
            return np.asarray(self.grid.cell**p * ratio ** (p * self.order))

    def refuse(self, dtype: DType, name: str) -> None:
        """Raise InvalidValue for eigenvalues outside the dtype's range."""
        symbol = self.symbol(dtype.kind != "c", 1.0)
        limit = 1.0 / np.finfo(dtype).tiny
        bad = symbol[~((symbol < limit) & (symbol > 1.0 / limit))]
        if bad.size:
            shape = tuple(axis.n for axis in self.grid.axes)
            raise InvalidValue(
                f"{name} multiplies some frequencies of shape {shape} by {bad[0]:g}, outside the "
                f"range of {dtype}. Take an order nearer 0, or measure lengths in another unit."
            )
