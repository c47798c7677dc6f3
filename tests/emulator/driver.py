"""Puts the stand-ins of the CUDA driver and of nvcc in place, before PyCUDA is imported."""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from . import build, build_pycuda

NAME = "CPU emulation, not a GPU"
SCRIPT = """#!/bin/sh
unset LD_PRELOAD
PYTHONPATH='{tests}' exec '{python}' -S -m emulator.nvcc "$@"
"""
STUB = """extern "C" __attribute__((visibility("default"))) int {name}() {{ return {error}; }}
"""
NOT_SUPPORTED = 801


def absent() -> str | None:
    """Why PyCUDA cannot run on the emulated driver here, or None."""
    if importlib.util.find_spec("pycuda") is None:
        return "PyCUDA is not installed (tests/emulator/build_pycuda.py --install builds it)"
    if not (build_pycuda.cached() / "include/cuda.h").exists():
        return "the headers that tests/emulator/build_pycuda.py fetches are not there"
    return build.absent()


def activate() -> None:
    """From now on this process has an emulated device; PyCUDA must not have been imported."""
    if "pycuda.driver" in sys.modules:
        raise RuntimeError("PyCUDA has been imported already, and has looked for a driver.")
    ctypes.CDLL(str(library()), ctypes.RTLD_GLOBAL)  # what asks for libcuda.so.1 now gets this one
    folder = tempfile.TemporaryDirectory(prefix="emulated-nvcc-")
    atexit.register(folder.cleanup)
    os.environ.update(_settings(Path(folder.name)))


def environment(folder: Path) -> dict[str, str]:
    """That of processes which have an emulated device from their beginning.

    `folder`: for the stand-in of nvcc, as long as they run.
    """
    preloaded = build.sanitizer_environment(build.sanitizer())
    preloaded["LD_PRELOAD"] = f"{preloaded['LD_PRELOAD']} {library()}".strip()
    return os.environ | preloaded | _settings(folder)


def _settings(folder: Path) -> dict[str, str]:
    """Where nvcc's stand-in is found; and no pool, so that fresh memory holds NaN."""
    nvcc = folder / "nvcc"
    nvcc.write_text(SCRIPT.format(tests=build.HERE.parent, python=sys.executable))
    nvcc.chmod(0o700)
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"PATH": path, "RIESZ_PYCUDA_POOL": "0"}


def library() -> Path:
    """The driver's stand-in. What PyCUDA refers to and it has not, returns "not supported"."""
    flags = (f"-I{build_pycuda.cached() / 'include'}",)
    sources = ("engine.cpp", "driver.cpp")
    own = _symbols("--defined-only", build.library("libemulated.so", sources, flags))
    spec = importlib.util.find_spec("pycuda")
    assert spec is not None
    assert spec.origin is not None
    (extension,) = Path(spec.origin).parent.glob("_driver*.so")
    missing = sorted(_symbols("--undefined-only", extension) - own)
    stubs = "".join(STUB.format(name=name, error=NOT_SUPPORTED) for name in missing)
    return build.library("libcuda.so.1", sources, flags, stubs)


def _symbols(which: str, file: Path) -> set[str]:
    """The driver's functions that a library defines or refers to."""
    listed = subprocess.run(
        ["nm", "-D", which, str(file)], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"\b(cu[A-Z]\w*)", listed.stdout))
