"""Sobolev metrics: H^s inner products on grids, by transforms or by finite volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape, point_map
from riesz.metrics.constant import Constant
from riesz.metrics.grid import Axis, Boundary, Grid, as_boundary, ends_of
from riesz.metrics.spectral import Spectral
from riesz.metrics.volumes import Cells, Volumes

Lengths = float | Sequence[float]
Widths = float | Sequence[float | Sequence[float]]
Array = np.ndarray[Any, Any]


class Sobolev(Metric):
    """R = volume (1 - lengthscale^2 Laplace_h)^order, volume being that of a cell.

    Laplace_h is the second difference along every axis, between the centres of cells of the given
    spacing, so that <u, u> approaches the continuous norm of u as the grid is refined. Positive
    orders make gradients smoother, negative ones rougher; order 0 is L2.

    `boundary` is "periodic", "neumann" or "dirichlet", or a list with one entry per axis; an entry
    may be a pair, one per end: [("neumann", "dirichlet")]. `spacing` and `lengthscale` are numbers,
    or one number per axis. Other boundaries than periodic need SciPy.

    On these uniform grids R is diagonal after a fast transform and the order any real number. An
    entry of `spacing` may also be an array, the width of each cell along its axis, and `mask` an
    array of booleans, True in the domain: then Laplace_h is made of fluxes through faces, the order
    is an integer, and a solve is a sparse one, by the solver of `Mass`. A face between the domain
    and the rest has the condition of the end it looks to (none if periodic). Outside, R is the
    volume.

    >>> wave = [1.0, 0.0, -1.0, 0.0]        # -Laplace_h wave = 2 wave
    >>> Sobolev(1).apply(wave).round(12)
    array([ 3.,  0., -3.,  0.])
    >>> float(Sobolev(1, spacing=[[0.5, 1.0, 2.0]], boundary="neumann").inner([1, 1, 1], [1, 1, 1]))
    3.5

    Raises InvalidValue for an unknown boundary, a spacing that is not positive, a negative
    lengthscale, an order that is not finite, or not an integer where it has to be.
    """

    def __init__(
        self,
        order: float,
        spacing: Widths = 1.0,
        boundary: Boundary = "periodic",
        lengthscale: Lengths = 1.0,
        mask: Any = None,
    ) -> None:
        """Check the parameters; what depends on the array's shape waits for `check`."""
        self.order = _number(order, "order")
        self.spacing = _widths(spacing)
        self.boundary = as_boundary(boundary)
        self.lengthscale = _lengths(lengthscale, "lengthscale", zero=True)
        self.mask = None if mask is None else _mask(mask)
        if self.mask or (isinstance(self.spacing, tuple) and tuple in map(type, self.spacing)):
            _integer(self.order)
        self._forms: dict[Shape, Spectral | Volumes] = {}

    @point_map
    def apply(self, xp: Any, u: Any) -> Any:
        """R u."""
        return self._form(u.shape).power(xp, u, 1.0)

    @point_map
    def solve(self, xp: Any, a: Any) -> Any:
        """R^-1 a."""
        return self._form(a.shape).power(xp, a, -1.0)

    @point_map
    def sqrt(self, xp: Any, u: Any) -> Any:
        """L' u, where R = L L'."""
        return self._form(u.shape).power(xp, u, 0.5)

    @point_map
    def unsqrt(self, xp: Any, z: Any) -> Any:
        """L'^-1 z."""
        return self._form(z.shape).power(xp, z, -0.5)

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Parameters for another number of axes, or values outside the dtype's range."""
        self._form(shape).refuse(dtype, repr(self))

    @property
    def key(self) -> tuple[Any, ...]:
        """The parameters."""
        mask = self.mask and self.mask.key
        return self.order, self.spacing, self.boundary, self.lengthscale, mask

    def __reduce__(self) -> tuple[Any, ...]:
        mask = self.mask and self.mask.value
        return Sobolev, (self.order, self.spacing, self.boundary, self.lengthscale, mask)

    def __repr__(self) -> str:
        mask = f", mask=<shape {self.mask.value.shape}>" if self.mask else ""
        return (
            f"Sobolev({self.order:g}, spacing={_shown(self.spacing)}, boundary={self.boundary!r}, "
            f"lengthscale={self.lengthscale}{mask})"
        )

    def has_root(self, u: Any) -> bool:
        """Whether `sqrt` works on arrays like u."""
        return self._form(tuple(u.shape)).has_root(u)

    def _form(self, shape: Shape) -> Spectral | Volumes:
        if shape not in self._forms:
            self._forms[shape] = self._new_form(shape)
        return self._forms[shape]

    def _new_form(self, shape: Shape) -> Spectral | Volumes:
        spacing = self._spacing(shape)
        lengthscale = _per_axis(self.lengthscale, shape, "lengthscale")
        ends = ends_of(self.boundary, shape)
        if self.mask is None and tuple not in map(type, spacing):
            axes = [Axis(n, float(h), e) for n, h, e in zip(shape, spacing, ends, strict=True)]
            return Spectral(Grid(axes), self.order, lengthscale)
        widths = [_cells(n, h, shape) for n, h in zip(shape, spacing, strict=True)]
        parts = zip(widths, ends, lengthscale, strict=True)
        return Volumes([Cells(*part) for part in parts], self._inside(shape), _integer(self.order))

    def _spacing(self, shape: Shape) -> tuple[Any, ...]:
        """A number or a tuple of widths for each axis."""
        one_each = isinstance(self.spacing, tuple) and tuple not in map(type, self.spacing)
        if one_each and len(shape) == 1 and 1 < shape[0] == len(self.spacing):
            return (self.spacing,)  # the widths along the only axis
        return _per_axis(self.spacing, shape, "spacing")

    def _inside(self, shape: Shape) -> Array | None:
        if self.mask is None:
            return None
        mask: Array = self.mask.value
        if mask.shape != shape:
            raise InvalidValue(
                f"a mask of shape {mask.shape} does not fit an array of shape {shape}: give one "
                f"boolean per entry."
            )
        return mask


def _per_axis(lengths: Any, shape: Shape, name: str) -> tuple[Any, ...]:
    if not isinstance(lengths, tuple):
        return (lengths,) * len(shape)
    if len(lengths) != len(shape):
        raise InvalidValue(
            f"{name} {_shown(lengths)} has {len(lengths)} entries, but the array of shape {shape} "
            f"has {len(shape)} axes. Give one number per axis, or one for all."
        )
    return lengths


def _cells(n: int, widths: Any, shape: Shape) -> Array:
    """The widths of n cells."""
    if isinstance(widths, tuple) and len(widths) != n:
        raise InvalidValue(
            f"an entry of spacing has {len(widths)} widths, but the array of shape {shape} has {n} "
            f"cells along that axis. Give one width per cell."
        )
    return np.full(n, widths) if not isinstance(widths, tuple) else np.array(widths)


def _integer(order: float) -> int:
    if order != int(order):
        raise InvalidValue(
            f"the order is {order:g}, but on cells of several widths or with a mask it must be an "
            f"integer: a fractional power of 1 - Laplace_h needs its eigenvectors, which are known "
            f"(Fourier modes) on uniform grids only. Take a whole order, or spacing=number and no "
            f"mask."
        )
    return int(order)


def _mask(mask: Any) -> Constant:
    """A copy of the mask."""
    mask = np.array(mask)
    if mask.dtype != bool:
        raise InvalidType(f"a mask is an array of booleans, but was given dtype {mask.dtype}.")
    if mask.size and not mask.any():
        raise InvalidValue("the mask is False everywhere: there is no domain. True is inside.")
    return Constant(mask)


def _shown(lengths: Any) -> str:
    """Numbers as they are, arrays by their length."""
    if not isinstance(lengths, tuple):
        return str(lengths)
    if len(lengths) > 8:
        return f"<{len(lengths)} widths>"
    parts = [f"<{len(h)} widths>" if isinstance(h, tuple) else str(h) for h in lengths]
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})"


def _widths(given: Any) -> Any:
    """A positive number, or a tuple whose entries are numbers or tuples of them."""
    if isinstance(given, str) or not hasattr(given, "__len__") or getattr(given, "ndim", 1) == 0:
        return _lengths(given, "spacing")
    return tuple(_lengths(entry, "spacing") for entry in given)


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
