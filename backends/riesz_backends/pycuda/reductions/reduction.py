"""Reductions along any axes: what they join, and how the kernels are launched."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.c import Writer
from riesz.formula.dialect import CUDA, cuda_prelude
from riesz_backends.cuda.layout import Shape, collapse, is_small
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS, Parameter, device, pointer
from riesz_backends.pycuda.elementwise.pointwise import convert, fits

WARP = 32
SHORT, LONG = 16, 1024  # rows up to these lengths are joined by one thread, by one warp
CHUNK = 1 << 14  # entries for one block, where there are too few outputs to fill the device
BUSY = 1024  # blocks that fill a device
SHUFFLE = "return __shfl_down_sync(0xffffffffu, a, delta);"
SHUFFLE_COMPLEX = """return riesz_complex_of(__shfl_down_sync(0xffffffffu, a.x, delta),
                          __shfl_down_sync(0xffffffffu, a.y, delta));"""
PLACED = """struct riesz_state {{ {T} x; long long k; }};
"""
SHUFFLE_PLACED = """riesz_state b;
  b.x = __shfl_down_sync(0xffffffffu, a.x, delta);
  b.k = __shfl_down_sync(0xffffffffu, a.k, delta);
  return b;"""
SCALED = """struct riesz_state {{ {T} top, sum; }};  // sum e^top
"""
SHUFFLE_SCALED = SHUFFLE_PLACED.replace(".x", ".top").replace(".k", ".sum")
FINISH_SCALED = "return a.top == -{inf} || a.top == {inf} ? a.top : a.top + log(a.sum);"
HEAD = """{prelude}
{state}typedef {value} riesz_value;
typedef {result} riesz_result;
typedef {index} riesz_index;
#define RIESZ_OUTER {outer}
#define RIESZ_INNER {inner}
static __device__ __forceinline__ riesz_state riesz_identity() {{ {identity} }}
static __device__ __forceinline__ riesz_state riesz_map(riesz_value x, long long k) {{ {map} }}
static __device__ __forceinline__ riesz_state riesz_join(riesz_state a, riesz_state b) {{ {join} }}
static __device__ __forceinline__ riesz_result riesz_finish(riesz_state a) {{ {finish} }}
static __device__ __forceinline__ riesz_state riesz_shuffle(riesz_state a, int delta) {{
  {shuffle}
}}
"""
JOIN = {
    "sum": "return a + b;",
    "prod": "return a * b;",
    "max": "return b > a || b != b ? b : a;",
    "min": "return b < a || b != b ? b : a;",
    "all": "return a && b;",
    "any": "return a || b;",
    # the first of equal entries, the first NaN before all
    "argmax": "const bool in = a.k >= 0, other = b.k >= 0;"
    "if (!in || !other) return in ? a : b;"
    "const bool lost = a.x != a.x, found = b.x != b.x;"
    "const bool better = lost == found ? b.x > a.x : found;"
    "const bool tie = lost == found && !better && (lost || b.x == a.x);"
    "return better || (tie && b.k < a.k) ? b : a;",
}
JOIN["logsumexp"] = (
    "const bool other = b.top > a.top || b.top != b.top;"
    "const riesz_state high = other ? b : a, low = other ? a : b;"
    "const bool equal = low.top == high.top;"  # also where both are infinite
    "return {high.top, high.sum + low.sum * (equal ? 1 : exp(low.top - high.top))};"
)
JOIN["argmin"] = JOIN["argmax"].replace("b.x > a.x", "b.x < a.x")


@dataclass(frozen=True)
class Reduction:
    """A reduction of a dtype to another; where long rows are cut, the first or the second pass."""

    name: str
    source: np.dtype[Any]
    state: np.dtype[Any]
    result: np.dtype[Any]
    cut: str = ""  # first: to partial results; second: of these

    @property
    def placed(self) -> bool:
        """Whether it looks for the place of an entry."""
        return self.name in ("argmax", "argmin")

    @property
    def scaled(self) -> bool:
        """Whether it keeps a sum as a multiple of its largest term."""
        return self.name == "logsumexp"

    @property
    def part(self) -> np.dtype[Any]:
        """A dtype of the size of a partial result."""
        if self.placed:
            return np.dtype(np.complex128)
        return np.result_type(self.state, np.complex64) if self.scaled else self.state

    @cache  # noqa: B019  (there are few)
    def text(self, outer: int, inner: int, small: bool) -> str:
        """The source of its kernels."""
        T = CUDA.type(self.state)
        body = files("riesz_backends.pycuda.reductions").joinpath("reduction.cu").read_text()
        return (
            HEAD.format(
                prelude=cuda_prelude(),
                value="riesz_state" if self.cut == "second" else CUDA.type(self.source),
                state=self._state(T),
                result="riesz_state" if self.cut == "first" else CUDA.type(self.result),
                index="int" if small else "long long",
                outer=outer,
                inner=inner,
                identity=self._identity(),
                map=self._map(),
                join=JOIN[self.name],
                finish=self._finish(),
                shuffle=self._shuffle(),
            )
            + body
        )

    def _cast(self) -> str:
        return Writer(CUDA, {}).cast("x", self.source, self.state)

    def _state(self, T: str) -> str:
        if self.placed or self.scaled:
            return (PLACED if self.placed else SCALED).format(T=T)
        return f"typedef {T} riesz_state;\n"

    def _map(self) -> str:
        if self.cut == "second":
            return "return x;"
        if self.placed:
            return "return {x, k};"
        return "return {x, 1};" if self.scaled else f"return {self._cast()};"

    def _finish(self) -> str:
        if self.cut == "first":
            return "return a;"
        if self.scaled:
            return FINISH_SCALED.format(inf=Writer(CUDA, {}).literal(math.inf, self.state))
        return "return a.k;" if self.placed else "return a;"

    def _shuffle(self) -> str:
        if self.placed or self.scaled:
            return SHUFFLE_PLACED if self.placed else SHUFFLE_SCALED
        return SHUFFLE_COMPLEX if self.state.kind == "c" else SHUFFLE

    def _identity(self) -> str:
        if self.placed:
            return "return {0, -1};"
        if self.scaled:
            return f"return {{{Writer(CUDA, {}).literal(-math.inf, self.state)}, 0}};"
        return f"return {Writer(CUDA, {}).literal(identity(self.name, self.state), self.state)};"


def identity(name: str, dtype: np.dtype[Any]) -> Any:
    """What the reduction of nothing is."""
    if name in ("sum", "any"):
        return 0
    if name in ("prod", "all"):
        return 1
    lowest = name in ("max", "logsumexp")
    if dtype.kind == "b":
        return not lowest
    if dtype.kind == "f":
        return -math.inf if lowest else math.inf
    info = np.iinfo(dtype)
    return info.min if lowest else info.max


def reduce(
    name: str, x: Array, axes: Shape, keepdims: bool, dtype: Any = None, out: Array | None = None
) -> Array:
    """`x` reduced along `axes` (sorted, none negative); in `out` if that `fits`."""
    rule = _rule(name, x.dtype, None if dtype is None else np.dtype(dtype))
    if x.dtype.kind == "c" and name in ("max", "min", "argmax", "argmin"):
        raise UnsupportedOperator(f"{name} of complex numbers has no kernel: they have no order.")
    n = math.prod(x.shape[i] for i in axes)
    if not n and name in ("max", "min", "argmax", "argmin"):
        raise ValueError(f"{name} of no entries: the axes {axes} of the shape {x.shape}.")
    kept = [i for i in range(x.ndim) if i not in axes]
    shape = tuple(1 if i in axes else m for i, m in enumerate(x.shape) if keepdims or i in kept)
    there = out is not None and out.is_contiguous and fits(out, shape, rule.result, (x,))
    y = out if out is not None and there else Array.empty(shape, rule.result)
    _run(rule, y, x, kept, list(axes), n)
    return y


@cache
def _rule(name: str, source: np.dtype[Any], dtype: np.dtype[Any] | None) -> Reduction:
    if name in ("argmax", "argmin"):
        return Reduction(name, source, source, np.dtype(np.int64))
    if name in ("all", "any"):
        return Reduction(name, source, np.dtype(bool), np.dtype(bool))
    if name == "logsumexp":
        return Reduction(name, source, source, source)
    result = dtype or getattr(np, name)(np.ones(1, source)).dtype
    return Reduction(name, source, result, result)


def _run(rule: Reduction, y: Array, x: Array, kept: list[int], axes: list[int], n: int) -> None:
    outputs = y.size
    if not outputs:
        return
    if not n:
        y[...] = identity(rule.name, rule.result)
        return
    across = _step(x, kept) < _step(x, axes)
    chunks = _chunks(outputs, n, across)
    if chunks == 1:
        _launch(rule, y, x, kept, axes, n, 1, across)
        return
    parts = Array.empty((chunks, outputs), rule.part)
    _launch(replace(rule, cut="first"), parts, x, kept, axes, n, chunks, across)
    _launch(replace(rule, cut="second"), y, parts, [1], [0], chunks, 1, False)


def _step(x: Array, axes: list[int]) -> int:
    """How far apart neighbours along these axes lie in memory."""
    return min((abs(x.strides[i]) for i in axes if x.shape[i] != 1), default=sys.maxsize)


def _chunks(outputs: int, n: int, across: bool) -> int:
    """Into how many parts a row is cut, so that the device is busy."""
    if across and outputs >= WARP:
        return max(1, min(n // LONG, BUSY * THREADS // outputs))
    return 1 if outputs >= BUSY else min(-(-n // CHUNK), -(-BUSY // outputs))


def _launch(
    rule: Reduction, y: Array, x: Array, kept: list[int], axes: list[int], n: int, chunks: int,
    across: bool,
) -> None:  # fmt: skip
    (outer, (outer_stride,)), (inner, (inner_stride,)) = (
        collapse(tuple(x.shape[i] for i in part), [tuple(x.strides[i] for i in part)])
        for part in (kept, axes)
    )
    outer, outer_stride = outer or (1,), outer_stride or (0,)
    inner, inner_stride = inner or (1,), inner_stride or (0,)
    small = is_small(outer + inner, [outer_stride + inner_stride])
    outputs = math.prod(outer)
    words = [outputs, n, chunks, *outer, *inner, *outer_stride, *inner_stride]
    layout = np.array(words, np.int32 if small else np.int64)
    parameters = [pointer(y), pointer(x), Parameter(layout.itemsize, "", layout.tobytes())]
    name, lanes = _group(outputs, n, across)
    blocks = -(-outputs * chunks * lanes // THREADS)
    text = rule.text(len(outer), len(inner), small)
    device().launch(text, f"riesz_reduce_{name}", (blocks,), parameters)


def _group(outputs: int, n: int, across: bool) -> tuple[str, int]:
    """What joins the entries of a result, and its threads."""
    if n <= SHORT or (across and outputs >= WARP):
        return "threads", 1
    return ("warps", WARP) if n <= LONG else ("blocks", THREADS)


def norm(x: Array, axes: Shape, keepdims: bool) -> Array:
    """The Euclidean norm: the root of the sum of squares."""
    square = convert(x.real, x.real.dtype)
    square = square * square
    if x.dtype.kind == "c":
        square = square + x.imag * x.imag
    root: Array = x.namespace.sqrt(reduce("sum", square, axes, keepdims))
    return root
