"""The system's C compiler: which, with which flags, and what has vector versions."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from riesz.errors import RieszError
from riesz.formula.c import Call

INSTALL = (
    "Install one (Debian, Ubuntu: apt install gcc; Fedora: dnf install gcc; macOS: "
    "xcode-select --install; conda: conda install c-compiler), or name one in the environment "
    "variable CC"
)
FLAGS = (
    "-std=gnu11", "-O3", "-shared", "-fPIC", "-fwrapv", "-fno-strict-aliasing", "-fno-math-errno",
    "-fno-trapping-math", "-ffp-contract=off", "-fcx-limited-range", "-w",
)  # fmt: skip
# ^ Nothing that gives up NaN, infinities, signed zeros or the order of operations. No fused
#   multiply-add: x*x - y*y must be 0 where x = y.
OPTIONAL = (
    ("-march=native", "-fopenmp", "-fno-builtin"),
    ("-march=native", "-fopenmp-simd", "-fno-builtin"),
    ("-mcpu=native", "-fopenmp-simd", "-fno-builtin"),
    (),
)  # each tried as a whole, the first that works is taken
# ^ -fno-builtin: else gcc joins sin(x) and cos(x) into one scalar call, which stops vectorisation.

TRIAL = """
#ifdef _OPENMP
#include <omp.h>
int riesz_trial(void) { return omp_get_max_threads() > 0; }
#else
int riesz_trial(void) { return 1; }
#endif
"""
VECTOR_LIBRARY, VECTOR_LIBRARY_FILE = "-lmvec", "libmvec.so.1"  # glibc's
VECTOR_FUNCTIONS = (
    "acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 log log10 log1p log2 "
    "sin sinh tan tanh"
).split()
VECTOR_FUNCTIONS_OF_TWO = ("atan2", "hypot", "pow")
PREFIXES = {"float64": "_ZGVbN2", "float32": "_ZGVbN4"}  # the ABI's names of SSE versions


class CompilerFailed(RieszError, RuntimeError):
    """The C compiler refused a source, or could not be run; the message holds what it said."""


@dataclass(frozen=True)
class Compiler:
    """A command that compiles C, as `CC` or the search path give it."""

    command: tuple[str, ...]

    @staticmethod
    def find() -> Compiler | None:
        """The compiler named by CC, else gcc, clang or cc; None if there is none."""
        given = shlex.split(os.environ.get("CC", ""))
        if given:
            return Compiler(tuple(given)) if shutil.which(given[0]) else None
        for name in ("gcc", "clang", "cc"):
            if shutil.which(name):
                return Compiler((name,))
        return None

    @staticmethod
    def absence() -> str:
        """Why `find` found none, and what to do."""
        given = os.environ.get("CC", "").strip()
        if not given:
            return f"There is no C compiler. {INSTALL}."
        return (
            f"CC={given} names a C compiler that is not there. Unset CC, and gcc, clang or cc is "
            f"taken where it is installed. {INSTALL}."
        )

    @cached_property
    def version(self) -> str:
        """What it says of itself, in one line."""
        said = self._call(["--version"]).stdout.splitlines()
        return said[0] if said else "unknown"

    def build(self, source: str, target: Path, flags: Sequence[str]) -> None:
        """Compile `source` into the shared library `target`; `CompilerFailed` if that fails."""
        file = target.with_suffix(".c")
        file.write_text(source)
        libraries = [flag for flag in flags if flag.startswith("-l")]
        options = [flag for flag in flags if not flag.startswith("-l")]
        words = [*options, "-o", str(target), str(file), *libraries, "-lm"]
        done = self._call(words)
        if done.returncode:
            raise CompilerFailed(
                f"{shlex.join([*self.command, *words])} failed with status {done.returncode}:\n"
                f"{done.stderr.strip()[:4000]}\nThe source was:\n{source[:4000]}"
            )

    def accepts(self, source: str, flags: Sequence[str], folder: Path) -> bool:
        """Whether a source compiles with these flags."""
        try:
            self.build(source, folder / "trial.so", flags)
        except CompilerFailed:
            return False
        return True

    def _call(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [*self.command, *words], capture_output=True, text=True, errors="replace",
                check=False, timeout=600, env=os.environ | {"LC_ALL": "C"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CompilerFailed(
                f"{self.command[0]} could not be run: {error}. {INSTALL}."
            ) from error


@dataclass(frozen=True)
class Toolchain:
    """A compiler, the flags it takes here, and the functions of which it knows vector versions."""

    compiler: Compiler
    flags: tuple[str, ...]
    vector: frozenset[str]

    def has_vector(self, call: Call) -> bool:
        """Whether a function may be declared to have vector versions."""
        return call.symbol in self.vector

    @property
    def library(self) -> str:
        """Where the vector versions come from."""
        return VECTOR_LIBRARY_FILE

    @property
    def threads(self) -> bool:
        """Whether kernels can use several threads."""
        return "-fopenmp" in self.flags

    @cached_property
    def identity(self) -> str:
        """Everything but the source that decides what the compiler makes."""
        parts = [*self.compiler.command, self.compiler.version, *self.flags, cpu(), repr(OPTIONAL)]
        parts += [*FLAGS, TRIAL]  # also where it is not surveyed yet
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def survey(compiler: Compiler) -> Toolchain:
    """Find out by trial compilations what a compiler can do."""
    with tempfile.TemporaryDirectory(prefix="riesz-") as name:
        folder = Path(name)
        for number, optional in enumerate(OPTIONAL):
            flags = (*FLAGS, *optional)
            if _loads(compiler, flags, folder / f"trial{number}.so"):
                break
        else:
            compiler.build(TRIAL, folder / "trial.so", FLAGS)  # to raise what it says
        for used in _with_vectors(flags):
            if _uses_vectors(compiler, used, folder):
                return Toolchain(compiler, used, _vector_functions())
    return Toolchain(compiler, flags, frozenset())


def _loads(compiler: Compiler, flags: Sequence[str], target: Path) -> bool:
    """Whether what is compiled with these flags can be loaded: OpenMP may lack its library."""
    try:
        compiler.build(TRIAL, target, flags)
        return bool(ctypes.CDLL(str(target)).riesz_trial())
    except (CompilerFailed, OSError):
        return False


def _with_vectors(flags: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Flags under which a loop may call vector versions: declared (gcc), or known (clang)."""
    yield (*flags, VECTOR_LIBRARY)
    yield (*(flag for flag in flags if flag != "-fno-builtin"), "-fveclib=libmvec", VECTOR_LIBRARY)


def vector_symbols() -> dict[str, str]:
    """The symbol that shows that a function has vector versions, by the function's own."""
    names = [(name, "v") for name in VECTOR_FUNCTIONS]
    names += [(name, "vv") for name in VECTOR_FUNCTIONS_OF_TWO]
    symbols = {}
    for name, arguments in names:
        symbols[name] = f"{PREFIXES['float64']}{arguments}_{name}"
        symbols[name + "f"] = f"{PREFIXES['float32']}{arguments}_{name}f"
    return symbols


def _uses_vectors(compiler: Compiler, flags: Sequence[str], folder: Path) -> bool:
    """Whether a compiled loop calls the vector version of a function."""
    loop = (
        'double exp(double) __attribute__((simd("notinbranch"), const, nothrow));\n'
        "void riesz_trial(double *y, long n) {\n#pragma omp simd\n"
        "  for (long i = 0; i < n; i++) y[i] = exp(y[i]);\n}\n"
    )
    made = compiler.accepts(loop, flags, folder)
    return made and b"v_exp" in (folder / "trial.so").read_bytes()


def _vector_functions() -> frozenset[str]:
    """The functions whose vector versions the library has."""
    try:
        library = ctypes.CDLL(VECTOR_LIBRARY_FILE)
    except OSError:
        return frozenset()
    return frozenset(f for f, symbol in vector_symbols().items() if hasattr(library, symbol))


def cpu() -> str:
    """What the processor can do, as far as the system says."""
    words = [platform.system(), platform.machine(), platform.processor()]
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("flags", "Features", "model name")):
                words.append(line)
            elif not line and len(words) > 3:
                break
    except OSError:
        pass
    return "\n".join(words)


def dump(toolchain: Toolchain) -> str:
    """A toolchain as text."""
    return json.dumps({"flags": toolchain.flags, "vector": sorted(toolchain.vector)})


def restore(compiler: Compiler, text: str) -> Toolchain:
    """A toolchain from its text; `ValueError` or `KeyError` if it is damaged."""
    found = json.loads(text)
    return Toolchain(compiler, tuple(found["flags"]), frozenset(found["vector"]))
