"""Finite volumes: R = V (V^-1 B)^order with B = V + lengthscale^2 K, on boxes of any widths.

V is the diagonal of the cells' volumes and K the stiffness of two-point fluxes: area / distance for
each face between two cells. R. Eymard, T. Gallouet, R. Herbin, Finite Volume Methods (2000), 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from riesz.errors import MissingExtra
from riesz.metrics.base import DType, Metric
from riesz.metrics.grid import PERIODIC, Ends
from riesz.metrics.mass import Mass
from riesz.metrics.weighted import Weighted

Array = np.ndarray[Any, Any]
Entries = tuple[Array, Array, Array]


@dataclass(frozen=True)
class Cells:
    """One axis: the widths of its cells, the conditions at its ends, its lengthscale."""

    widths: Array
    ends: Ends
    lengthscale: float


class Volumes:
    """The powers of R for an integer order; outside the mask R is V, without neighbours."""

    def __init__(self, axes: Sequence[Cells], mask: Array | None, order: int) -> None:
        """Assemble and factorise."""
        self.order = order
        volume = reduce(np.multiply.outer, [axis.widths for axis in axes], np.ones(()))
        mask = np.ones(volume.shape, bool) if mask is None else mask
        self.V = Weighted(volume)
        self.B: Metric = self.V
        if volume.size:
            self.B = Mass(_sum(volume, _stiffness(axes, volume, mask)))

    def power(self, xp: Any, u: Any, p: float) -> Any:
        """R^p u for p = 1 and -1; L'u for 1/2, L'^-1 u for -1/2, where R = L L'.

        V T = B for T = V^-1 B, so T'^m V T^m = V T^2m and T'^m B T^m = V T^(2m+1): the last two
        show an L.
        """
        if p == 1.0:
            return self.V.apply(self._repeated(u, self.order))
        if p == -1.0:
            return self._repeated(self.V.solve(u), -self.order)
        m, odd = divmod(self.order, 2)
        middle = self.B if odd else self.V
        if p == 0.5:
            return middle.sqrt(self._repeated(u, m))
        return self._repeated(middle.unsqrt(u), -m)

    def has_root(self, u: Any) -> bool:
        """Whether L is known for arrays like u."""
        return self.order % 2 == 0 or self.B.has_root(u)

    def refuse(self, dtype: DType, name: str) -> None:
        """Raise InvalidValue for volumes outside the dtype's range."""
        self.V.w.refuse(dtype, "volume")

    def _repeated(self, u: Any, k: int) -> Any:
        """T^k u."""
        for _ in range(abs(k)):
            u = self.V.solve(self.B.apply(u)) if k > 0 else self.B.solve(self.V.apply(u))
        return u


def _sum(volume: Array, entries: Iterator[Entries]) -> Any:
    """V + K, sparse, from the entries of K."""
    try:
        import scipy.sparse as sp
    except ImportError:
        raise MissingExtra("Sobolev with cell widths or a mask", "SciPy", "scipy") from None
    n = volume.size
    every = [(np.arange(n), np.arange(n), volume.ravel()), *entries]
    rows, columns, values = (np.concatenate(parts) for parts in zip(*every, strict=True))
    return sp.coo_array((values, (rows, columns)), shape=(n, n))


def _stiffness(axes: Sequence[Cells], volume: Array, mask: Array) -> Iterator[Entries]:
    """The entries of lengthscale^2 K, from the faces across each axis."""
    index = np.arange(volume.size).reshape(volume.shape)
    for k, axis in enumerate(axes):
        i, inside = (np.moveaxis(x, k, -1) for x in (index, mask))
        conductance = axis.lengthscale**2 * np.moveaxis(volume, k, -1) / axis.widths  # by area
        yield from _between(axis, i, inside, conductance)
        yield from _at_ends(axis, i, inside, conductance)


def _between(axis: Cells, i: Array, inside: Array, area: Array) -> Iterator[Entries]:
    """Two cells of the domain: (u_i - u_j) area / distance."""
    left = np.arange(len(axis.widths) - (axis.ends != PERIODIC))
    right = (left + 1) % max(len(axis.widths), 1)
    distance = (axis.widths[left] + axis.widths[right]) / 2
    both = inside[..., left] & inside[..., right]
    c = (area[..., left] / distance)[both]
    p, q = i[..., left][both], i[..., right][both]
    yield from ((p, p, c), (q, q, c), (p, q, -c), (q, p, -c))


def _at_ends(axis: Cells, i: Array, inside: Array, area: Array) -> Iterator[Entries]:
    """Zero on a face of the domain's boundary, half a width away."""
    for step, condition in zip((1, -1), axis.ends, strict=True):
        beyond = np.roll(inside, step, axis=-1)
        if axis.ends != PERIODIC:
            beyond[..., 0 if step == 1 else -1] = False
        if condition == "dirichlet":
            bare = inside & ~beyond
            p = i[bare]
            yield p, p, (area / (axis.widths / 2))[bare]
