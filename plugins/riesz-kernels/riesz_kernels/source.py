"""The reductions as C: one loop over pairs for each row, the rows shared by threads."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from riesz_kernels.pair import C, Form, Pair

HEAD = "void riesz_kernels_rows({arguments}, {T} *out, i64 N, i64 M)"
LOOP = """#pragma omp parallel for schedule(static) num_threads(riesz_threads({cost}.0 * N * M))
  for (i64 i = 0; i < N; i++) {{
{row}
  }}
"""


@cache
def moment(form: Form) -> str:
    """The function that computes `riesz_kernels.moment` on arrays with coordinates as rows."""
    pair = Pair(form, C)
    names = pair.names()
    weight, constant = pair.weight()
    body = [*pair.differences(), *weight, *pair.sums()]
    row = [*pair.point(), f"{pair.T} {', '.join(f'{name} = 0' for name in names)};"]
    row += _simd(f"+ : {', '.join(names)}", body)
    row += pair.results(constant)
    return _function(pair, row, cost=20 + len(body), log=("alpha", "beta") * form.log)


@cache
def logsumexp(form: Form) -> str:
    """The function that computes log sum_j phi(t) exp(b_j): the largest exponent is taken out."""
    pair = Pair(form, C)
    lines, z, s = pair.exponent()
    before = [*pair.differences(), *lines]
    infinity = f"__builtin_inf{pair.suffix}()"
    row = [
        *pair.point(), f"{pair.T} top = -{infinity}, s = 0;",
        *_simd("max : top", [*before, f"top = {z} > top ? {z} : top;"]),
        f"const {pair.T} m = top - top == 0 ? top : 0;",
        *_simd("+ : s", [*before, f"s += {s} * {pair.call('exp_any', f'{z} - m')};"]),
        f"out[i] = m + log{pair.suffix}(s);",
    ]  # fmt: skip
    return _function(pair, row, cost=40, log=())


def _simd(reduction: str, body: list[str]) -> list[str]:
    inside = (f"  {line}" for line in body)
    return [
        f"#pragma omp simd reduction({reduction})",
        "for (i64 j = 0; j < M; j++) {",
        *inside,
        "}",
    ]


def _function(pair: Pair, row: list[str], cost: int, log: tuple[str, ...]) -> str:
    arguments = ", ".join(f"const {pair.T} *{name}" for name in ("x", "y", "b", *log))
    text = LOOP.format(cost=cost, row="\n".join(f"    {line}" for line in row))
    return f"{_exponential()}{HEAD.format(arguments=arguments, T=pair.T)} {{\n{text}}}\n"


@cache
def _exponential() -> str:
    return files("riesz_kernels").joinpath("exponential.h").read_text()
