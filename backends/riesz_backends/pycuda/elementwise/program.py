"""Elementwise kernels, printed from expressions: one launch for all results, any strides.

    y_r[i] = root_r(x_0[i], x_1[i], ...)      for every index i of the common shape

One thread computes one entry. Where all arrays are contiguous, it computes `width` neighbouring
ones, which it loads and stores as 16 bytes at a time.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz.formula.expression import Expression, Operand
from riesz_backends.cuda.layout import Shape, broadcast, collapse, is_small
from riesz_backends.pycuda.device import THREADS, Parameter, device, number

NAME = "riesz_elementwise"
PACK_BYTES = 16
Place = tuple[Shape, Shape, int]  # of an array: shape, strides, address modulo a pack
WORK = """static __device__ __forceinline__ void riesz_entry({parameters}) {{
{statements}
}}
"""
ANY_STRIDES = """struct riesz_layout {{ {I} n, length[{axes}], stride[{arrays}][{axes}]; }};

extern "C" __global__ void {name}({parameters}) {{
  const {I} i = ({I})blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= layout.n) return;
  {I} rest = i, {offsets};
  for (int d = {axes} - 1; d > 0; d--) {{
    const {I} k = rest % layout.length[d];
    rest /= layout.length[d];
{advance}
  }}
{last}
  riesz_entry({entries});
}}
"""
CONTIGUOUS = """template <class T> struct __align__(sizeof(T) * {width}) riesz_pack {{
  T at[{width}];
}};

extern "C" __global__ void {name}({parameters}) {{
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x, packs = n / {width};
  if (i < packs) {{
{load}
    for (int j = 0; j < {width}; j++) riesz_entry({packed});
{store}
  }}
  const long long tail = packs * {width} + i;
  if (tail < n) riesz_entry({single});
}}
"""


@dataclass(frozen=True, eq=False)
class Program:
    """Expressions of arguments, of which some are numbers; `dtypes`: that of every expression."""

    roots: tuple[Operand, ...]
    results: tuple[np.dtype[Any], ...]
    arguments: tuple[Expression, ...]
    scalar: tuple[bool, ...]
    dtypes: Mapping[Expression, np.dtype[Any]]

    @cached_property
    def entry(self) -> str:
        """The function that computes one entry; `UnsupportedOperator` for what CUDA lacks."""
        writer = Writer(CUDA, self.dtypes)
        for i, x in enumerate(self.arguments):
            writer.names[x] = f"x{i}"
        writer.write(*self.roots)
        values = [writer.operand(r, t) for r, t in zip(self.roots, self.results, strict=True)]
        lines = [*writer.lines, *(f"y{k} = {value};" for k, value in enumerate(values))]
        outputs = [f"{CUDA.type(t)} &y{k}" for k, t in enumerate(self.results)]
        inputs = [f"const {CUDA.type(self.dtypes[x])} x{i}" for i, x in enumerate(self.arguments)]
        work = WORK.format(
            parameters=", ".join(outputs + inputs),
            statements="\n".join(f"  {line}" for line in lines),
        )
        return "\n".join([cuda_prelude(), *writer.helpers.values(), work])

    @cached_property
    def arrays(self) -> list[int]:
        """The arguments that are arrays."""
        return [i for i, number in enumerate(self.scalar) if not number]

    @cached_property
    def _operands(self) -> list[tuple[str, str, str]]:
        """Name, type and qualifier of every array, results first."""
        outputs = [(f"y{k}", CUDA.type(t), "") for k, t in enumerate(self.results)]
        inputs = ((i, CUDA.type(self.dtypes[self.arguments[i]])) for i in self.arrays)
        return outputs + [(f"x{i}", t, "const ") for i, t in inputs]

    @cached_property
    def numbers(self) -> list[tuple[int, np.dtype[Any]]]:
        """The arguments that are numbers, and their dtypes."""
        given = [i for i, number in enumerate(self.scalar) if number]
        return [(i, self.dtypes[self.arguments[i]]) for i in given]

    def _declarations(self, last: Parameter) -> str:
        """The parameters of both kernels: where the arrays are, the numbers, and what differs."""
        found = [Parameter(8, f"{q}{t} *p_{name}") for name, t, q in self._operands]
        found += [Parameter(t.itemsize, f"const {CUDA.type(t)} x{i}") for i, t in self.numbers]
        return ", ".join(p.declaration for p in sorted([*found, last]))

    def _entries(self, text: str) -> str:
        """The arguments of `riesz_entry`, arrays as `text` says."""
        arrays = {name: text.format(name=name, type=f"{q}{t}") for name, t, q in self._operands}
        names = [f"y{k}" for k in range(len(self.results))]
        names += [f"x{i}" for i in range(len(self.arguments))]
        return ", ".join(arrays.get(name, name) for name in names)

    @cache  # noqa: B019  (programs are kept for ever)
    def strided(self, axes: int, small: bool) -> str:
        """The kernel for arrays of any strides."""
        names = [name for name, _, _ in self._operands]
        advance = (f"    o_{name} += k * layout.stride[{j}][d];" for j, name in enumerate(names))
        last = (f"  o_{name} += rest * layout.stride[{j}][0];" for j, name in enumerate(names))
        return self.entry + ANY_STRIDES.format(
            name=NAME,
            I="int" if small else "long long",
            axes=axes,
            arrays=len(names),
            parameters=self._declarations(
                Parameter(4 if small else 8, "const riesz_layout layout")
            ),
            offsets=", ".join(f"o_{name} = 0" for name in names),
            advance="\n".join(advance),
            last="\n".join(last),
            entries=self._entries("*({type} *)((const char *)p_{name} + o_{name})"),
        )

    @cached_property
    def sizes(self) -> list[int]:
        """The bytes of an entry of every array, results first."""
        inputs = (self.dtypes[self.arguments[i]] for i in self.arrays)
        return [t.itemsize for t in (*self.results, *inputs)]

    @cached_property
    def width(self) -> int:
        """How many neighbouring entries a thread computes: 16 bytes of the largest type."""
        return max(1, PACK_BYTES // max(self.sizes))

    def is_packed(self, array: int, place: Place, steps: Shape) -> bool:
        """Whether an array is contiguous, of at most one axis, and begins where packs may."""
        size = self.sizes[array]
        return steps in ((), (size,)) and place[2] % (self.width * size) == 0

    @cached_property
    def contiguous(self) -> str:
        """The kernel for contiguous arrays."""
        pack = "riesz_pack<{t}>"
        load, store = [], []
        for name, t, q in self._operands:
            kind = pack.format(t=t)
            if q:
                load.append(f"    const {kind} v_{name} = ((const {kind} *)p_{name})[i];")
            else:
                load.append(f"    {kind} v_{name};")
                store.append(f"    (({kind} *)p_{name})[i] = v_{name};")
        return self.entry + CONTIGUOUS.format(
            name=NAME,
            parameters=self._declarations(Parameter(8, "const long long n")),
            width=self.width,
            load="\n".join(load),
            store="\n".join(store),
            packed=self._entries("v_{name}.at[j]"),
            single=self._entries("p_{name}[tail]"),
        )

    def run(self, y: Sequence[Any], x: Sequence[Any]) -> None:
        """Compute into the arrays `y`, all of one shape; x are arrays and numbers."""
        if not y[0].size:
            return
        arrays = [*y, *[x[i] for i in self.arrays]]
        addresses = [a.pointer for a in arrays]
        lying = zip(arrays, addresses, strict=True)
        launch = _laid_out(self, tuple([(a.shape, a.strides, p % PACK_BYTES) for a, p in lying]))
        where = Parameter(8, "", struct.pack(f"{len(addresses)}Q", *addresses))
        numbers = [number(x[i], dtype) for i, dtype in self.numbers]
        parameters = [where, *numbers, launch.last]
        device().launch(launch.text, NAME, (launch.blocks,), parameters)


@dataclass(frozen=True)
class Launch:
    """A kernel, its grid, and the parameter that says how the arrays lie."""

    text: str
    blocks: int
    last: Parameter


@lru_cache(maxsize=4096)
def _laid_out(program: Program, places: tuple[Place, ...]) -> Launch:
    """The launch for arrays that lie so, results first."""
    shape = places[0][0]
    strides = [broadcast(each, steps, shape) for each, steps, _ in places]
    lengths, steps = collapse(shape, strides)
    n, width = math.prod(shape), program.width
    if len(lengths) <= 1 and all(map(program.is_packed, range(len(places)), places, steps)):
        threads = max(-(-n // width), width)
        return Launch(program.contiguous, -(-threads // THREADS), number(n, np.int64))
    lengths, steps = (lengths or (1,)), [s or (0,) for s in steps]
    small = is_small(lengths, steps)
    words = np.array([n, *lengths, *(s for t in steps for s in t)], np.int32 if small else np.int64)
    layout = Parameter(words.itemsize, "", words.tobytes())
    return Launch(program.strided(len(lengths), small), -(-n // THREADS), layout)
