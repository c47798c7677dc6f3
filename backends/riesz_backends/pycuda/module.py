"""CUDA C that others bring, compiled and launched as the kernels of this backend are."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.backend.module import Grid, Module
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import Parameter, device


class CudaModule(Module):
    """A text, which with the compiler's version is the key of what it was compiled to."""

    def launch(self, name: str, grid: Grid, block: Grid, arguments: tuple[Any, ...]) -> None:
        """Launch on the stream that every kernel of the backend is on."""
        device().launch(self.source, name, grid, [packed(arguments)], block)


def packed(arguments: Sequence[Any]) -> Parameter:
    """All of them as one parameter, laid out as in a structure of C."""
    values = [np.uint64(x.pointer) if isinstance(x, Array) else x for x in arguments]
    layout = "@" + "".join(x.dtype.char for x in values)
    return Parameter(8, "", struct.pack(layout, *values))
