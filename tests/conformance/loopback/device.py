"""The device: which dtypes it has, and how often something crossed its border."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

DOUBLE = frozenset(map(np.dtype, ("float64", "complex128")))


@dataclass
class Transfers:
    """`up`: arrays brought to the device; `down`: arrays taken from it; `scalars`: numbers read."""

    up: int = 0
    down: int = 0
    scalars: int = 0


@dataclass(eq=False)
class Device:
    """A device called `name`; one that is not `double` has neither float64 nor complex128."""

    name: str
    double: bool = True
    transfers: Transfers = field(default_factory=Transfers)

    def __str__(self) -> str:
        return f"{self.name}:0"

    def admits(self, dtype: np.dtype) -> bool:
        """Whether arrays of this dtype exist here."""
        return dtype.kind in "biufc" and (self.double or dtype not in DOUBLE)

    @contextmanager
    def counted(self) -> Iterator[Transfers]:
        """Count anew what crosses the border inside `with`."""
        before, self.transfers = self.transfers, Transfers()
        try:
            yield self.transfers
        finally:
            self.transfers = before
