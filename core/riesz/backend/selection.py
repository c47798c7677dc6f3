"""Which backend a computation uses.

In this order: the `backend=` argument; the arrays given (two backends that share no array type
raise `MixedBackends`); `with use_backend(name)`; RIESZ_BACKEND, read at first use; "numpy".
Where several backends own the type of the arrays given, the later steps choose among them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from riesz.backend.base import Backend
from riesz.backend.table import Backends
from riesz.errors import BackendUnavailable, InvalidType, MixedBackends, PluginError

SCALARS = (bool, int, float, complex)
UNDECIDED, TRACED = object(), object()  # what a type belongs to: unknown; a trace


class Selection:
    """Chooses among `backends`, remembering which one owns which type."""

    def __init__(self, backends: Backends) -> None:
        """Choose among `backends`."""
        self.backends = backends
        self._chosen: ContextVar[Backend | None] = ContextVar("riesz.backend", default=None)
        self._default: Backend | None = None
        backends.listeners.append(self._forget)
        self._forget()

    def _forget(self) -> None:
        self._owners: dict[type, tuple[Backend, ...]] = {}
        self._known: dict[type, Any] = dict.fromkeys(SCALARS)
        # ^ the owner of a type, or all of several; what is not here must be searched for
        self._common: dict[tuple[type, ...], tuple[Backend, ...]] = {}
        self._shared: dict[tuple[Backend, ...], tuple[Backend, ...]] = {}  # one object for equals
        if self._default not in self.backends.loaded():
            self._default = None

    @contextmanager
    def use(self, name: str | Backend) -> Iterator[Backend]:
        """Compute on the backend called `name` inside `with`, where no array decides otherwise.

        Raises what `get_backend` does.

        >>> import riesz
        >>> with riesz.use_backend("native"):
        ...     x = riesz.asarray([1.0, 2.0])
        """
        backend = self.backends.get(name)
        token = self._chosen.set(backend)
        try:
            yield backend
        finally:
            self._chosen.reset(token)

    def current(self) -> Backend:
        """Return what `use_backend`, else RIESZ_BACKEND, else "numpy" chooses."""
        return self._chosen.get() or self._default or self._read_default()

    def _read_default(self) -> Backend:
        name = os.environ.get("RIESZ_BACKEND", "").strip()
        try:
            default = self.backends.get(name or "numpy")
        except (BackendUnavailable, PluginError) as error:
            if not name:
                raise
            raise type(error)(f"RIESZ_BACKEND={name}: {error}") from error
        self._default = default
        return default

    def of(self, array: Any) -> Backend:
        """Return the backend that owns `array`; raise `InvalidType` if none does."""
        found = self._known.get(type(array))
        if isinstance(found, Backend):
            return found
        return self._search((array,)) or nobody(type(array))

    def select(self, *arrays: Any, backend: str | Backend | None = None) -> Backend:
        """Return the backend to compute on: `backend`, else the arrays' own, else the current one.

        Python scalars decide nothing; NumPy scalars only where there is nothing else.
        Raises `MixedBackends` for arrays of different backends.
        """
        if backend is not None:
            return self.backends.get(backend)
        found = self._agreed(arrays)
        if found.__class__ is tuple:
            return self._among(found)
        if found is UNDECIDED or found is TRACED:
            found = (any(map(is_traced, arrays)) and self._below(arrays)) or self._search(arrays)
        return self.current() if found is None else found

    def namespace(self, *arrays: Any) -> Any:
        """Return `xp` for these arrays: the traced values' own if there is one among them."""
        found = self._agreed(arrays)
        if found.__class__ is tuple:
            found = self._among(found)
        elif found is UNDECIDED or found is TRACED:
            return self._traced(arrays) or (self._search(arrays) or self.current()).xp
        return self.current().xp if found is None else found.xp

    def _agreed(self, arrays: tuple[Any, ...]) -> Any:
        """What all types are known to belong to, None if all are scalars, else UNDECIDED."""
        agreed = None
        for x in arrays:
            found = self._known.get(type(x), UNDECIDED)
            if found is not agreed and found is not None:
                if agreed is not None or found is UNDECIDED:
                    return UNDECIDED
                agreed = found
        return agreed

    def _traced(self, arrays: tuple[Any, ...]) -> Any:
        """The namespace of the traced values among these, on the backend they compute on."""
        for x in arrays:
            if is_traced(x):
                self._known[type(x)] = TRACED
                backend = self._below(arrays) or self._search(arrays) or self.current()
                return type(x).__riesz_namespace__(backend)
        return None

    def _below(self, arrays: tuple[Any, ...]) -> Backend | None:
        """The backend that a trace among these says it computes on, or the first array is of."""
        for x in arrays:
            backend = None
            while is_traced(x):
                backend, x = x.tape.backend, x.value
            found = backend or self._known.get(type(x))
            if isinstance(found, Backend) and not isinstance(x, np.generic):
                return found
        return None

    def _search(self, arrays: tuple[Any, ...]) -> Backend | None:
        """Return the backend that owns all arrays, None if all are Python scalars."""
        met = dict.fromkeys([type(concrete(x)) for x in arrays])
        types = tuple([T for T in met if T not in SCALARS])
        if not types:
            return None
        return self._among(self._common.get(types) or self._find_common(types))

    def _find_common(self, types: tuple[type, ...]) -> tuple[Backend, ...]:
        """The backends that own all of these types."""
        deciding = [T for T in types if not issubclass(T, np.generic)] or types
        owners = {T: self.owners(T) or nobody(T) for T in deciding}
        shared = set.intersection(*map(set, owners.values()))
        if not shared:
            mixed(owners)
        common = tuple(sorted(shared, key=lambda b: b.name))
        if self._default is not None:
            self._common[types] = common
        return common

    def _among(self, owners: tuple[Backend, ...]) -> Backend:
        """The current backend where it is an owner, else the first."""
        current = self.current() if len(owners) > 1 else None
        return current if current in owners else owners[0]

    def owners(self, T: type) -> tuple[Backend, ...]:
        """Return the backends that own arrays of type T, by name.

        Looks among the loaded ones; only if none of them owns T, loads the one named like T's
        library, then the others, until one does. So no backend is loaded for NumPy arrays but
        numpy's and RIESZ_BACKEND's, and none at all for built-in types.
        """
        owners = self._owners.get(T) or self._find_owners(T)
        if owners and self._default is not None:
            self._owners[T] = owners
            several = self._shared.setdefault(owners, owners)
            self._known[T] = owners[0] if len(owners) == 1 else several
        return owners

    def _find_owners(self, T: type) -> tuple[Backend, ...]:
        libraries = {base.__module__.partition(".")[0] for base in T.__mro__} - {"builtins"}
        if not libraries:
            return ()
        self._settle_default()  # what RIESZ_BACKEND names may share T with the reference
        owners = [b for b in self.backends.loaded() if b.owns(T)]
        if not owners:
            further = self.backends.load_further(libraries)
            owners = list(islice((b for b in further if b.owns(T)), 1))
        return tuple(sorted(owners, key=lambda b: b.name))

    def _settle_default(self) -> None:
        try:
            self._default = self._default or self._read_default()
        except (BackendUnavailable, PluginError):
            if self._chosen.get() is None:
                raise


def is_traced(x: Any) -> bool:
    """Whether `x` is a value recorded by a derivative, with a namespace of its own."""
    return hasattr(type(x), "__riesz_namespace__")


def concrete(x: Any) -> Any:
    """Return the array inside a traced value; anything else as it is."""
    while is_traced(x):
        x = x.value
    return x


def nobody(T: type) -> NoReturn:
    """Say that no backend owns values of type T."""
    hint = "Make an array of it first: np.asarray(x), or riesz.asarray(x, backend=...)."
    if T.__module__.startswith("scipy.sparse"):
        hint = "Use riesz.sparse(S) @ x or x @ riesz.sparse(S), or S.toarray()."
    if issubclass(T, np.matrix | np.ma.MaskedArray):
        hint = "Its arithmetic is another: use np.asarray(x), and a mask as np.where(mask, 0, x)."
    raise InvalidType(f"No backend owns values of type {T.__module__}.{T.__qualname__}. {hint}")


def mixed(owners: Mapping[type, tuple[Backend, ...]]) -> NoReturn:
    """Say that arrays of different backends met."""
    met = " and ".join(
        f"{own[0].name!r} ({T.__module__}.{T.__qualname__})" for T, own in owners.items()
    )
    raise MixedBackends(
        f"Arrays of the backends {met} met in one operation. Riesz never copies between backends "
        "by itself: move one with riesz.asarray(x, backend=...) or riesz.to_numpy(x)."
    )
