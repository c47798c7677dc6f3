"""A part of a cluster as CUDA: one kernel for one geometry, whose lengths and strides it is given.

    y_r[i] = root_r(x_0[i], x_1[i], ...)                 for every index i of the domain
    y_s[o] = join of root_s(x_0[i], ...) over the i of output o

A group of `lanes` threads goes through the entries of one output, or of one chunk of them, in steps
of the grid; an elementwise kernel is one whose only output is everything. Neither names nor
shapes stand in the text, so equal programs on arrays of other sizes share a kernel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz.plan.joining import COMBINE, identity_number
from riesz_backends.cuda.axes import BLOCK, Axes
from riesz_backends.cuda.part import Part

OPTIONS = ("-std=c++17", "--fmad=false")
# ^ no fused multiply-add: x*x - y*y must be 0 where x = y. Matrix products ask for it: fma().
JOIN = """struct riesz_{word} {{
  template <class T> static __device__ __forceinline__ T join(T a, T b) {{ return {rule}; }}
}};
"""


@dataclass(frozen=True)
class Source:
    """A kernel: its text without what modules have once, and that."""

    name: str
    text: str
    helpers: dict[str, str]


def module(sources: Iterable[Source]) -> str:
    """The text in which kernels are compiled together."""
    each = {s.name: s for s in sources}
    helpers = {name: text for s in each.values() for name, text in s.helpers.items()}
    shared = files("riesz_backends.cuda").joinpath("cluster.cu").read_text()
    joins = (JOIN.format(word=w, rule=rule.format("a", "b")) for w, rule in COMBINE.items())
    kernels = (s.text for s in each.values())
    return "\n".join([cuda_prelude(), shared, *joins, *helpers.values(), *kernels])


class Printer:
    """Prints the kernel of a part for a geometry, and collects the numbers that it is given.

    In the text, k is the place along an axis; b, o and e are where an output, a row, and an entry
    begin in an array, and w is whether it is one of its entries, no zero around them.
    """

    def __init__(self, part: Part, axes: Axes) -> None:
        """`axes` was made for the part's stored results and then its loads."""
        self.part, self.axes = part, axes
        self.index = "int" if axes.small else "long long"
        self.fields: dict[str, int] = {}
        names = [f"y{k}" for k, _ in part.stored] + [f"x{i}" for i, _ in part.loaded]
        self.offset = dict(zip(names, axes.of, strict=True))
        self.count = range(len(axes.offsets))
        body = list(self._kernel())  # first: it finds the fields
        entry, helpers = part.entry
        text = "\n".join([*self._layout(), entry, *body, ""])
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.source = Source(f"riesz_cluster_{digest}", text.replace("@", f"_{digest}"), helpers)

    @property
    def layout(self) -> bytes:
        """The numbers, packed as the structure that the kernel takes."""
        dtype = np.int32 if self.axes.small else np.int64
        return np.array(list(self.fields.values()), dtype).tobytes()

    def _field(self, name: str, value: int) -> str:
        self.fields[name] = value
        return f"layout.{name}"

    def _layout(self) -> list[str]:
        return [f"struct riesz_layout@ {{ {self.index} {', '.join(self.fields)}; }};", ""]

    # --- the kernel ------------------------------------------------------------------------------

    def _kernel(self) -> Iterator[str]:
        lanes, I = self.axes.lanes, self.index  # noqa: E741
        yield f'extern "C" __global__ void riesz_cluster@({", ".join(self._parameters())}) {{'
        yield f"  const {I} thread = ({I})blockIdx.x * {BLOCK} + threadIdx.x;"
        yield f"  const {I} group = thread / {lanes}, lane = thread % {lanes};"
        if lanes < BLOCK:
            yield f"  if (group >= {self._field('groups', self.axes.groups)}) return;"
        yield from self._output()
        for k, r in self.part.reduced:
            yield f"  {CUDA.type(r.dtype)} a{k} = {_identity(r)};"
        packs = self._field("packs", self.axes.packs)
        yield from self._loop(f"chunk * {lanes} + lane", packs, self.axes.width)
        if self.axes.packs * self.axes.width < self.axes.n:
            n, width = self._field("n", self.axes.n), self.axes.width
            yield from self._loop(f"{packs} * {width} + chunk * {lanes} + lane", n, 1)
        for k, r in self.part.reduced:
            yield from self._joined(k, r)
        yield "}"

    def _parameters(self) -> Iterator[str]:
        for k, r in (*self.part.stored, *self.part.reduced):
            yield f"{CUDA.type(r.dtype)} *__restrict__ p_y{k}"
        for i, x in self.part.loaded:
            yield f"const {CUDA.type(x.dtype)} *__restrict__ p_x{i}"
        yield "const riesz_layout@ layout"

    def _output(self) -> Iterator[str]:
        """Which output and chunk a group computes, and where the output's entries begin."""
        kept, I = self.axes.kept, self.index  # noqa: E741
        if not kept:
            yield f"  const {I} chunk = group;"
        else:
            outputs = self._field("outputs", self.axes.outputs)
            yield f"  const {I} chunk = group / {outputs};"
            yield from self._places("group % " + outputs, 0, len(kept), "  ", 1)
        for c in self.count:
            if terms := self._terms(c, 0, len(kept)):
                yield f"  const {I} b{c} = {' + '.join(terms)};"

    def _loop(self, start: str, end: str, width: int) -> Iterator[str]:
        """A group's steps through the entries, `width` neighbours at a time."""
        I, inner, first = self.index, self.axes.inner, len(self.axes.kept)  # noqa: E741
        step = f"{self._field('chunks', self.axes.chunks)} * {self.axes.lanes}"
        yield f"  for ({I} r = {start}; r < {end}; r += {step}) {{"
        yield from self._places("r", first, first + len(inner), "    ", width)
        last = first + len(inner) - 1
        packed = [c for c in self.count if width > 1 and self.axes.packed(c)]
        for c in self.count:
            terms = [f"b{c}"] if self._terms(c, 0, first) else []
            terms += self._terms(c, first, last) + [f"k{last}"] * (c in packed)
            yield f"    const {I} o{c} = {' + '.join(terms) or '0'};"
        yield from self._packs(packed, width)
        if width > 1:
            yield f"    for (int j = 0; j < {width}; j++) {{"
        indent = "      " if width > 1 else "    "
        place = f"k{last} + j" if width > 1 else f"k{last}"
        for c in self.count:
            if c not in packed and inner[-1].strides[c]:
                yield f"{indent}const {I} e{c} = o{c} + {self._term(c, last, place)};"
            if self.axes.between(c):
                places = [*(f"k{d}" for d in range(last)), place]
                yield f"{indent}const bool w{c} = {self._within(c, places)};"
        yield f"{indent}riesz_entry@({', '.join(self._arguments(packed))});"
        if width > 1:
            yield "    }"
            yield from self._stores(packed, width)
        yield "  }"

    def _places(self, start: str, first: int, end: int, indent: str, width: int) -> Iterator[str]:
        """The places k along the axes from `first` to `end`, of the entry with that number."""
        axes = self.axes.all
        if end - first > 1:
            yield f"{indent}{self.index} rest = {start};"
            start = "rest"
        for d in range(end - 1, first, -1):
            length, times = self._field(f"l{d}", axes[d].length), ""
            if d == end - 1 and width > 1:
                length, times = self._field("row", axes[d].length // width), f" * {width}"
            yield f"{indent}const {self.index} k{d} = rest % {length}{times};"
            yield f"{indent}rest /= {length};"
        times = f" * {width}" if end - first == 1 and width > 1 else ""
        yield f"{indent}const {self.index} k{first} = {start}{times};"

    def _terms(self, c: int, first: int, end: int) -> list[str]:
        """How far the places along some axes are from the beginning of an array."""
        axes = self.axes.all
        return [self._term(c, d, f"k{d}") for d in range(first, end) if axes[d].strides[c]]

    def _term(self, c: int, d: int, place: str) -> str:
        axis = self.axes.all[d]
        stride, shift = self._field(f"s{c}_{d}", axis.strides[c]), axis.shifts[c]
        if shift is None:
            return f"({place}) * {stride}" if " " in place else f"{place} * {stride}"
        by, length = self._field(f"h{c}_{d}", shift[0]), self._field(f"l{d}", axis.length)
        if shift[1]:
            return f"({place} - {by}) * {stride}"
        return f"riesz_rolled<{self.index}>({place}, {by}, {length}) * {stride}"

    def _within(self, c: int, places: list[str]) -> str:
        """Whether an entry is one of the arrays, and none of the zeros around them."""
        found = []
        for d in self.axes.between(c):
            shift, length = self.axes.all[d].shifts[c] or (0, 0)
            by, m = self._field(f"h{c}_{d}", shift), self._field(f"m{c}_{d}", length)
            found.append(f"riesz_within<{self.index}>({places[d]}, {by}, {m})")
        return " && ".join(found)

    # --- one entry -------------------------------------------------------------------------------

    def _arguments(self, packed: list[int]) -> Iterator[str]:
        for k, _ in self.part.stored:
            yield self._argument(f"y{k}", packed)
        for k, _ in self.part.reduced:
            yield f"a{k}"
        for i, x in self.part.loaded:
            value, c = self._argument(f"x{i}", packed), self.offset[f"x{i}"]
            outside = c is not None and self.axes.between(c)
            yield f"w{c} ? {value} : {_zero(x.dtype)}" if outside else value

    def _argument(self, name: str, packed: list[int]) -> str:
        c = self.offset[name]
        if c is None:
            return f"p_{name}[0]"
        if c in packed:
            return f"v_{name}.at[j]"
        return f"p_{name}[{'e' if self.axes.inner[-1].strides[c] else 'o'}{c}]"

    def _packs(self, packed: list[int], width: int) -> Iterator[str]:
        for i, x in self.part.loaded:
            if self.offset[f"x{i}"] in packed:
                pack = f"riesz_pack<{CUDA.type(x.dtype)}, {width}>"
                at = f"p_x{i} + o{self.offset[f'x{i}']}"
                yield f"    const {pack} v_x{i} = *(const {pack} *)({at});"
        for k, r in self.part.stored:
            if self.offset[f"y{k}"] in packed:
                yield f"    riesz_pack<{CUDA.type(r.dtype)}, {width}> v_y{k};"

    def _stores(self, packed: list[int], width: int) -> Iterator[str]:
        for k, r in self.part.stored:
            if self.offset[f"y{k}"] in packed:
                pack = f"riesz_pack<{CUDA.type(r.dtype)}, {width}>"
                yield f"    *({pack} *)(p_y{k} + o{self.offset[f'y{k}']}) = v_y{k};"

    # --- reductions ------------------------------------------------------------------------------

    def _joined(self, k: int, r: Any) -> Iterator[str]:
        """The group's result, which its first thread stores."""
        join, lanes = f"riesz_{r.reduce[0]}", self.axes.lanes
        if lanes == BLOCK:
            yield f"  __shared__ {CUDA.type(r.dtype)} of_warps{k}[{BLOCK // 32}];"
            yield f"  a{k} = riesz_joined_block<{join}>(a{k}, of_warps{k});"
        elif lanes > 1:
            yield f"  a{k} = riesz_joined_warp<{join}, {lanes}>(a{k});"
        yield f"  {'if (lane == 0) ' if lanes > 1 else ''}p_y{k}[group] = a{k};"


def _zero(dtype: Any) -> str:
    return Writer(CUDA, {}).literal(0, dtype)


def _identity(result: Any) -> str:
    return Writer(CUDA, {}).literal(identity_number(result), result.dtype)
