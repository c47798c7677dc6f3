"""Backends: what one is, how one is found, and which one a computation uses.

The choice, in this order: the `backend=` argument; the arrays given (two backends that share no
array type raise `MixedBackends`); `with use_backend(name)`; RIESZ_BACKEND, read at first use;
"numpy". Where several backends own the type of the arrays given, the later steps choose among them.
"""

from __future__ import annotations

import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np

from riesz.errors import (
    BackendUnavailable,
    InvalidType,
    InvalidValue,
    MixedBackends,
    PluginError,
)
from riesz.loader import Lister, Plugins, installed
from riesz.suggestion import suggestion

SCALARS = frozenset({bool, int, float, complex})


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

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return host data `x` as an array of this backend."""
        return self.xp.asarray(x, dtype=dtype)

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return an array of this backend as a NumPy array."""
        return np.asarray(x)

    def owns(self, T: type) -> bool:
        """Whether arrays of type T are this backend's."""
        if self.library and self.library not in sys.modules:
            return False
        return issubclass(T, self.array_types)

    def __repr__(self) -> str:
        return f"<backend {self.name}>"


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


class Backends:
    """All backends: found through entry points, loaded one at a time, by name, on first use."""

    def __init__(self, lister: Lister = installed) -> None:
        """List entry points with `lister`."""
        self.plugins = Plugins("riesz.backends", lister, as_backend)
        self._loaded: dict[str, Backend] = {}
        self._usable: set[str] = set()  # those whose probe found nothing wrong
        self._owners: dict[type, tuple[Backend, ...]] = {}
        self._xp: dict[type, Any] = {}  # type -> namespace, where only one is possible
        self._chosen: ContextVar[Backend | None] = ContextVar("riesz.backend", default=None)
        self._default: Backend | None = None
        self._lock = threading.RLock()

    def names(self) -> list[str]:
        """Return the names of all known backends, "numpy" first; loads none.

        Blocked ones are left out; those that cannot run here are not: see `riesz backends`.
        """
        known = {plugin.name for plugin in self.plugins.active()} | set(self._loaded)
        return sorted(known, key=lambda name: (name != "numpy", name))

    def get(self, name: str | Backend) -> Backend:
        """Return the backend called `name`, able to run here (a `Backend` is returned as it is).

        Raises `BackendUnavailable` if it is unknown or cannot run, `PluginError` if broken.
        """
        if isinstance(name, Backend):
            return name
        backend = self.load(name)
        if name not in self._usable:
            self._check(backend)
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

    def _check(self, backend: Backend) -> None:
        try:
            reason = backend.probe()
        except Exception as error:
            raise BackendUnavailable(f"The probe of {backend!r} failed: {error!r}") from error
        if reason is not None:
            raise BackendUnavailable(f"Backend {backend.name!r} cannot run here: {reason}")
        self._usable.add(backend.name)

    def add(self, backend: Backend) -> None:
        """Make `backend` known under its name; a name that is taken keeps its backend."""
        with self._lock:
            if self._loaded.setdefault(backend.name, backend) is not backend:
                raise InvalidValue(f"There is a backend {backend.name!r} already.")
            self._forget_types()  # the new one may share a type with those seen

    def remove(self, name: str) -> None:
        """Forget the backend called `name`."""
        with self._lock:
            for plugin in self.plugins.active():
                if plugin.name == name:
                    plugin.status, plugin.reason = "removed", "removed by this program"
            removed = self._loaded.pop(name, None)
            self._usable.discard(name)
            self._default = None if self._default is removed else self._default
            self._forget_types()

    def _forget_types(self) -> None:
        self._owners.clear()
        self._xp.clear()

    @contextmanager
    def use(self, name: str | Backend) -> Iterator[Backend]:
        """Compute on the backend called `name` inside `with`, where no array decides otherwise."""
        token = self._chosen.set(self.get(name))
        try:
            yield self.current()
        finally:
            self._chosen.reset(token)

    def current(self) -> Backend:
        """Return what `use_backend`, else RIESZ_BACKEND, else "numpy" chooses."""
        return self._chosen.get() or self._default or self._read_default()

    def _read_default(self) -> Backend:
        name = os.environ.get("RIESZ_BACKEND", "").strip()
        try:
            self._default = self.get(name or "numpy")
        except (BackendUnavailable, PluginError) as error:
            if not name:
                raise
            raise type(error)(f"RIESZ_BACKEND={name}: {error}") from error
        return self._default

    def owners(self, T: type) -> tuple[Backend, ...]:
        """Return the backends that own arrays of type T, the one named like T's library first.

        Looks among the loaded ones; only if none of them owns T, loads the one named like T's
        library, then the others, until one does. So no backend is loaded for NumPy arrays but
        numpy's, and none at all for built-in types.
        """
        if T in self._owners:
            return self._owners[T]
        found = self._find_owners(T)
        if found and self._default is not None:
            self._owners[T] = found
        return found

    def _find_owners(self, T: type) -> tuple[Backend, ...]:
        libraries = {base.__module__.partition(".")[0] for base in T.__mro__} - {"builtins"}
        self.current()  # what RIESZ_BACKEND names may share T with the reference
        unloaded = [p for p in self.plugins.active() if libraries and p.name not in self._loaded]
        unloaded.sort(key=lambda plugin: plugin.name not in libraries)
        while not (found := [b for b in self._loaded.values() if b.owns(T)]) and unloaded:
            backend = self.plugins.attempt(unloaded.pop(0))
            if backend is not None:
                self.add(backend)
        return tuple(sorted(found, key=lambda b: (b.name not in libraries, b.name)))

    def of(self, array: Any) -> Backend:
        """Return the backend that owns `array`; raise `InvalidType` if none does."""
        T = type(array)
        owners = self._owners.get(T)
        if owners is not None and len(owners) == 1:
            return owners[0]
        return self._nobody(T) if T in SCALARS else self.select(array)

    def _nobody(self, T: type) -> Backend:
        raise InvalidType(
            f"No backend owns values of type {T.__module__}.{T.__qualname__}. "
            "Make an array of it first: np.asarray(x), or riesz.asarray(x, backend=...)."
        )

    def select(self, *arrays: Any, backend: str | Backend | None = None) -> Backend:
        """Return the backend to compute on: `backend`, else the arrays' own, else the current one.

        Python scalars decide nothing; NumPy scalars only where there is nothing else.
        Raises `MixedBackends` for arrays of different backends.
        """
        if backend is not None:
            return self.get(backend)
        types = {type(concrete(x)) for x in arrays} - SCALARS
        types = {T for T in types if not issubclass(T, np.generic)} or types
        owners = {T: self.owners(T) or (self._nobody(T),) for T in types}
        if not owners:
            return self.current()
        shared = set.intersection(*map(set, owners.values()))
        if not shared:
            raise MixedBackends(_mixed(owners))
        current = self.current()
        first = next(iter(owners.values()))
        return current if current in shared else next(b for b in first if b in shared)

    def namespace(self, *arrays: Any) -> Any:
        """Return `xp` for these arrays: the traced values' own if there is one among them."""
        found = None
        for x in arrays:
            xp = self._xp.get(type(x), self)
            if xp is found or xp is None:  # None: a scalar
                continue
            if found is not None or xp is self:  # self: not seen before
                return self._namespace(arrays)
            found = xp
        return self.current().xp if found is None else found

    def _namespace(self, arrays: tuple[Any, ...]) -> Any:
        for x in arrays:
            T = type(x)
            if hasattr(T, "__riesz_namespace__"):
                return T.__riesz_namespace__
            if T in SCALARS:
                self._xp[T] = None
            elif len(owners := self.owners(T)) == 1 and self._default is not None:
                self._xp[T] = owners[0].xp
        return self.select(*arrays).xp

    def asarray(self, x: Any, backend: str | Backend | None = None, *, dtype: Any = None) -> Any:
        """Return `x` (an array of any backend, a list, a number) as an array of `backend`.

        Without `backend`: arrays stay where they are, the rest goes to the current backend.
        """
        if hasattr(type(x), "__riesz_namespace__"):
            return x
        owners = self.owners(type(x))
        if not owners:
            return self.select(backend=backend).asarray(x, dtype)
        target = self.select(x, backend=backend)
        return target.asarray(x if target in owners else owners[0].to_numpy(x), dtype)

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return `x` (an array of any backend, a list, a number) as a NumPy array."""
        owners = self.owners(type(x))
        return owners[0].to_numpy(x) if owners else np.asarray(x)


def concrete(x: Any) -> Any:
    """Return the array inside a traced value; anything else as it is."""
    while hasattr(type(x), "__riesz_namespace__"):
        x = x.value
    return x


def _mixed(owners: Mapping[type, tuple[Backend, ...]]) -> str:
    met = " and ".join(
        f"{own[0].name!r} ({T.__module__}.{T.__qualname__})" for T, own in owners.items()
    )
    return (
        f"Arrays of the backends {met} met in one operation. Riesz never copies between backends "
        "by itself: move one with riesz.asarray(x, backend=...) or riesz.to_numpy(x)."
    )


backends = Backends()
list_backends = backends.names
get_backend = backends.get
use_backend = backends.use
current_backend = backends.current
backend_of = backends.of
select_backend = backends.select
namespace = backends.namespace
asarray = backends.asarray
to_numpy = backends.to_numpy
