"""Builds the engine and kernels with g++, and keeps what it has built in the user's cache."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from . import source

HERE = Path(__file__).parent
COMPILER = "g++"
FLAGS = ("-std=gnu++17", "-O1", "-fPIC", "-w", "-fno-strict-aliasing", "-ffp-contract=off")
SANITIZERS = {
    "": (),
    "address": ("-fsanitize=address", "-DEMULATOR_ADDRESS", "-g"),
    "undefined": ("-fsanitize=undefined", "-fno-sanitize-recover=undefined", "-g"),
    "races": ("-fsanitize=thread", "-DEMULATOR_RACES", "-g"),
}
RUNTIMES = {"address": "libasan.so"}
NOT_LINKED = "-fsanitize=thread"  # what it calls is our own: see races.h


class CompileError(RuntimeError):
    """g++ refused a source; the message holds what it said."""


def absent() -> str | None:
    """Why kernels cannot be executed on this machine, or None."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"the emulator is for x86-64 Linux, not {platform.machine()} {sys.platform}"
    return None if shutil.which(COMPILER) else f"the emulator needs {COMPILER}"


def sanitizer() -> str:
    """The sanitizer that the environment asks for, or ""."""
    name = os.environ.get("EMULATOR_SANITIZER", "")
    if name not in SANITIZERS:
        raise ValueError(f"EMULATOR_SANITIZER={name}: one of {', '.join(SANITIZERS)} is expected.")
    return name


def sanitizer_environment(name: str) -> dict[str, str]:
    """What a Python process must have in its environment to run a sanitizer's build."""
    runtime = _run(COMPILER, f"-print-file-name={RUNTIMES[name]}") if name in RUNTIMES else ""
    return {
        "EMULATOR_SANITIZER": name,
        "LD_PRELOAD": runtime.strip(),
        "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0",
        "UBSAN_OPTIONS": "print_stacktrace=0",
    }


def folder() -> Path:
    """The folder of what is built, private to the user."""
    given = os.environ.get("EMULATOR_CACHE", "")
    home = os.environ.get("XDG_CACHE_HOME", "")
    path = Path(given or (Path(home) if home else Path.home() / ".cache") / "riesz-emulator")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    stat = path.stat()
    if stat.st_uid != os.getuid() or stat.st_mode & 0o022:
        raise PermissionError(f"{path} can be written to by other users.")
    return path


def build(key: Sequence[object], name: str, make: Callable[[Path], None]) -> Path:
    """The file `name` of the folder for `key`, made by `make(file)` if it is not there.

    Two processes may build the same at the same time: one rename puts a finished file in place.
    """
    digest = hashlib.sha256(repr((_version(), *key)).encode()).hexdigest()[:32]
    target = folder() / digest / name
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder(), prefix="build-") as workshop:
            file = Path(workshop) / name
            make(file)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            file.replace(target)
    return target


def library(name: str, sources: Sequence[str], flags: Sequence[str] = (), text: str = "") -> Path:
    """A shared library of C++ files of this folder, and of a text.

    It is not sanitized: the kernels are judged, not what runs them.
    """
    told = (flag for flag in SANITIZERS[sanitizer()] if flag.startswith("-D"))
    flags = (*FLAGS, *told, *flags, f"-I{HERE}", "-shared", f"-Wl,-soname,{name},-Bsymbolic")
    files = [str(HERE / source) for source in sources]

    def make(file: Path) -> None:
        _run(COMPILER, *flags, "-o", str(file), "-x", "c++", *files, "-", "-ldl", text=text)

    return build([texts(), sources, flags, text], name, make)


def kernels(text: str, options: Sequence[str] = ()) -> Path:
    """A shared library of the kernels in a CUDA source."""
    flags = (*FLAGS, *SANITIZERS[sanitizer()])

    def make(file: Path) -> None:
        command = (COMPILER, *flags, "-x", "c++", "-")
        read = ("-E", "-fpch-preprocess", "-include", str(_header(flags)), f"-I{HERE}", *options)
        preprocessed = _run(*command, *read, text=f'#line 1 "kernel.cu"\n{text}')
        compiled = file.with_suffix(".o")
        translated = source.translate(preprocessed)
        _run(*command, "-fpreprocessed", "-c", "-o", str(compiled), text=translated)
        linked = (flag for flag in flags if flag != NOT_LINKED)
        _run(COMPILER, *linked, "-shared", "-Wl,-Bsymbolic", "-o", str(file), str(compiled))

    return build([texts(), text, tuple(options), flags], "kernels.so", make)


def _header(flags: Sequence[str]) -> Path:
    """`device.h`, compiled: reading it anew takes longer than most kernels."""

    def make(file: Path) -> None:
        _run(COMPILER, *flags, "-x", "c++-header", str(HERE / "device.h"), "-o", str(file))

    return build([texts(), flags], "device.h.gch", make).with_suffix("")


@cache
def texts() -> str:
    """The digest of the emulator's own sources."""
    files = sorted([*HERE.glob("*.h"), *HERE.glob("*.cpp"), HERE / "source.py", HERE / "build.py"])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@cache
def _version() -> str:
    return _run(COMPILER, "--version")


def _run(*command: str, text: str | None = None) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise CompileError(f"{' '.join(command)} failed:\n{done.stderr[:4000]}")
    return done.stdout
