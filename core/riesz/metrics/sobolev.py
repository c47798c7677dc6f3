"""Sobolev metrics: H^s inner products on a regular grid, diagonal after a Fourier transform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape, point_map, real_dtype
from riesz.metrics.grid import Axis, Boundary, Grid, as_boundary, ends_of

Lengths = float | Sequence[float]
Array = np.ndarray[Any, Any]


class Sobolev(Metric):
    """R = prod(spacing) (1 - lengthscale^2 Laplace_h)^order, for any real order.

    Laplace_h is the second difference along every axis, between the centres of cells of the given
    spacing, so that <u, u> approaches the continuous norm of u as the grid is refined. Positive
    orders make gradients smoother, negative ones rougher; order 0 is L2.

    `boundary` is "periodic", "neumann" or "dirichlet", or a list with one entry per axis; an entry
    may be a pair, one per end: [("neumann", "dirichlet")]. `spacing` and `lengthscale` are numbers,
    or one number per axis. Other boundaries than periodic need SciPy.

    >>> wave = [1.0, 0.0, -1.0, 0.0]        # -Laplace_h wave = 2 wave
    >>> Sobolev(1).apply(wave).round(12)
    array([ 3.,  0., -3.,  0.])

    Raises InvalidValue for an unknown boundary, a spacing that is not positive, a negative
    lengthscale or an order that is not finite.
    """

    def __init__(
        self,
        order: float,
        spacing: Lengths = 1.0,
        boundary: Boundary = "periodic",
        lengthscale: Lengths = 1.0,
    ) -> None:
        """Check the parameters; what depends on the array's shape waits for `check`."""
        self.order = _number(order, "order")
        self.spacing = _lengths(spacing, "spacing")
        self.boundary = as_boundary(boundary)
        self.lengthscale = _lengths(lengthscale, "lengthscale", zero=True)
        self._grids: dict[Shape, Grid] = {}
        self._symbols: dict[tuple[Any, ...], Array] = {}

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u."""
        return self._power(xp, u, 1.0)

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a."""
        return self._power(xp, a, -1.0)

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u = R^(1/2) u."""
        return self._power(xp, u, 0.5)

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z = R^(-1/2) z."""
        return self._power(xp, z, -0.5)

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Parameters for another number of axes, or a symbol outside the dtype's range."""
        symbol = self._symbol(self._grid(shape), dtype.kind != "c", 1.0)
        limit = 1.0 / np.finfo(dtype).tiny
        bad = symbol[~((symbol < limit) & (symbol > 1.0 / limit))]
        if bad.size:
            raise InvalidValue(
                f"{self!r} multiplies some frequencies of shape {shape} by {bad[0]:g}, outside the "
                f"range of {dtype}. Take an order nearer 0, or measure lengths in another unit."
            )

    @property
    def key(self) -> tuple[Any, ...]:
        """The four parameters."""
        return self.order, self.spacing, self.boundary, self.lengthscale

    def __repr__(self) -> str:
        return (
            f"Sobolev({self.order:g}, spacing={self.spacing}, boundary={self.boundary!r}, "
            f"lengthscale={self.lengthscale})"
        )

    def _power(self, xp: Any, u: Any, p: float) -> Any:
        """R^p u."""
        if 0 in u.shape:
            return u
        real = u.dtype.kind != "c"
        grid = self._grid(u.shape)
        return grid.inverse(xp, grid.forward(xp, u) * self._cached_symbol(u, real, p), real)

    def _cached_symbol(self, u: Any, real: bool, p: float) -> Array:
        """R^p on the coefficients, in u's precision."""
        key = (u.shape, u.dtype, p)
        if key not in self._symbols:
            if len(self._symbols) >= 32:
                self._symbols.clear()
            symbol = self._symbol(self._grid(u.shape), real, p)
            self._symbols[key] = np.asarray(symbol, real_dtype(u.dtype))
        return self._symbols[key]

    def _symbol(self, grid: Grid, real: bool, p: float) -> Array:
        with np.errstate(over="ignore", under="ignore"):  # `refuse` says so at declaration
            scale = [ell * ell for ell in _per_axis(self.lengthscale, len(grid.axes))]
            ratio = 1.0 + grid.eigenvalues(real, scale)
            return np.asarray(grid.cell**p * ratio ** (p * self.order))

    def _grid(self, shape: Shape) -> Grid:
        if shape not in self._grids:
            self._grids[shape] = self._new_grid(shape)
        return self._grids[shape]

    def _new_grid(self, shape: Shape) -> Grid:
        for name in ("spacing", "lengthscale"):
            given = getattr(self, name)
            if isinstance(given, tuple) and len(given) != len(shape):
                raise InvalidValue(
                    f"{name} {given} has {len(given)} entries, but the array of shape {shape} has "
                    f"{len(shape)} axes. Give one number per axis, or one for all."
                )
        spacings = _per_axis(self.spacing, len(shape))
        ends = ends_of(self.boundary, shape)
        return Grid([Axis(n, h, e) for n, h, e in zip(shape, spacings, ends, strict=True)])


def _per_axis(lengths: float | tuple[float, ...], ndim: int) -> tuple[float, ...]:
    return lengths if isinstance(lengths, tuple) else (lengths,) * ndim


def _number(x: Any, name: str) -> float:
    try:
        number = float(x)
    except (TypeError, ValueError):
        raise InvalidType(f"{name} is a real number, but was given {x!r}.") from None
    if not np.isfinite(number):
        raise InvalidValue(f"{name} must be finite, but was given {x!r}.")
    return number


def _lengths(given: Any, name: str, zero: bool = False) -> float | tuple[float, ...]:
    """A positive (or zero) number, or a tuple of them."""
    one = isinstance(given, str) or np.ndim(given) == 0
    numbers = tuple(_number(x, name) for x in ((given,) if one else given))
    for number in numbers:
        if number < 0 or (number == 0 and not zero):
            bound = "zero or positive" if zero else "positive"
            raise InvalidValue(f"{name} must be {bound}, but was given {number:g}.")
    return numbers[0] if one else numbers
