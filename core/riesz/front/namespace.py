"""The `xp` of traced values: the vocabulary of rules, answered by operators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from riesz.registry import registry

if TYPE_CHECKING:
    from riesz.backend import Backend

PARTS = frozenset(("linalg", "fft", "special"))


class TracedNamespace:
    """A backend's namespace on which every function with an operator takes traced values too."""

    def __init__(self, backend: Backend, prefix: str = "") -> None:
        """`prefix`: empty, or `linalg.`, `fft.`, `special.` in that part of the namespace."""
        self._backend, self._prefix = backend, prefix

    def __getattr__(self, name: str) -> Any:
        """The operator or front-end function of that name, else the backend's function."""
        if name in PARTS and not self._prefix:
            part = TracedNamespace(self._backend, f"{name}.")
            setattr(self, name, part)
            return part
        for key in (f"{self._prefix}{name}", name):
            if key in registry.names:
                return registry.names[key]
        base = self._backend.xp
        return getattr(getattr(base, self._prefix[:-1]) if self._prefix else base, name)


@cache
def traced_namespace(backend: Backend) -> TracedNamespace:
    """The one of a backend."""
    return TracedNamespace(backend)
