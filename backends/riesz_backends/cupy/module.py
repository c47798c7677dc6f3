"""CUDA C that others bring, as one of CuPy's raw modules."""

from __future__ import annotations

from typing import Any

from riesz.backend.module import Grid, Module
from riesz_backends.cupy.library import Library


class RawModule(Module):
    """A text, compiled by NVRTC and kept by CuPy, in memory and in its cache."""

    def __init__(self, source: str, array_types: tuple[type, ...], modules: Library) -> None:
        """`modules`: CuPy, which is not asked to compile yet."""
        from riesz_backends.cuda.source import OPTIONS  # those of pycuda: one text, one meaning

        super().__init__(source, array_types)
        self._raw = modules.arrays.RawModule(code=source, options=OPTIONS)

    def launch(self, name: str, grid: Grid, block: Grid, arguments: tuple[Any, ...]) -> None:
        """Launch on the current stream."""
        self._raw.get_function(name)(grid, block, arguments)
