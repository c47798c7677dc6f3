"""Builds PyCUDA's wheel without a CUDA toolkit or driver, and keeps it in the user's cache.

    python build_pycuda.py            print the wheel's path; 3 to 4 minutes where it is not cached
    python build_pycuda.py --install  and install it with pip for the interpreter that runs this

The headers come from the package index; the linker is given an empty library in the place of the
driver's. The random numbers of cuRAND, which the project does not use, are left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSION, CUDA = "2026.1", "13.0"
REQUIRED = ("mako", "pytools", "platformdirs", "siphash24")  # of PyCUDA, none of them large


def cached() -> Path:
    """The folder of the wheel for this interpreter, and of the headers it was built with."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    cache = (Path(home) if home else Path.home() / ".cache") / "riesz-emulator"
    return cache / f"pycuda-{VERSION}-cuda{CUDA}-{sys.implementation.cache_tag}"


def find() -> Path | None:
    """The wheel, if it was built."""
    return next(cached().glob("*.whl"), None)


def build() -> Path:
    """The wheel, built if it is missing. Two processes may do so at once; one rename wins."""
    target = cached()
    if find() is None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix="build-") as folder:
            ready = Path(folder) / "ready"
            ready.mkdir(mode=0o700)
            _build(Path(folder), ready)
            try:
                ready.rename(target)
            except OSError:  # another process was first
                if find() is None:
                    raise
    wheel = find()
    assert wheel is not None
    return wheel


def _build(folder: Path, ready: Path) -> None:
    _run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv/bin/python"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "setuptools", "wheel", "numpy>=2")
    toolkit = _toolkit(folder, pip)
    arguments = ("--no-deps", "--no-build-isolation", "--no-binary", "pycuda")
    _run(*pip, "download", *arguments, f"pycuda=={VERSION}", "-d", folder)
    shutil.unpack_archive(folder / f"pycuda-{VERSION}.tar.gz", folder)
    source = folder / f"pycuda-{VERSION}"
    _run(python, "configure.py", f"--cuda-root={toolkit}", "--no-cuda-enable-curand",
         f"--cudadrv-lib-dir={toolkit / 'lib'}", "--cxxflags=-g0,-w", "--ldflags=-s",
         cwd=source)  # fmt: skip
    jobs = f"-j{len(os.sched_getaffinity(0))}"
    _run(python, "setup.py", "-q", "build_ext", jobs, "bdist_wheel", "-d", ready, cwd=source,
         env=os.environ | {"LDFLAGS": "-Wl,--no-as-needed"})  # fmt: skip
    shutil.copytree(toolkit / "include", ready / "include")


def _toolkit(folder: Path, pip: tuple[object, ...]) -> Path:
    """A folder that looks like a toolkit: headers, and an empty library to link."""
    for name in ("nvidia-cuda-runtime", "nvidia-cuda-profiler-api"):
        _run(*pip, "download", "--no-deps", "-d", folder / "headers", f"{name}=={CUDA}.*")
    for wheel in (folder / "headers").glob("*.whl"):
        shutil.unpack_archive(wheel, folder / "unpacked", "zip")
    toolkit = folder / "toolkit"
    for header in ("cuda.h", "cudaProfiler.h"):
        found = next((folder / "unpacked").rglob(header))
        shutil.copytree(found.parent, toolkit / "include", dirs_exist_ok=True)
    (toolkit / "lib").mkdir()
    empty = folder / "empty.c"
    empty.write_text("void riesz_no_driver(void) {}\n")
    _run("gcc", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", empty, "-o",
         toolkit / "lib/libcuda.so")  # fmt: skip
    return toolkit


def _run(*command: object, **options: object) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, **options
    )
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )


if __name__ == "__main__":
    wheel = build()
    print(wheel)
    if "--install" in sys.argv:
        _run(sys.executable, "-m", "pip", "install", "--quiet", wheel, *REQUIRED)
