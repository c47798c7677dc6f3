"""NVIDIA's runtime compiler, of PyPI's nvidia-cuda-nvrtc: it needs neither a GPU nor a driver."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.metadata import PackageNotFoundError, files

DISTRIBUTION = "nvidia-cuda-nvrtc"


class CompileError(RuntimeError):
    """NVRTC refused a source; the message holds what it said."""


def library():
    """Where the library lies, or None."""
    try:
        found = [file for file in files(DISTRIBUTION) or () if file.match("lib/libnvrtc.so.*")]
    except PackageNotFoundError:
        return None
    return next((file.locate() for file in found if "alt" not in file.name), None)


def absent():
    """Why nothing can be compiled here, or None."""
    return None if library() else f"{DISTRIBUTION} is not installed, or not for this machine"


@cache
def _nvrtc():
    loaded = ctypes.CDLL(str(library()))
    loaded.nvrtcGetErrorString.restype = ctypes.c_char_p
    return loaded


def version():
    """That of the compiler, as (13, 0)."""
    major, minor = ctypes.c_int(), ctypes.c_int()
    _nvrtc().nvrtcVersion(ctypes.byref(major), ctypes.byref(minor))
    return major.value, minor.value


def cubin(source, architecture, options=()):
    """The machine code of a source for an architecture such as sm_90.

    It is CUBIN and not PTX: ptxas finds, among other things, too much shared memory.
    """
    program = ctypes.c_void_p()
    arguments = (ctypes.byref(program), source.encode(), b"kernel.cu", 0, None, None)
    _check(_nvrtc().nvrtcCreateProgram(*arguments), "")
    try:
        told = [f"--gpu-architecture={architecture}".encode(), *(o.encode() for o in options)]
        words = (ctypes.c_char_p * len(told))(*told)
        status = _nvrtc().nvrtcCompileProgram(program, len(told), words)
        _check(status, _read(program, "ProgramLog").decode() if status else "")
        return _read(program, "CUBIN")
    finally:
        _nvrtc().nvrtcDestroyProgram(ctypes.byref(program))


def _read(program, what):
    size = ctypes.c_size_t()
    _check(getattr(_nvrtc(), f"nvrtcGet{what}Size")(program, ctypes.byref(size)), "")
    buffer = ctypes.create_string_buffer(size.value)
    _check(getattr(_nvrtc(), f"nvrtcGet{what}")(program, buffer), "")
    return buffer.raw


def _check(status, log):
    if status:
        raise CompileError(f"{_nvrtc().nvrtcGetErrorString(status).decode()}\n{log}")
