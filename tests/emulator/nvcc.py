"""A stand-in for nvcc, for the calls that PyCUDA makes of it: g++ compiles, for the emulator."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

from . import build

MODES = ("--preprocess", "--cubin")
IGNORED = (
    "-arch=",
    "--gpu-architecture=",
    "-std=",
    "--std=",
    "-O",
    "-fmad=",
    "--fmad=",
    "-lineinfo",
)
WITH_VALUE = ("-arch", "-code", "--compiler-options")


def main(words: list[str]) -> str | None:
    """Do what PyCUDA asks for; the result is an error."""
    if "--version" in words:
        print(f"nvcc: CPU emulation {build.sanitizer()} {build.texts()}")
        return None
    mode, options, files = None, [], []
    rest = iter(words)
    for word in rest:
        if word in MODES:
            mode = word
        elif word in WITH_VALUE:
            next(rest)
        elif word.startswith(("-I", "-D")):
            options.append(word)
        elif not word.startswith("-"):
            files.append(Path(word))
        elif not word.startswith(IGNORED):
            return f"the stand-in of nvcc does not know the option {word}"
    if mode is None or len(files) != 1:
        return f"the stand-in of nvcc expects one file and one of {', '.join(MODES)}"
    return _preprocess(files[0], options) if mode == "--preprocess" else _compile(files[0], options)


def _preprocess(file: Path, options: list[str]) -> None:
    subprocess.run([build.COMPILER, "-E", "-P", "-x", "c++", *options, str(file)], check=False)


def _compile(file: Path, options: list[str]) -> str | None:
    try:
        library = build.kernels(file.read_text(), options).read_bytes()
    except (build.CompileError, ValueError) as error:
        return str(error)
    image = b"EMULATED" + struct.pack("<Q", len(library)) + library
    file.with_suffix(".cubin").write_bytes(image)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
