"""What the languages of the C family call their types, constants and functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from riesz.errors import UnsupportedOperator


@dataclass(frozen=True)
class Dialect:
    """What a C-family language calls its types, constants and functions."""

    name: str
    types: Mapping[str, str]  # by the name of a dtype
    infinity: str
    nan: str
    complex: str  # a complex number from its parts
    helper: str  # what stands before the definition of a function
    inline: Mapping[str, str] = field(default_factory=dict)  # functions that need no library
    special: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # files, by kind and name

    def type(self, dtype: Any) -> str:
        """The type that holds a dtype; `UnsupportedOperator` if there is none."""
        if not dtype.isnative or dtype.name not in self.types:
            raise UnsupportedOperator(f"{self.name} has no type for the dtype {dtype}.")
        return self.types[dtype.name]


C99 = Dialect(
    "C",
    {
        "bool": "_Bool", "int8": "int8_t", "int16": "int16_t", "int32": "int32_t",
        "int64": "int64_t", "uint8": "uint8_t", "uint16": "uint16_t", "uint32": "uint32_t",
        "float32": "float", "float64": "double",
        "complex64": "float _Complex", "complex128": "double _Complex",
    },
    infinity="__builtin_inf{f}()",
    nan='__builtin_nan{f}("")',
    complex="__builtin_complex",
    helper="static inline",
    inline={
        name: f"__builtin_{name}{{f}}"
        for name in "fabs sqrt floor ceil trunc rint copysign creal cimag conj".split()
    },
)  # fmt: skip

#: What special/*.cu define, by kind of number.
SPECIAL_FILES = {
    kind: {name: file for file, names in files_.items() for name in names.split()}
    for kind, files_ in {
        "f": {
            "error": "erfcx dawsn erfi log_ndtr erfinv erfcinv ndtri",
            "gamma": "loggamma rgamma digamma zeta polygamma poch beta betaln gammainc gammaincc "
            "betainc",
            "entropy": "rel_entr kl_div",
            "bessel": "jv yv iv kv ive kve j0 j1 y0 y1 i0 i1 i0e i1e k0 k1 k0e k1e",
            "integral": "exp1 expi ellipk ellipe spence",
        },
        "c": {
            "error": "wofz erfcx erf erfc ndtr dawsn erfi log_ndtr",
            "gamma": "gamma loggamma rgamma digamma",
            "bessel": "jv yv iv kv ive kve",
            "integral": "exp1 expi spence lambertw",
            "inverse": "arcsin arccos arctan arcsinh arccosh arctanh log1p",
        },
    }.items()
}  # fmt: skip

CUDA = Dialect(
    "CUDA",
    {
        "bool": "bool", "int8": "signed char", "int16": "short", "int32": "int",
        "int64": "long long", "uint8": "unsigned char", "uint16": "unsigned short",
        "uint32": "unsigned int", "uint64": "unsigned long long", "float32": "float",
        "float64": "double",
        "complex64": "riesz_complex<float>", "complex128": "riesz_complex<double>",
    },
    infinity="riesz_infinity{f}()",
    nan="riesz_nan{f}()",
    complex="riesz_complex_of",
    helper="static __device__ __forceinline__",
    inline={
        f"c{name}": f"riesz_{name}"
        for name in "real imag sqrt exp log pow sin cos tan sinh cosh tanh".split()
    } | {"conj": "riesz_conj"},
    special=SPECIAL_FILES,
)  # fmt: skip


def special_text(name: str) -> str:
    """A file of special functions, each in double precision, real or complex."""
    return files("riesz.formula").joinpath("special", f"{name}.cu").read_text()


def cuda_prelude() -> str:
    """What every text in CUDA begins with: constants and complex numbers."""
    return files("riesz.formula").joinpath("prelude.cu").read_text()
