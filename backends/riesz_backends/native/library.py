"""Shared libraries made from C sources: each built once, kept on disk, loaded once."""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from riesz.backend.cache import Cache, open_cache
from riesz.errors import BackendUnavailable
from riesz_backends.native.compiler import Compiler, Toolchain, dump, restore, survey


class Libraries:
    """Builds, finds and loads libraries; safe with threads, processes and after a fork."""

    def __init__(self) -> None:
        """Nothing is looked for before it is needed."""
        self._loaded: dict[str, ctypes.CDLL] = {}
        self.built = 0  # compilations by this process
        self._renew_lock()
        os.register_at_fork(after_in_child=self._renew_lock)

    def _renew_lock(self) -> None:
        self._lock = threading.RLock()  # a fork may copy one that another thread holds

    @cached_property
    def cache(self) -> Cache:
        """Where they are kept."""
        return open_cache()

    @cached_property
    def toolchain(self) -> Toolchain:
        """The compiler; `BackendUnavailable` without one, `CompilerFailed` if it does not work."""
        compiler = Compiler.find()
        if compiler is None:
            raise BackendUnavailable(Compiler.absence())
        bare = Toolchain(compiler, (), frozenset())
        text = self.cache.find_text(bare.identity)
        if text is not None:
            return restore(compiler, text)
        found = survey(compiler)
        self.cache.store_text(bare.identity, dump(found))
        return found

    def load(self, source: str) -> ctypes.CDLL:
        """The library of one source."""
        return self.load_all((source,))[source]

    def load_all(self, sources: Iterable[str]) -> dict[str, ctypes.CDLL]:
        """The libraries of several sources; those that are new are built at the same time."""
        wanted = {source: self._loaded.get(source) for source in sources}
        if None in wanted.values():
            with self._lock:
                missing = [source for source in wanted if source not in self._loaded]
                for source, path in zip(missing, self._obtain_all(missing), strict=True):
                    self._loaded[source] = ctypes.CDLL(str(path))
        return {source: self._loaded[source] for source in wanted}

    def _obtain_all(self, sources: list[str]) -> list[Path]:
        self.toolchain  # noqa: B018 (found here, by one thread)
        if len(sources) < 2:
            return [self._obtain(source) for source in sources]
        with ThreadPoolExecutor(min(len(sources), os.cpu_count() or 1)) as pool:
            return list(pool.map(self._obtain, sources))

    def key(self, source: str) -> str:
        """Under which a library is kept."""
        return hashlib.sha256(f"{self.toolchain.identity}\0{source}".encode()).hexdigest()[:32]

    def _obtain(self, source: str) -> Path:
        key = self.key(source)
        return self.cache.find(key) or self._build(key, source)

    def _build(self, key: str, source: str) -> Path:
        with self.cache.workshop() as folder:
            target = Path(folder) / "kernel.so"
            self.toolchain.compiler.build(source, target, self.toolchain.flags)
            self.built += 1
            return self.cache.store(key, target)


libraries = Libraries()
