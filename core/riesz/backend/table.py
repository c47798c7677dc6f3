"""The backends there are: found through entry points, loaded one at a time, by name."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from riesz.backend.base import Backend, as_backend
from riesz.errors import BackendUnavailable, InvalidType, InvalidValue
from riesz.loader import Lister, Plugins, PluginWarning, installed
from riesz.suggestion import suggestion


class Backends:
    """All known backends, and the kernels they and plugins bring."""

    kernels: dict[tuple[str, str, str], Callable[..., Any]]  # (operator, backend, step) -> kernel

    def __init__(self, lister: Lister = installed) -> None:
        """List entry points with `lister`; nothing is loaded yet."""
        self.plugins = Plugins("riesz.backends", lister, as_backend)
        self.kernels = {}
        self.listeners: list[Callable[[], None]] = []  # called when one is added or removed
        self._loaded: dict[str, Backend] = {}
        self._usable: set[str] = set()  # those whose probe found nothing wrong
        self._lock = threading.RLock()

    def names(self) -> list[str]:
        """Return the names of all known backends, "numpy" first; loads none.

        Blocked ones are left out; those that cannot run here are not: see `riesz backends`.

        >>> import riesz
        >>> "native" in riesz.list_backends()
        True
        """
        known = {plugin.name for plugin in self.plugins.active()} | set(self._loaded)
        return sorted(known, key=lambda name: (name != "numpy", name))

    def get(self, name: str | Backend) -> Backend:
        """Return the backend called `name`, able to run here (a `Backend` is returned as it is).

        Raises `BackendUnavailable` if it is unknown or cannot run, `PluginError` if broken.

        >>> import riesz
        >>> riesz.get_backend("numpy").xp.exp(0.0)
        np.float64(1.0)
        """
        if isinstance(name, Backend):
            return name
        backend = self.load(name)
        if name not in self._usable:
            reason = self.probe(backend)
            if reason is not None:
                raise BackendUnavailable(f"Backend {name!r} cannot run here: {reason}")
            self._usable.add(name)
        return backend

    def load(self, name: str) -> Backend:
        """Return the backend called `name`, whether it can run here or not."""
        if not isinstance(name, str):
            raise InvalidType(f"A backend is asked for by name (str), not by {name!r}.")
        if name not in self._loaded:
            if all(plugin.name != name for plugin in self.plugins.all()):
                hint = suggestion(name, self.names())
                raise BackendUnavailable(f"There is no backend {name!r}. {hint}")
            self.add(self.plugins.load(self.plugins.find(name)))
        return self._loaded[name]

    def probe(self, backend: Backend) -> str | None:
        """Return why `backend` cannot run here, if so; a probe that raises is such a reason."""
        try:
            return backend.probe()
        except Exception as error:
            return f"its probe failed with {type(error).__name__}: {error}"

    def loaded(self) -> list[Backend]:
        """Return the backends loaded so far."""
        return list(self._loaded.values())

    def load_further(self, libraries: set[str]) -> Iterator[Backend]:
        """Load the remaining ones, those named like a library first; broken ones are skipped."""
        remaining = [p for p in self.plugins.active() if p.name not in self._loaded]
        for plugin in sorted(remaining, key=lambda p: p.name not in libraries):
            backend = self.plugins.attempt(plugin)
            if backend is not None:
                self.add(backend)
                yield backend

    def changed(self) -> None:
        """Tell the listeners that there are other backends, or other kernels, than before."""
        for listener in self.listeners:
            listener()

    def add(self, backend: Backend) -> None:
        """Make `backend` known under its name; raise `InvalidValue` if another has it."""
        with self._lock:
            if backend.name not in self._loaded:
                self._loaded[backend.name] = backend
                self._add_kernels(backend)
                self.changed()
        if self._loaded[backend.name] is not backend:
            raise InvalidValue(f"There is a backend {backend.name!r} already.")

    def _add_kernels(self, backend: Backend) -> None:
        for (operator, step), function in backend.kernels.items():
            kept = self.kernels.setdefault((operator, backend.name, step), function)
            if kept is not function:
                warnings.warn(
                    f"{backend!r} brings a kernel for {operator!r} {step}, which is ignored: a "
                    f"plugin's {kept!r} was registered first",
                    PluginWarning,
                    stacklevel=4,
                )

    def remove(self, name: str) -> None:
        """Forget the backend called `name` and its kernels."""
        with self._lock:
            for plugin in self.plugins.active():
                if plugin.name == name:
                    plugin.status, plugin.reason = "removed", "removed by this program"
            backend = self._loaded.pop(name, None)
            for (operator, step), function in (backend.kernels if backend else {}).items():
                if self.kernels.get((operator, name, step)) is function:
                    del self.kernels[operator, name, step]
            self._usable.discard(name)
            self.changed()
