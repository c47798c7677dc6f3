"""Regular, cell-centred grids: boundary conditions, and the transforms that diagonalise Laplace_h.

For the symmetric second difference with half-sample ends the eigenvectors are those of the cosine
and sine transforms: G. Strang, "The discrete cosine transform", SIAM Review 41 (1999), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.metrics.base import Shape

Ends = tuple[str, str]
Boundary = str | Sequence[str | Sequence[str]]
Array = np.ndarray[Any, Any]

KINDS = ("periodic", "neumann", "dirichlet")

# ends -> transform, its type, and the offset o of the frequencies theta = pi (k + o) / n
TRANSFORMS: dict[Ends, tuple[str, int, float]] = {
    ("neumann", "neumann"): ("dct", 2, 0.0),
    ("dirichlet", "dirichlet"): ("dst", 2, 1.0),
    ("neumann", "dirichlet"): ("dct", 4, 0.5),
    ("dirichlet", "neumann"): ("dst", 4, 0.5),
}
PERIODIC: Ends = ("periodic", "periodic")


@dataclass(frozen=True)
class Axis:
    """One axis of a grid: n cells of width h between two ends."""

    n: int
    h: float
    ends: Ends

    @property
    def eigenvalues(self) -> Array:
        """Those of -Laplace_h: (2 - 2 cos theta) / h^2 = (2 sin(theta / 2) / h)^2."""
        k = np.arange(self.n)
        if self.ends == PERIODIC:
            half_theta = np.pi * k / self.n
        else:
            half_theta = 0.5 * np.pi * (k + TRANSFORMS[self.ends][2]) / self.n
        return np.square(2.0 * np.sin(half_theta) / self.h)


class Grid:
    """The axes of an array, and the orthogonal transform in which Laplace_h is diagonal."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        """Sort the axes into periodic ones (FFT) and others (DCT, DST)."""
        self.axes = tuple(axes)
        self._periodic = tuple(i for i, axis in enumerate(axes) if axis.ends == PERIODIC)
        self._trigonometric = tuple(
            (i, *TRANSFORMS[axis.ends][:2]) for i, axis in enumerate(axes) if axis.ends != PERIODIC
        )

    @property
    def cell(self) -> float:
        """The volume of a cell."""
        return float(np.prod([axis.h for axis in self.axes]))

    def forward(self, xp: Any, u: Any) -> Any:
        """The coefficients of u; half of them if u is real and an axis periodic."""
        fftn = xp.fft.fftn if u.dtype.kind == "c" else xp.fft.rfftn
        for axis, name, kind in self._trigonometric:
            u = getattr(xp.fft, name)(u, type=kind, axis=axis, norm="ortho")
        return fftn(u, axes=self._periodic, norm="ortho") if self._periodic else u

    def inverse(self, xp: Any, c: Any, real: bool) -> Any:
        """The array with these coefficients."""
        if self._periodic:
            sizes = tuple(self.axes[i].n for i in self._periodic)
            ifftn = xp.fft.irfftn if real else xp.fft.ifftn
            c = ifftn(c, s=sizes, axes=self._periodic, norm="ortho")
        for axis, name, kind in self._trigonometric:
            c = getattr(xp.fft, "i" + name)(c, type=kind, axis=axis, norm="ortho")
        return c

    def eigenvalues(self, real: bool, scale: Sequence[float]) -> Array:
        """The sum over axes of scale times -Laplace_h's eigenvalues, laid out as `forward` does."""
        lines = [s * axis.eigenvalues for s, axis in zip(scale, self.axes, strict=True)]
        if real and self._periodic:
            halved = self._periodic[-1]
            lines[halved] = lines[halved][: self.axes[halved].n // 2 + 1]
        return reduce(np.add.outer, lines, np.zeros(()))


def as_boundary(boundary: Any) -> str | tuple[str | Ends, ...]:
    """A boundary in hashable form; raises InvalidValue where a name or a pair is unknown."""
    if isinstance(boundary, str):
        return _known(boundary)
    try:
        entries = tuple(boundary)
    except TypeError:
        entries = (boundary,)
    return tuple(_known(e) if isinstance(e, str) else _pair(e) for e in entries)


def ends_of(boundary: str | tuple[str | Ends, ...], shape: Shape) -> tuple[Ends, ...]:
    """One pair of ends per axis of an array."""
    if isinstance(boundary, str):
        return ((boundary, boundary),) * len(shape)
    if len(shape) == 1 and len(boundary) == 2:
        return (_pair(boundary),)  # the two ends of the only axis
    if len(boundary) != len(shape):
        raise InvalidValue(
            f"boundary {list(boundary)} has {len(boundary)} entries, but the array of shape "
            f"{shape} has {len(shape)} axes. Give one entry per axis, or one name for all."
        )
    return tuple((e, e) if isinstance(e, str) else e for e in boundary)


def _known(name: Any) -> str:
    if name in KINDS:
        return str(name)
    raise InvalidValue(
        f"unknown boundary {name!r}; expected one of {', '.join(map(repr, KINDS))}, or a list with "
        f"one entry per axis whose entries may be pairs, one per end."
    )


def _pair(entry: Any) -> Ends:
    """Both ends of an axis."""
    try:
        left, right = (_known(name) for name in entry)
    except (TypeError, ValueError) as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue(
            f"a boundary entry is a name or a pair of names, one per end, but was given {entry!r}."
        ) from None
    if left != right and "periodic" in (left, right):
        raise InvalidValue(
            f"an axis with ends {left!r} and {right!r} cannot exist: periodic joins both ends. "
            f"Use 'periodic' alone, or 'neumann' and 'dirichlet'."
        )
    return left, right
