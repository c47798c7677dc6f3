"""The reductions as CUDA: the text before moment.cu and logsumexp.cu, which walk over tiles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from riesz_kernels.pair import CUDA, Form, Pair

THREADS = 128  # of a block, each with a row of its own
LARGEST_TILE, TILE_BYTES = 128, 1 << 15  # of shared memory; every GPU has 48 KiB for a block
HEAD = """typedef {T} real;
enum {{ {numbers} }};
"""
FUNCTION = """static __device__ __forceinline__ void {name}({parameters}) {{
{statements}
}}
"""
MOMENT = "real *s, const real *x, const real *alpha, const real *y, const real *b, const real *beta"
LOGSUMEXP = "real &z, real &s, const real *x, const real *y, const real *b"


@cache
def moment(form: Form) -> str:
    """The kernel `riesz_kernels_moment`."""
    pair = Pair(form, CUDA)
    weight, constant = pair.weight()
    at = list(enumerate(pair.names()))
    sums = [f"real &{name} = s[{k}];" for k, name in at]
    added = [*sums, *pair.point(), *pair.differences(), *weight, *pair.sums()]
    stored = [*(f"const real {name} = s[{k}];" for k, name in at), *pair.results(constant)]
    functions = [
        _function("riesz_kernels_add", MOMENT, added),
        _function("riesz_kernels_store", "real *out, const real *s", stored),
    ]
    return "".join([_head(pair), *functions, _resource("moment.cu")])


@cache
def logsumexp(form: Form) -> str:
    """The kernel `riesz_kernels_logsumexp`."""
    pair = Pair(form, CUDA)
    lines, z, s = pair.exponent()
    body = [*pair.point(), *pair.differences(), *lines, f"z = {z};", f"s = {s};"]
    term = _function("riesz_kernels_term", LOGSUMEXP, body)
    return "".join([_head(pair), term, _resource("logsumexp.cu")])


def tile(form: Form) -> int:
    """How many points go through shared memory at once."""
    numbers = form.d + form.depth + form.log
    room = TILE_BYTES // (numbers * form.dtype.itemsize)
    return min(LARGEST_TILE, 1 << (room.bit_length() - 1))


def _head(pair: Pair) -> str:
    form = pair.form
    numbers = {
        "D": form.d, "DEPTH": form.depth, "WIDTH": form.width, "SUMS": len(pair.names()),
        "LOG": int(form.log), "TILE": tile(form), "THREADS": THREADS,
    }  # fmt: skip
    return HEAD.format(T=pair.T, numbers=", ".join(f"{k} = {n}" for k, n in numbers.items()))


def _function(name: str, parameters: str, body: Iterable[str]) -> str:
    statements = "\n".join(f"  {line}" for line in body)
    return FUNCTION.format(name=name, parameters=parameters, statements=statements)


def _resource(name: str) -> str:
    return files("riesz_kernels").joinpath(name).read_text(encoding="utf-8")
