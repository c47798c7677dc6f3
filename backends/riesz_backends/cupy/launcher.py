"""What `riesz_backends.cuda` asks of CuPy: memory of its pool, launches on its current stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz_backends.cuda.axes import BLOCK
from riesz_backends.cuda.library import Library as Texts
from riesz_backends.cuda.source import OPTIONS, Source
from riesz_backends.cupy.library import Library


class Launcher:
    """Clusters' kernels as CuPy's raw kernels."""

    def __init__(self, modules: Library) -> None:
        """`modules`: the library of the arrays."""
        self.modules, self.texts = modules, Texts()
        self._modules: dict[str, Any] = {}
        self._functions: dict[str, Any] = {}

    def know(self, sources: Sequence[Source]) -> None:
        """Kernels that will be launched."""
        self.texts.know(sources)

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """A new array."""
        return self.modules.arrays.empty(shape, dtype)

    def array(self, x: Any) -> Any:
        """An argument of a plan: a number is copied to the device."""
        return x if isinstance(x, self.modules.arrays.ndarray) else self.modules.arrays.asarray(x)

    def pointer(self, x: Any) -> int:
        """The address of the first entry."""
        return int(x.data.ptr)

    def launch(self, source: Source, blocks: int, arrays: Sequence[Any], layout: bytes) -> None:
        """Run a kernel on the current stream; a host's array of size 1 is passed by value."""
        function = self._functions.get(source.name) or self._load(source)
        structure = np.frombuffer(layout, f"V{len(layout)}")
        function((blocks,), (BLOCK,), (*arrays, structure))

    def _load(self, source: Source) -> Any:
        text = self.texts.text(source)
        module = self._modules.get(text)
        if module is None:
            make = self.modules.arrays.RawModule
            module = self._modules.setdefault(text, make(code=text, options=OPTIONS))
        found = self._functions[source.name] = module.get_function(source.name)
        return found
