"""Kernels called from Python on NumPy arrays, without a driver: for tests of the engine itself."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from . import build

LONG = {"q": "l", "Q": "L"}  # two names of one type


class KernelError(RuntimeError):
    """A launch was refused, or a kernel did what CUDA forbids."""


class Call(ctypes.Structure):
    """`emulator::Call`."""

    _fields_ = (
        ("grid", ctypes.POINTER(ctypes.c_uint)),
        ("block", ctypes.POINTER(ctypes.c_uint)),
        ("dynamic_bytes", ctypes.c_uint),
        ("arguments", ctypes.POINTER(ctypes.c_void_p)),
        ("packed", ctypes.c_char_p),
        ("packed_bytes", ctypes.c_size_t),
    )


@cache
def engine() -> ctypes.CDLL:
    """The engine, loaded so that kernels find it."""
    return ctypes.CDLL(str(build.library("libemulator.so", ["engine.cpp"])), ctypes.RTLD_GLOBAL)


class Module:
    """The kernels of a CUDA source: `Module(source).name(*arguments, grid=(4,), block=(256,))`."""

    def __init__(self, source: str, options: Sequence[str] = ()) -> None:
        """Compile; `CompileError` holds what the compiler said."""
        engine()
        self._library = ctypes.CDLL(str(build.kernels(source, options)))

    def __getattr__(self, name: str) -> Kernel:
        return Kernel(self._library, name)


class Kernel:
    """One kernel. It takes arrays and NumPy scalars of exactly the types it declares."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        """Find the kernel `name`."""
        self.name = name
        self._launch = getattr(library, f"emulator_launch_{name}")
        types = getattr(library, f"emulator_types_{name}")
        types.restype = ctypes.c_char_p
        self.types = types().decode()

    def __call__(
        self, *arguments: Any, grid: tuple[int, ...], block: tuple[int, ...], shared: int = 0
    ) -> None:
        """Run it to the end; `shared`: bytes of dynamic shared memory."""
        if len(arguments) != len(self.types):
            raise TypeError(f"{self.name} takes {len(self.types)} arguments, not {len(arguments)}.")
        values = [self._value(i, x) for i, x in enumerate(arguments)]
        addresses = (ctypes.c_void_p * max(1, len(values)))(*(v.ctypes.data for v in values))
        call = Call(_three(grid), _three(block), shared, addresses, None, 0)
        message = ctypes.create_string_buffer(1024)
        if self._launch(ctypes.byref(call), message, ctypes.c_size_t(len(message))):
            raise KernelError(f"{self.name}: {message.value.decode()}")

    def _value(self, i: int, x: Any) -> np.ndarray[Any, Any]:
        """The bytes of argument i."""
        if isinstance(x, np.ndarray):
            given, value = "P", np.array(x.ctypes.data, np.uintp)
        elif isinstance(x, np.generic):
            given, value = LONG.get(x.dtype.char, x.dtype.char), np.array(x)
        else:
            raise TypeError(f"{self.name}: argument {i} is no array or NumPy scalar: {x!r}")
        if given != self.types[i]:
            raise TypeError(f"{self.name}: argument {i} is of type {given}, not {self.types[i]}.")
        return value


def _three(n: tuple[int, ...]) -> Any:
    return (ctypes.c_uint * 3)(*(*n, 1, 1)[:3])
