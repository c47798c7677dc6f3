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

HEADER = """#include <stdint.h>
typedef int64_t i64;
"""
SIGNATURE = "void riesz_loops(i64 n1, i64 n0, char *const *p, const i64 *s1, const i64 *s0)"
COMBINATION = "void riesz_combine(char *const *into, char *const *from)"
COMBINE = {
    "sum": "{0} + {1}",
    "prod": "{0} * {1}",
    "max": "{1} > {0} || {1} != {1} ? {1} : {0}",
    "min": "{1} < {0} || {1} != {1} ? {1} : {0}",
}
CLAUSE = {"sum": "+", "prod": "*", "max": "riesz_max", "min": "riesz_min"}
AXES = 12
OPERANDS = 512


@dataclass(frozen=True)
class Source:
    """Both versions of a kernel; `cost` of an entry, in units of an addition."""

    contiguous: str
    strided: str
    cost: int


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
    return Source(head + body.print("contiguous"), head + body.print("strided"), cost)


def _refuse(cluster: Cluster) -> None:
    if len(cluster.domain) > AXES or len(cluster.loads) + len(cluster.results) > OPERANDS:
        raise UnsupportedOperator(
            f"A kernel has at most {AXES} axes and {OPERANDS} operands; this one has "
            f"{len(cluster.domain)} and {len(cluster.loads) + len(cluster.results)}."
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

    def print(self, version: str) -> str:
        """The reductions, the loops and what adds partial results."""
        strided = version == "strided"
        lines = [*self.declared(), SIGNATURE, "{"]
        if strided:
            lines += [f"  const i64 t{k} = s0[{k}];" for k in range(self.operands)]
        lines += ["  for (i64 j = 0; j < n1; j++) {"]
        lines += [f"    {line}" for line in [*self.before(strided), *self.pragma()]]
        lines += ["    for (i64 i = 0; i < n0; i++) {"]
        lines += [f"      {line}" for line in self.entry(strided)]
        lines += ["    }", *(f"    {line}" for line in self.after()), "  }", "}", COMBINATION, "{"]
        lines += [*(f"  {line}" for line in self.combine()), "}", ""]
        return "\n".join(lines)

    def declared(self) -> Iterator[str]:
        """Reductions that OpenMP does not know: a maximum or minimum that keeps NaN."""
        for k, result in self._inside():
            kind = result.reduce[0] if result.reduce else ""
            if kind in ("max", "min"):
                step = COMBINE[kind].format("omp_out", "omp_in")
                yield (
                    f"#pragma omp declare reduction(riesz_{kind}{k}: {self._type(result)}: "
                    f"omp_out = {step}) initializer(omp_priv = {identity(result)})"
                )

    def before(self, strided: bool) -> Iterator[str]:
        """Where a row begins."""
        for k, result in self.results:
            at = f"p[{k}] + j * s1[{k}]"
            type_ = self._type(result)
            if sums_inside(result, self.cluster):
                yield f"{type_} r{k} = {identity(result)};"
            yield f"{'char' if strided else type_} *const y{k} = {_as(type_, at, strided)};"
        for k, load in self.loads:
            at, type_ = f"p[{k}] + j * s1[{k}]", C99.type(load.dtype)
            if not strided and is_constant(load, self.cluster):
                yield f"const {type_} x{k - len(self.results)} = *(const {type_} *)({at});"
            else:
                pointed = "char" if strided else type_
                yield f"const {pointed} *const a{k} = {_as('const ' + type_, at, strided)};"

    def pragma(self) -> Iterator[str]:
        """Permission to compute several entries at once, and in which order to reduce."""
        clauses = ""
        for k, result in self._inside():
            kind = result.reduce[0] if result.reduce else ""
            name = CLAUSE[kind] + (str(k) if kind in ("max", "min") else "")
            clauses += f" reduction({name}: r{k})"
        yield f"#pragma omp simd{clauses}"

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
            if sums_inside(result, self.cluster):
                yield f"r{k} = {self._reduce(result, f'r{k}', value)};"
                continue
            target = f"*({self._type(result)} *)(y{k} + i * t{k})" if strided else f"y{k}[i]"
            if result.reduce:
                value = self._reduce(result, target, value)
            yield f"{target} = {value};"

    def after(self) -> Iterator[str]:
        """Where a row ends."""
        for k, result in self._inside():
            target = f"*({self._type(result)} *)y{k}"
            yield f"{target} = {self._reduce(result, target, f'r{k}')};"

    def combine(self) -> Iterator[str]:
        """Adds one partial result to another."""
        for k, result in self.results:
            if result.reduce:
                into, part = (f"*({self._type(result)} *){v}[{k}]" for v in ("into", "from"))
                yield f"{into} = {self._reduce(result, into, part)};"

    def _inside(self) -> Iterator[tuple[int, Result]]:
        return ((k, r) for k, r in self.results if sums_inside(r, self.cluster))

    def _reduce(self, result: Result, into: str, value: str) -> str:
        kind = result.reduce[0] if result.reduce else ""
        rule = COMBINE[kind]
        if result.dtype.kind == "b":  # numbers of bits: any, all
            rule = "{0} | {1}" if kind in ("sum", "max") else "{0} & {1}"
        return rule.format(into, f"({value})")

    def _type(self, result: Result) -> str:
        return C99.type(result.dtype)


def identity(result: Result) -> str:
    """What a reduction starts from, as a literal."""
    return Writer(C99, {}).literal(identity_number(result), result.dtype)


def identity_number(result: Result) -> object:
    """What a reduction starts from."""
    kind = result.reduce[0] if result.reduce else "sum"
    if kind in ("sum", "prod"):
        return int(kind == "prod")
    sign = -1 if kind == "max" else 1
    if result.dtype.kind == "f":
        return sign * float("inf")
    if result.dtype.kind == "b":
        return kind == "min"
    info = np.iinfo(result.dtype)
    return info.min if kind == "max" else info.max


def _as(type_: str, at: str, strided: bool) -> str:
    return at if strided else f"({type_} *)({at})"
