"""Sources of kernels in the language of a device, which a backend compiles and launches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.errors import InvalidType

Grid = tuple[int, ...]
SCALARS = "?bBhHiIlLqQfd"  # truth values, integers, and floating point numbers


class Module(ABC):
    """A source; the backend compiles it when a kernel of it is first launched, and keeps that."""

    def __init__(self, source: str, array_types: tuple[type, ...]) -> None:
        """`array_types`: those of the backend, whose arrays kernels may be given."""
        self.source, self.array_types = source, array_types

    def function(self, name: str) -> Function:
        """The kernel of that name, declared `extern "C" __global__ void name(...)`."""
        return Function(self, name)

    @abstractmethod
    def launch(self, name: str, grid: Grid, block: Grid, arguments: tuple[Any, ...]) -> None:
        """Launch a kernel on arguments that are as they should be."""


@dataclass(frozen=True)
class Function:
    """A kernel: `kernel(grid, block, *arguments)`, in the order in which it declares them."""

    module: Module
    name: str

    def __call__(self, grid: Grid, block: Grid, *arguments: Any) -> None:
        """Launch it; a grid without blocks is nothing to do.

        `grid` and `block` are up to three lengths. Of an array the kernel gets the address of the
        first entry, of a NumPy scalar (np.int64(n), np.float32(x)) its value. Raises `InvalidType`
        for anything else, whose type in the kernel nobody knows.
        """
        for x in arguments:
            scalar = isinstance(x, np.generic) and x.dtype.char in SCALARS
            if not scalar and not isinstance(x, self.module.array_types):
                raise InvalidType(
                    f"The kernel {self.name} was given {x!r:.60} of type {type(x).__name__}; it "
                    "takes arrays of its backend, and NumPy's scalars of the types it declares."
                )
        if all(grid):
            self.module.launch(self.name, grid, block, arguments)
