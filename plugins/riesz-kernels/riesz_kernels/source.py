"""The reductions as C: one loop over pairs, written out for a profile and numbers of coordinates.

`Pair` prints what happens to one pair, in a C that CUDA's compiler reads too; the functions below
put it into loops. A GPU's kernel is the same pair in other loops, one row to a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations_with_replacement, product
from typing import Any

from riesz_kernels.profile import profile

HEAD = "void riesz_kernels_rows({arguments}, {T} *out, i64 N, i64 M)"
LOOP = """#pragma omp parallel for schedule(static) num_threads(riesz_threads({cost}.0 * N * M))
  for (i64 i = 0; i < N; i++) {{
{row}
  }}
"""


@dataclass(frozen=True)
class Form:
    """Which reduction: everything the text depends on. `single`: in single precision."""

    kernel: str
    order: int
    d: int
    channels: int
    contract: int
    emit: int
    log: bool
    single: bool


class Text:
    """An expression in C; `+` and `*` write it down."""

    def __init__(self, text: str, suffix: str) -> None:
        """`suffix` makes a literal of the right precision."""
        self.text, self.suffix = text, suffix

    def __add__(self, other: Any) -> Text:
        return Text(f"({self.text} + {self.operand(other)})", self.suffix)

    def __mul__(self, other: Any) -> Text:
        return Text(f"({self.text} * {self.operand(other)})", self.suffix)

    __radd__, __rmul__ = __add__, __mul__

    def operand(self, other: Any) -> str:
        """A number as a literal."""
        return other.text if isinstance(other, Text) else f"{other!r}{self.suffix}"


class Pair:
    """Statements for one pair of points, its numbers in variables."""

    def __init__(self, form: Form) -> None:
        """`T` and `suffix`: the type and the ending of its literals and functions."""
        self.form, self.suffix = form, "f" if form.single else ""
        self.T = "float" if form.single else "double"
        self.coordinates = range(form.d)

    def sqrt(self, t: Text) -> Text:
        """The name w, to be declared by `weight`."""
        self.root = f"__builtin_sqrt{self.suffix}({t.text})"
        return Text("w", self.suffix)

    def inverse(self, w: Text) -> Text:
        """1/w, and 0 where w is 0."""
        self.inverted = w.text
        return Text("v", self.suffix)

    def differences(self) -> Iterator[str]:
        """D and t."""
        for k in self.coordinates:
            yield f"const {self.T} d{k} = x{k} - y[{k} * M + j];"
        squares = "0"
        for k in self.coordinates:
            squares = f"riesz_fma{self.suffix}(d{k}, d{k}, {squares})" if k else "d0 * d0"
        yield f"const {self.T} t = {squares};"

    def parts(self) -> tuple[list[str], str | None, Any]:
        """Statements, then the exponent of phi as an expression and its factor or a number."""
        self.root = self.inverted = ""
        phi = profile(self.form.kernel, self.form.order)
        exponent, factor = phi.parts(self, Text("t", self.suffix))
        lines = [f"const {self.T} w = {self.root};"] if self.root else []
        if self.inverted:
            zero, one = f"0.0{self.suffix}", f"1.0{self.suffix}"
            w = self.inverted
            lines.append(f"const {self.T} v = {w} == {zero} ? {zero} : {one} / {w};")
        printed = exponent.text if isinstance(exponent, Text) else None
        return lines, printed, factor

    def weight(self) -> tuple[list[str], str]:
        """Statements that compute phi(t) exp(alpha_i + beta_j) as q, and a constant factor of q."""
        lines, exponent, factor = self.parts()
        factors = [factor.text] if isinstance(factor, Text) else []
        if self.form.log:
            terms = [exponent] if exponent else []
            factors.append(
                f"riesz_kernels_exp_any{self.suffix}({' + '.join([*terms, 'a + beta[j]'])})"
            )
        elif exponent:
            factors.append(f"riesz_kernels_exp{self.suffix}({exponent})")
        constant = 1.0 if isinstance(factor, Text) else factor
        q = " * ".join(factors) or self.literal(1.0)
        return [*lines, f"const {self.T} q = {q};"], self.literal(constant)

    def literal(self, number: Any) -> str:
        """A number or an expression as text."""
        return Text("", self.suffix).operand(number)

    def sums(self) -> Iterator[str]:
        """One more term of every sum; those of equal products of coordinates are one."""
        form, emitted = self.form, self.emitted()
        for c in range(form.channels):
            products = list(product(self.coordinates, repeat=form.contract))
            terms = [
                " * ".join([f"b[{k * form.channels + c} * M + j]", *(f"d{f}" for f in axes)])
                for k, axes in enumerate(products)
            ]
            yield f"const {self.T} q{c} = q * ({' + '.join(terms)});"
            for axes in emitted:
                factor = " * ".join(f"d{k}" for k in axes) or f"1.0{self.suffix}"
                name = sum_name(axes, c)
                yield f"{name} = riesz_fma{self.suffix}(q{c}, {factor}, {name});"

    def emitted(self) -> list[tuple[int, ...]]:
        """The products of coordinates that are summed."""
        return list(combinations_with_replacement(self.coordinates, self.form.emit))

    def names(self) -> list[str]:
        """The sums."""
        return [sum_name(axes, c) for c in range(self.form.channels) for axes in self.emitted()]

    def point(self) -> Iterator[str]:
        """The coordinates of x_i, and alpha_i."""
        for k in self.coordinates:
            yield f"const {self.T} x{k} = x[{self.form.d} * i + {k}];"
        if self.form.log:
            yield f"const {self.T} a = alpha[i];"


def sum_name(axes: tuple[int, ...], channel: int) -> str:
    """The variable of a sum: one for all orders of the axes."""
    return f"s{channel}" + "".join(f"_{k}" for k in sorted(axes))


@cache
def moment(form: Form) -> str:
    """The function that computes `riesz_kernels.moment` on arrays with coordinates as rows."""
    pair = Pair(form)
    names = pair.names()
    weight, constant = pair.weight()
    body = [*pair.differences(), *weight, *pair.sums()]
    row = [*pair.point(), f"{pair.T} {', '.join(f'{name} = 0' for name in names)};"]
    row += [f"#pragma omp simd reduction(+ : {', '.join(names)})"]
    row += ["for (i64 j = 0; j < M; j++) {", *(f"  {line}" for line in body), "}"]
    results = product(product(pair.coordinates, repeat=form.emit), range(form.channels))
    width = form.d**form.emit * form.channels
    row += [
        f"out[{width} * i + {r}] = {constant} * {sum_name(*at)};" for r, at in enumerate(results)
    ]
    return _function(pair, row, cost=20 + len(body), log=("alpha", "beta") * form.log)


@cache
def logsumexp(form: Form) -> str:
    """The function that computes log sum_j phi(t) exp(b_j): the largest exponent is taken out."""
    pair = Pair(form)
    lines, exponent, factor = pair.parts()
    z = f"{exponent} + b[j]" if exponent else "b[j]"
    infinity = f"__builtin_inf{pair.suffix}()"
    term = f"{pair.literal(factor)} * riesz_kernels_exp_any{pair.suffix}({z} - m)"
    row = [
        *pair.point(), f"{pair.T} top = -{infinity}, s = 0;",
        *_simd("max : top", [*pair.differences(), *lines, f"top = {z} > top ? {z} : top;"]),
        f"const {pair.T} m = top - top == 0 ? top : 0;",
        *_simd("+ : s", [*pair.differences(), *lines, f"s += {term};"]),
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
