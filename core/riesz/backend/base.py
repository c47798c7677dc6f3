"""What a backend is."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np

from riesz.backend.module import Module
from riesz.errors import InvalidType, InvalidValue, UnsupportedOperator


class Backend(ABC):
    """What computes: array types, a namespace of functions on them, transfers, kernels.

    Subclass it, and name the module that holds an instance as `backend` (or the class, or an
    instance) in an entry point of the group `riesz.backends`, under the backend's name. Importing
    that module must not import the backend's library: `xp`, `array_types` and `probe` may.
    """

    name: str
    library: str = ""  # the module its arrays come from: until it is imported, none can exist
    capabilities: frozenset[str] = frozenset()  # dtypes it computes in; host, fft, linalg, special
    kernels: Mapping[tuple[str, str], Callable[..., Any]] = MappingProxyType({})
    # ^ (operator name, "forward" | "adjoint") -> function that replaces the operator's own rule
    expected_failures: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    # ^ of the conformance suite: "operator:check:dtype" -> {"reason": ..., "link": ...}
    tolerances: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    # ^ loosened ones of the suite: "operator:check:dtype" -> {"factor": ..., "reason": ...}

    @property
    @abstractmethod
    def array_types(self) -> tuple[type, ...]:
        """The types of the arrays it owns."""

    @property
    @abstractmethod
    def xp(self) -> Any:
        """The namespace of functions on its arrays, with NumPy's names."""

    def probe(self) -> str | None:
        """Return None, or the reason why it cannot run here."""
        return None

    def report(self) -> Mapping[str, str]:
        """Return what `riesz doctor` says of it: a word, and what there is to say."""
        return {}

    def route(self) -> str | None:
        """Return on what its GPU code runs here, None if it has none: see `route`."""
        return None

    def cache(self) -> Any:
        """Return what it keeps on disk (`folder`, `files`, `size`, `limit`, `clear`), or None."""
        return None

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return host data `x` as an array of this backend."""
        return self.xp.asarray(x, dtype=dtype)

    def takes(self, x: Any) -> bool:
        """Return whether `asarray` sees an array of another library without a copy."""
        return False

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return an array of this backend as a NumPy array."""
        return np.asarray(x)

    def module(self, source: str) -> Module:
        """Return kernels in the language of its device, compiled when they are first launched."""
        raise UnsupportedOperator(f"The backend {self.name!r} compiles no sources of kernels.")

    def owns(self, T: type) -> bool:
        """Whether arrays of type T are this backend's."""
        if self.library and self.library not in sys.modules:
            return False
        return issubclass(T, self.array_types)

    def __repr__(self) -> str:
        return f"<backend {self.name}>"


def route(reason: str | None, device: Callable[[], str]) -> str:
    """On what GPU code runs: NOT RUN and the reason, else REAL or EMULATED and the device.

    A device that is none says so in its name.

    >>> route(None, lambda: "CPU emulation, not a GPU")
    'EMULATED: CPU emulation, not a GPU'
    >>> route("there is no CUDA device", str)
    'NOT RUN: there is no CUDA device'
    """
    if reason is not None:
        return f"NOT RUN: {reason}"
    name = device()
    return f"{'EMULATED' if 'not a GPU' in name else 'REAL'}: {name}"


def as_backend(loaded: Any, name: str) -> Backend:
    """Return the backend in what an entry point called `name` has loaded."""
    if isinstance(loaded, ModuleType):
        loaded = getattr(loaded, "backend", loaded)
    if isinstance(loaded, type) and issubclass(loaded, Backend):
        loaded = loaded()
    if not isinstance(loaded, Backend):
        raise InvalidType(
            f"{loaded!r} is no backend: a module with an attribute `backend`, or an instance or "
            "subclass of riesz.backend.Backend, is expected"
        )
    if loaded.name != name:
        raise InvalidValue(f"the backend calls itself {loaded.name!r}, its entry point {name!r}")
    return loaded
