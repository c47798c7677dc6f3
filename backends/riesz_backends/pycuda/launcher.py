"""What `riesz_backends.cuda` asks of PyCUDA: memory, and launches on the default stream."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz_backends.cuda.library import Library
from riesz_backends.cuda.source import Source
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import device


class Launcher:
    """Clusters' kernels on arrays of the device."""

    def __init__(self) -> None:
        """No kernel is known yet."""
        self.library = Library()

    def know(self, sources: Sequence[Source]) -> None:
        """Kernels that will be launched."""
        self.library.know(sources)

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """A new array."""
        return Array.empty(shape, dtype)

    def array(self, x: Any) -> Array:
        """An argument of a plan: a number is copied to the device."""
        return x if type(x) is Array else Array.of(np.asarray(x))

    def pointer(self, x: Array) -> int:
        """The address of the first entry; there is one."""
        return int(x.memory) + x.offset

    def launch(self, source: Source, blocks: int, arrays: Sequence[Array], layout: bytes) -> None:
        """Run a kernel."""
        addresses = struct.pack(f"{len(arrays)}Q", *[int(x.memory) + x.offset for x in arrays])
        device().run(self.library.text(source), source.name, (blocks,), addresses + layout)


launcher = Launcher()
