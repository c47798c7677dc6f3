"""Compiled code on disk, private to the user.

A library is kept as `<key>-<digest of its bytes>.so`, put in place by one rename: a crash leaves
nothing half written under that name, two processes cannot disturb each other, and a damaged file is
recognised, deleted and made again.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from riesz.errors import InvalidValue

LIMIT = 256  # MiB
STALE = 3600.0  # seconds after which a folder in which something was built is left over
SUFFIX = ".so"
WORKSHOP = "build-"


class Cache:
    """A folder of compiled libraries."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder`, which is made; `OSError` if it is not writable, or not private."""
        self.folder = folder
        self.instead_of = ""  # the user's own, and why it is not used
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(folder):
            raise PermissionError(f"{folder} can be written to by other users")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} is read-only")
        self._writes = 0

    def find(self, key: str) -> Path | None:
        """The library stored under `key`, whole; a damaged one is deleted."""
        for path in self._shelf(key).glob(f"{key}-*{SUFFIX}"):
            try:
                if path.name == self._name(key, path.read_bytes()):
                    os.utime(path)  # the least recently used are removed first
                    return path
                path.unlink()
            except OSError:
                continue  # another process has removed it
        return None

    def store(self, key: str, library: Path) -> Path:
        """Move a freshly built library in and return where it is."""
        target = self._shelf(key) / self._name(key, library.read_bytes())
        target.parent.mkdir(mode=0o700, exist_ok=True)
        library.replace(target)
        if self._writes % 64 == 0:
            self.prune(keep=target)
        self._writes += 1
        return target

    def find_text(self, key: str) -> str | None:
        """The text stored under `key`."""
        try:
            digest, _, text = (self.folder / f"{key}.txt").read_text().partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return text if digest == _digest(text.encode()) else None

    def store_text(self, key: str, text: str) -> None:
        """Keep a text under `key`."""
        with self.workshop() as name:
            file = Path(name) / "text"
            file.write_text(f"{_digest(text.encode())}\n{text}")
            file.replace(self.folder / f"{key}.txt")

    def workshop(self) -> tempfile.TemporaryDirectory[str]:
        """A folder to build in, on the same file system, that goes away by itself."""
        return tempfile.TemporaryDirectory(
            prefix=WORKSHOP, dir=self.folder, ignore_cleanup_errors=True
        )

    def files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """What is stored."""
        # Shelves have two letters: a workshop may vanish while another process looks into it.
        for path in [*self.folder.glob(f"??/*{SUFFIX}"), *self.folder.glob("*.txt")]:
            try:
                yield path, path.stat()
            except OSError:
                continue

    def size(self) -> int:
        """The bytes of all that is stored."""
        return sum(stat.st_size for _, stat in self.files())

    def limit(self) -> int:
        """The bytes that it may have."""
        return limit()

    def prune(self, keep: Path | None = None) -> None:
        """Remove the least recently used libraries above the limit, and what crashes left over."""
        self._remove_left_over()
        files = sorted(self.files(), key=lambda file: file[1].st_mtime)
        excess = sum(stat.st_size for _, stat in files) - self.limit()
        for path, stat in files:
            if excess <= 0:
                return
            if path != keep:
                path.unlink(missing_ok=True)
                excess -= stat.st_size

    def clear(self) -> int:
        """Remove everything; return how many files there were."""
        found = [path for path, _ in self.files()]
        for path in found:
            path.unlink(missing_ok=True)
        self._remove_left_over()
        return len(found)

    def _remove_left_over(self) -> None:
        for folder in self.folder.glob(f"{WORKSHOP}*"):
            try:
                if time.time() - folder.stat().st_mtime > STALE:
                    shutil.rmtree(folder, ignore_errors=True)
            except OSError:
                continue

    def _shelf(self, key: str) -> Path:
        return self.folder / key[:2]  # so that no folder gets so long that it is slow to read

    def _name(self, key: str, content: bytes) -> str:
        return f"{key}-{_digest(content)}{SUFFIX}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def is_private(folder: Path) -> bool:
    """Whether nobody but the user can put a library into a folder."""
    if not hasattr(os, "getuid"):
        return True
    stat = folder.stat()
    return stat.st_uid == os.getuid() and not stat.st_mode & 0o022


def location() -> Path:
    """The folder of the cache: RIESZ_CACHE, else `riesz` in the user's cache folder."""
    given = os.environ.get("RIESZ_CACHE", "").strip()
    if given:
        return Path(given).expanduser()
    home = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(home) if home else Path.home() / ".cache") / "riesz"


def limit() -> int:
    """The largest size of the cache in bytes: RIESZ_CACHE_LIMIT, in MiB."""
    given = os.environ.get("RIESZ_CACHE_LIMIT", "").strip()
    try:
        return int(float(given or LIMIT) * 2**20)
    except ValueError as error:
        raise InvalidValue(f"RIESZ_CACHE_LIMIT={given} is no number of MiB.") from error


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="riesz-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)  # said aloud: it would warn of doing so by itself
    return folder


def open_cache() -> Cache:
    """The user's cache; one for this process only where that cannot be used."""
    try:
        return Cache(location())
    except (OSError, RuntimeError) as error:  # read-only, not private, no home
        cache = Cache(Path(_temporary().name))
        cache.instead_of = str(error)
        return cache
