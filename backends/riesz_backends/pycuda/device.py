"""The device: its primary context, its memory, and the kernels compiled for it."""

from __future__ import annotations

import atexit
import hashlib
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from riesz.backend.cache import Cache, location, open_cache
from riesz.errors import RieszError
from riesz_backends.cuda.source import OPTIONS

THREADS = 256


@dataclass(frozen=True)
class Parameter:
    """A parameter of a kernel: its type and name, its alignment, and its bytes.

    Sorted by falling alignment, so that there is nothing between one and the next.
    """

    alignment: int
    declaration: str = ""
    value: bytes = b""

    def __lt__(self, other: Parameter) -> bool:
        return self.alignment > other.alignment


def pointer(array: Any, declaration: str = "") -> Parameter:
    """Where an array begins."""
    return Parameter(8, declaration, np.uint64(array.pointer).tobytes())


def number(x: Any, dtype: Any, declaration: str = "") -> Parameter:
    """A number, or a structure of several."""
    value = np.asarray(x, dtype)
    return Parameter(value.dtype.itemsize, declaration, value.tobytes())


class Memory:
    """An allocation of PyCUDA's, freed in the device's context whatever thread lets go of it."""

    __slots__ = ("__weakref__", "_address", "_allocation", "_device")

    def __init__(self, device: Device, allocation: Any) -> None:
        """`allocation`: nobody else holds it."""
        self._device, self._allocation = device, allocation
        self._address = int(allocation)

    def __int__(self) -> int:
        """Where it begins."""
        return self._address

    def free(self) -> None:
        """Let go of it, before the process ends."""
        if self._allocation is not None:
            with self._device.current():
                self._allocation = None

    __del__ = free


class CompilerFailed(RieszError, RuntimeError):
    """The CUDA compiler refused a source; the message holds what it said."""


class Device:
    """The first CUDA device, in its primary context, which other libraries use too."""

    def __init__(self) -> None:
        """Find it; errors of PyCUDA if there is none."""
        import pycuda.driver as driver

        driver.init()
        self.driver = driver
        self._device = driver.Device(0)
        self._kernels: dict[tuple[str, str], Any] = {}
        self.constants: OrderedDict[Any, Any] = OrderedDict()  # arrays, see `constant`
        self._memory: weakref.WeakSet[Memory] = weakref.WeakSet()
        self._lock = threading.RLock()
        self._context = self._device.retain_primary_context()
        self._owner: int | None = None
        if threading.current_thread() is threading.main_thread():
            self._owner = threading.get_ident()
            self._context.push()  # until the end; other threads push for each call
        atexit.register(self._leave)

    def _leave(self) -> None:
        """Free everything where PyCUDA can, then take the context off the stack.

        What it meets later it cannot free, and a context left on a stack aborts the process.
        """
        with self.current():
            for memory in list(self._memory):
                memory.free()
            self._kernels.clear()
            self.constants.clear()
            vars(self).pop("_allocate", None)
        if self._owner is not None:
            self._owner = None
            self.driver.Context.pop()

    @property
    def name(self) -> str:
        """What the device calls itself."""
        return str(self._device.name())

    @property
    def capability(self) -> tuple[int, int]:
        """Its compute capability."""
        major, minor = self._device.compute_capability()
        return major, minor

    @property
    def driver_version(self) -> str:
        """The CUDA that the driver is for, as 13.0."""
        number = self.driver.get_driver_version()
        return f"{number // 1000}.{number % 1000 // 10}"

    @contextmanager
    def current(self) -> Iterator[None]:
        """Inside `with`, the primary context is this thread's.

        It is one object for all threads: PyCUDA frees nothing under another one.
        """
        if threading.get_ident() == self._owner:
            yield
            return
        self._context.push()
        try:
            yield
        finally:
            self.driver.Context.pop()

    # --- memory ----------------------------------------------------------------------------------

    @cached_property
    def _allocate(self) -> Callable[[int], Any]:
        if os.environ.get("RIESZ_PYCUDA_POOL", "1") == "0":
            return self.driver.mem_alloc  # type: ignore[no-any-return]
        import pycuda.tools

        return pycuda.tools.DeviceMemoryPool().allocate  # type: ignore[no-any-return]

    def allocate(self, size: int) -> Memory | None:
        """`size` bytes, freed when nothing refers to them any more; None for none."""
        if not size:
            return None
        with self.current():
            memory = Memory(self, self._allocate(size))
        self._memory.add(memory)
        return memory

    # --- kernels ---------------------------------------------------------------------------------

    def launch(
        self, text: str, name: str, grid: tuple[int, ...], parameters: Sequence[Parameter],
        block: tuple[int, ...] = (THREADS,),
    ) -> None:  # fmt: skip
        """Run a kernel of a source, compiled when it is first needed.

        The parameters are packed as in a structure, in the order of `Parameter`.
        """
        self.run(text, name, grid, b"".join(p.value for p in sorted(parameters)), block)

    def run(
        self, text: str, name: str, grid: tuple[int, ...], packed: bytes,
        block: tuple[int, ...] = (THREADS,),
    ) -> None:  # fmt: skip
        """Run a kernel on parameters that are packed already."""
        with self.current():
            kernel = self._kernels.get((text, name)) or self._load(text, name)
            parameters = np.frombuffer(packed, np.uint8)
            kernel(parameters, grid=(*grid, 1, 1)[:3], block=(*block, 1, 1)[:3])

    def _load(self, text: str, name: str) -> Any:
        with self._lock:  # by one thread: PyCUDA unloads a module that is replaced, anywhere
            found = self._kernels.get((text, name))
            if found is None:
                module = self.driver.module_from_buffer(self._image(text))
                found = self._kernels[text, name] = module.get_function(name)
            return found

    def _image(self, text: str) -> bytes:
        """A source compiled for this device, from the user's cache if it is there."""
        key = "\n".join([text, *OPTIONS, self.compiler, str(self.capability)])
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        found = self.cache.find(digest)
        if found is not None:
            return found.read_bytes()
        image = self._compile(text)
        with self.cache.workshop() as folder:
            file = Path(folder) / "image"
            file.write_bytes(image)
            self.cache.store(digest, file)
        return image

    def _compile(self, text: str) -> bytes:
        from pycuda.compiler import compile

        try:
            return bytes(compile(text, options=list(OPTIONS), no_extern_c=True, cache_dir=False))
        except self.driver.CompileError as error:
            raise CompilerFailed(f"{error}\nThe source was:\n{text}") from error

    @cached_property
    def compiler(self) -> str:
        """What nvcc says of itself."""
        from pycuda.compiler import get_nvcc_version

        return str(get_nvcc_version("nvcc"))

    @cached_property
    def cache(self) -> Cache:
        """The folder of compiled kernels, private to the user."""
        try:
            return Cache(location() / "pycuda")
        except (OSError, RuntimeError):  # read-only, not private, no home
            return open_cache()


@cache
def device() -> Device:
    """The device of this process."""
    return Device()
