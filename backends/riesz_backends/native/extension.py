"""C of a plugin's own, for kernels that replace the rules of its operators on this backend."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from riesz_backends.native.compiler import VECTOR_FUNCTIONS, VECTOR_FUNCTIONS_OF_TWO
from riesz_backends.native.library import libraries


def build(source: str, functions: Iterable[str] = ()) -> ctypes.CDLL:
    """Compile C with the system's compiler and load it; it is built once and kept on disk.

    `source` has the functions to call, without #include: names not `static` should have a prefix.
    `functions` of the mathematical library ("exp", "sinf") are declared, with the vector versions
    that the system has. Also there: `i64`, `riesz_fma(x, y, z)` (x*y + z, rounded once where the
    processor can) and `riesz_threads(additions)` for `#pragma omp parallel num_threads(...)`.

    Nothing is built that gives up NaN, infinities or the order of operations (no -ffast-math).
    Raises BackendUnavailable without a compiler, CompilerFailed with what the compiler said.

    >>> library = build("double twice(double x) { return 2 * x; }")
    >>> library.twice.argtypes, library.twice.restype = [ctypes.c_double], ctypes.c_double
    >>> library.twice(21.0)
    42.0
    """
    return libraries.load("".join((_prelude(), *_prototypes(sorted(set(functions))), source)))


@cache
def _prelude() -> str:
    return files("riesz_backends.native").joinpath("prelude.h").read_text()


def _prototypes(functions: list[str]) -> Iterator[str]:
    """Declarations, each with its vector versions where the library has them."""
    for symbol in functions:
        single = symbol.endswith("f") and symbol[:-1] in ARITY
        type_ = "float" if single else "double"
        arguments = ", ".join([type_] * ARITY.get(symbol[:-1] if single else symbol, 1))
        simd = 'simd("notinbranch"), ' if symbol in libraries.toolchain.vector else ""
        yield f"{type_} {symbol}({arguments}) __attribute__(({simd}const, nothrow));\n"


ARITY = dict.fromkeys(VECTOR_FUNCTIONS, 1) | dict.fromkeys(VECTOR_FUNCTIONS_OF_TWO, 2)
