"""A cluster as C: two nested loops over its domain, which the driver calls piece by piece.

Names and shapes do not enter, so equal programs on arrays of other sizes share a kernel. There are
two versions: one for arrays that are contiguous along the innermost axis, or constant along it
where they are broadcast; one for any strides, built when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.c import C99, Call, Writer, real_part
from riesz.plan.cluster import Cluster, Load, Result
from riesz.plan.joining import COMBINE, identity_number

HEADER = """#include <stdint.h>
typedef int64_t i64;
"""
SIGNATURE = "void riesz_loops(i64 n1, i64 n0, char *const *p, const i64 *s1, const i64 *s0)"
COMBINATION = "void riesz_combine(char *const *into, char *const *from)"
CLAUSE = {"sum": "+", "prod": "*", "max": "max", "min": "min"}
# The order of floating point numbers as that of integers, NaN beyond all: a maximum of integers is
# computed several entries at once, one of numbers that keeps NaN is not.
KEYS = """static inline {I} riesz_key_{T}({T} x, {I} nan) {{
  {I} b; __builtin_memcpy(&b, &x, sizeof b);
  return x != x ? nan : b ^ ((b >> (8 * sizeof b - 1)) & {last});
}}
static inline {T} riesz_number_{T}({I} b) {{
  {T} x; b ^= (b >> (8 * sizeof b - 1)) & {last}; __builtin_memcpy(&x, &b, sizeof x); return x;
}}
"""
INTEGERS = {"float32": ("int32_t", "INT32_MAX"), "float64": ("int64_t", "INT64_MAX")}
AXES = 12
OPERANDS = 512
# Rows shorter than this are looped across, by whether functions are called, rows summed: what
# is left of a row after its vectors is computed one entry at a time, which is dear for exp and its
# like; for arithmetic, gathering the entries of several rows is dearer. The limits are measured.
NARROW = {(False, False): 3, (False, True): 6, (True, False): 8, (True, True): 12}


@dataclass(frozen=True)
class Source:
    """The versions of a kernel; `cost` of an entry, in units of an addition; `narrow`: see below.

    `called`: bytes of an entry of the functions called, 0 where one has no vector version.
    `across`: any strides, and the innermost loop runs along an axis that every reduction keeps.
    """

    contiguous: str
    strided: str
    across: str
    cost: int
    narrow: int
    called: int


Vector = Callable[[Call], bool]  # whether a function has a vector version to declare


def write(cluster: Cluster, vector: Vector) -> Source:
    """Print a cluster; `UnsupportedOperator` says what C cannot express."""
    _refuse(cluster)
    writer = Writer(C99, cluster.dtypes)
    for i in range(len(cluster.loads)):
        writer.names[cluster.symbols.argument(i)] = f"x{i}"
    writer.write(*(r.root for r in cluster.results))
    body = Body(cluster, writer)
    head = HEADER + "".join(_prototypes(writer, vector))
    cost = len(writer.lines) + 15 * len(writer.calls) + 5 * body.operands
    inside = frozenset(k for k, r in body.results if sums_inside(r, cluster))
    return Source(
        head + body.print(False, inside),
        head + body.print(True, inside),
        head + body.print(True, frozenset()),
        cost,
        NARROW[bool(writer.calls), bool(inside)],
        _called(writer, vector),
    )


def _called(writer: Writer, vector: Vector) -> int:
    sizes = {np.dtype(call.dtype).itemsize for call in writer.calls if vector(call)}
    return min(sizes) if sizes and all(map(vector, writer.calls)) else 0


def _refuse(cluster: Cluster) -> None:
    axes = max(len(cluster.domain), *(len(x.shape) for x in cluster.loads), 0)
    operands = len(cluster.loads) + len(cluster.results)
    if axes > AXES or operands > OPERANDS:
        raise UnsupportedOperator(
            f"A kernel has at most {AXES} axes and {OPERANDS} operands; this one has {axes} and "
            f"{operands}."
        )
    if cluster.scalars:
        raise UnsupportedOperator("A kernel takes numbers as arrays of shape ().")
    for result in cluster.results:
        if result.reduce and result.dtype.kind == "c" and result.reduce[0] in ("max", "min"):
            raise UnsupportedOperator("C has no order of complex numbers.")


def _prototypes(writer: Writer, vector: Vector) -> Iterator[str]:
    for call in sorted(writer.calls):
        type_ = C99.type(np.dtype(call.dtype))
        result = C99.type(real_part(np.dtype(call.dtype))) if call.name == "cabs" else type_
        simd = 'simd("notinbranch"), ' if vector(call) else ""
        yield (
            f"{result} {call.symbol}({', '.join([type_] * call.arity)}) "
            f"__attribute__(({simd}const, nothrow));\n"
        )
    for definition in writer.helpers.values():
        yield definition + "\n"


def inner_axis(cluster: Cluster) -> int:
    """The last axis of the domain that is longer than 1, or -1."""
    return max((i for i, n in enumerate(cluster.domain) if n != 1), default=-1)


def is_constant(load: Load, cluster: Cluster) -> bool:
    """Whether a load is broadcast along the innermost axis."""
    if load.shifts:
        return inner_axis(cluster) < 0
    axis = inner_axis(cluster) - len(cluster.domain) + len(load.shape)
    return inner_axis(cluster) < 0 or axis < 0 or load.shape[axis] == 1


def sums_inside(result: Result, cluster: Cluster) -> bool:
    """Whether a reduction runs along the innermost axis."""
    inner = inner_axis(cluster)
    return result.reduce is not None and (inner < 0 or inner in result.reduce[1])


class Body:
    """The loops of one cluster; results come first among its operands."""

    def __init__(self, cluster: Cluster, writer: Writer) -> None:
        """`writer` holds the statements for one entry."""
        self.cluster, self.writer = cluster, writer
        self.results = list(enumerate(cluster.results))
        self.loads = list(enumerate(cluster.loads, start=len(cluster.results)))
        self.operands = len(self.results) + len(self.loads)

    def print(self, strided: bool, inside: frozenset[int]) -> str:
        """The loops and what adds partial results; `inside`: reduced along the innermost axis."""
        self.inside = inside
        lines = [*self.keys(), SIGNATURE, "{"]
        if strided:
            lines += [f"  const i64 t{k} = s0[{k}];" for k in range(self.operands)]
        lines += ["  for (i64 j = 0; j < n1; j++) {"]
        lines += [f"    {line}" for line in [*self.before(strided), self.pragma()]]
        lines += ["    for (i64 i = 0; i < n0; i++) {"]
        lines += [f"      {line}" for line in self.entry(strided)]
        lines += ["    }", *(f"    {line}" for line in self.after()), "  }", "}", COMBINATION, "{"]
        lines += [*(f"  {line}" for line in self.combine()), "}", ""]
        return "\n".join(lines)

    def keys(self) -> Iterator[str]:
        """The order of floating point numbers, where a maximum or minimum needs it."""
        dtypes = {r.dtype for k, r in self._inside() if self._by_key(r)}
        for dtype in sorted(dtypes, key=str):
            integer, last = INTEGERS[dtype.name]
            yield KEYS.format(T=C99.type(dtype), I=integer, last=last)

    def before(self, strided: bool) -> Iterator[str]:
        """Where a row begins."""
        for k, result in self.results:
            at = f"p[{k}] + j * s1[{k}]"
            type_ = self._type(result)
            if k in self.inside:
                yield f"{self._state(result)} r{k} = {self._key(result, identity(result))};"
            yield f"{'char' if strided else type_} *const y{k} = {_as(type_, at, strided)};"
        for k, load in self.loads:
            at, type_ = f"p[{k}] + j * s1[{k}]", C99.type(load.dtype)
            if not strided and is_constant(load, self.cluster):
                yield f"const {type_} x{k - len(self.results)} = *(const {type_} *)({at});"
            else:
                pointed = "char" if strided else type_
                yield f"const {pointed} *const a{k} = {_as('const ' + type_, at, strided)};"

    def pragma(self) -> str:
        """Permission to compute several entries at once, and in which order to reduce."""
        clauses = (f" reduction({_clause(r)}: r{k})" for k, r in self._inside())
        return f"#pragma omp simd{''.join(clauses)}"

    def entry(self, strided: bool) -> Iterator[str]:
        """One entry: load, compute, store."""
        for k, load in self.loads:
            type_ = C99.type(load.dtype)
            if strided:
                name = f"x{k - len(self.results)}"
                yield f"const {type_} {name} = *(const {type_} *)(a{k} + i * t{k});"
            elif not is_constant(load, self.cluster):
                yield f"const {type_} x{k - len(self.results)} = a{k}[i];"
        yield from self.writer.lines
        for k, result in self.results:
            value = self.writer.operand(result.root, result.dtype)
            if k in self.inside:
                yield self._take(k, result, value)
                continue
            target = f"*({self._type(result)} *)(y{k} + i * t{k})" if strided else f"y{k}[i]"
            if result.reduce:
                value = self._reduce(result, target, value)
            yield f"{target} = {value};"

    def after(self) -> Iterator[str]:
        """Where a row ends."""
        for k, result in self._inside():
            target = f"*({self._type(result)} *)y{k}"
            number = f"riesz_number_{self._type(result)}(r{k})" if self._by_key(result) else f"r{k}"
            yield f"const {self._type(result)} z{k} = {number};"
            yield f"{target} = {self._reduce(result, target, f'z{k}')};"

    def combine(self) -> Iterator[str]:
        """Adds one partial result to another."""
        for k, result in self.results:
            if result.reduce:
                into, part = (f"*({self._type(result)} *){v}[{k}]" for v in ("into", "from"))
                yield f"{into} = {self._reduce(result, into, part)};"

    def _inside(self) -> Iterator[tuple[int, Result]]:
        return ((k, r) for k, r in self.results if k in self.inside)

    def _take(self, k: int, result: Result, value: str) -> str:
        """One more entry of a reduction along the innermost axis."""
        if _kind(result) in ("sum", "prod") or result.dtype.kind == "b":
            return f"r{k} = {self._reduce(result, f'r{k}', value)};"
        sign = ">" if _kind(result) == "max" else "<"
        key = f"const {self._state(result)} k{k} = {self._key(result, value)};"
        return f"{key} r{k} = r{k} {sign} k{k} ? r{k} : k{k};"

    def _by_key(self, result: Result) -> bool:
        return _kind(result) in ("max", "min") and result.dtype.kind == "f"

    def _state(self, result: Result) -> str:
        return INTEGERS[result.dtype.name][0] if self._by_key(result) else self._type(result)

    def _key(self, result: Result, value: str) -> str:
        if not self._by_key(result):
            return value
        last = INTEGERS[result.dtype.name][1]
        beyond = last if _kind(result) == "max" else f"-{last}"
        return f"riesz_key_{self._type(result)}({value}, {beyond})"

    def _reduce(self, result: Result, into: str, value: str) -> str:
        rule = COMBINE[_kind(result)]
        if result.dtype.kind == "b":
            rule = f"{{0}} {_clause(result)} {{1}}"
        return rule.format(into, f"({value})")

    def _type(self, result: Result) -> str:
        return C99.type(result.dtype)


def _kind(result: Result) -> str:
    return result.reduce[0] if result.reduce else ""


def _clause(result: Result) -> str:
    if result.dtype.kind == "b":
        return "|" if _kind(result) in ("sum", "max") else "&"
    return CLAUSE[_kind(result)]


def identity(result: Result) -> str:
    """What a reduction starts from, as a literal."""
    return Writer(C99, {}).literal(identity_number(result), result.dtype)


def _as(type_: str, at: str, strided: bool) -> str:
    return at if strided else f"({type_} *)({at})"
