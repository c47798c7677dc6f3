"""The vocabulary on arrays of the device: a kernel for every function and dtypes, made when met."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.backend.selection import is_traced
from riesz.errors import InvalidType
from riesz.formula.expression import Expression, Operand, Symbols, topological
from riesz.formula.vocabulary import SPECIAL
from riesz_backends.cuda.layout import Shape
from riesz_backends.cuda.promotion import PYTHON, WIDEST, DType, common_dtype, result_dtype
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.elementwise.program import Program

Kind = tuple[str, Any]  # array, dtype; number, dtype or a type of Python's; constant, a number


def pointwise(name: str, *x: Any, out: Array | None = None) -> Array:
    """A function of the vocabulary of arrays and numbers, broadcast; in `out` if that `fits`."""
    if any(map(is_traced, x)):
        xp = namespace(*x)
        traced: Array = getattr(xp.special if name in SPECIAL else xp, name)(*x)
        return traced
    if not any(isinstance(v, Array) for v in x):
        if name not in SPECIAL:
            return Array.of(np.asarray(getattr(np, name)(*x)))
        x = (Array.of(np.asarray(x[0])), *x[1:])
    kinds, written = tuple(map(kind, x)), ""
    if name == "power" and type(x[1]) in PYTHON:
        kinds, written = (kinds[0], ("constant", x[1])), repr(x[1])
    y: Array = run(_single(name, kinds, written), tuple(map(value, x)), out)
    return y


def run(program: Program, x: tuple[Any, ...], out: Array | None = None) -> Any:
    """The results of a program in new arrays, one of them in `out` if that `fits`: or a tuple."""
    shape, *others = {v.shape for v in x if isinstance(v, Array)}
    if others:
        shape = np.broadcast_shapes(shape, *others)
    if out is not None and fits(out, shape, program.results[0], x, entrywise=True):
        program.run((out,), x)
        return out
    y = tuple(Array.empty(shape, t) for t in program.results)
    program.run(y, x)
    return y[0] if len(y) == 1 else y


def kind(x: Any) -> Kind:
    """What of an argument a kernel depends on."""
    if isinstance(x, Array):
        return "array", x.dtype
    if isinstance(x, np.generic):
        return "number", x.dtype
    if type(x) in PYTHON:
        return "number", type(x)
    raise InvalidType(
        f"An array of the device or a number is expected, not {type(x).__name__}: move it with "
        "riesz.asarray(x, backend='pycuda')."
    )


def value(x: Any) -> Any:
    """An argument as a kernel takes it."""
    return x.item() if isinstance(x, np.generic) else x


@cache
def _single(name: str, kinds: tuple[Kind, ...], _written: str) -> Program:
    """The program of one function; the constants 2 and 2.0 are equal, but written otherwise."""
    m = Symbols()
    leaves = [m.argument(i) for i in range(len(kinds))]
    operands = [k[1] if k[0] == "constant" else x for x, k in zip(leaves, kinds, strict=True)]
    return program((m.node(name, *operands),), leaves, kinds)


def program(
    roots: Sequence[Operand], leaves: Sequence[Expression], kinds: Sequence[Kind]
) -> Program:
    """Expressions of arguments of these kinds, with the dtypes that NumPy would give them.

    Numbers of Python's are weak, as with NumPy: they come in the widest dtype of their kind and are
    converted to that of the arrays that they meet.
    """
    typed = Typed(leaves, kinds)
    found = tuple(typed.add(root) for root in roots)
    scalar = tuple(k[0] != "array" for k in kinds)
    results = tuple(typed.dtype(root) for root in found)
    return Program(found, results, tuple(typed.leaves), scalar, typed.dtypes)


class Typed:
    """A copy of expressions in which conversions of weak numbers are written out."""

    def __init__(self, leaves: Sequence[Expression], kinds: Sequence[Kind]) -> None:
        """Begin with the arguments."""
        self.symbols = Symbols()
        self.leaves = [self.symbols.argument(i) for i in range(len(leaves))]
        self.known: dict[Expression, Expression] = dict(zip(leaves, self.leaves, strict=True))
        self.kinds: dict[Expression, Any] = {}  # the dtype, or the type of a weak number
        self.dtypes: dict[Expression, DType] = {}
        for x, (_, T) in zip(self.leaves, kinds, strict=True):
            self._enter(x, T if isinstance(T, np.dtype) or T in PYTHON else type(T))

    def _enter(self, x: Expression, kind: Any) -> Expression:
        self.kinds[x] = kind
        self.dtypes[x] = kind if isinstance(kind, np.dtype) else WIDEST[kind]
        return x

    def dtype(self, x: Operand) -> DType:
        """The dtype of an expression or number."""
        return self.dtypes[x] if isinstance(x, Expression) else np.asarray(x).dtype

    def add(self, root: Operand) -> Operand:
        """An expression, and what it is made of."""
        for node in topological([root], self.known):
            self.known[node] = self._copy(node)
        return self.known[root] if isinstance(root, Expression) else root

    def _copy(self, node: Expression) -> Expression:
        if node.name == "astype":
            operand, target = self.known[node.args[0]], np.dtype(node.args[1])
            return self._enter(self.symbols.node("astype", operand, target.name), target)
        operands = [self.known[x] if isinstance(x, Expression) else x for x in node.args]
        kinds = [self.kinds[x] if isinstance(x, Expression) else type(x) for x in operands]
        first = int(node.name == "where")  # the condition takes no part in promotion
        common = common_dtype(kinds[first:])
        if common is not None:
            operands[first:] = [self._strong(x, common) for x in operands[first:]]
        return self._enter(self.symbols.node(node.name, *operands), result_dtype(node.name, kinds))

    def _strong(self, x: Operand, dtype: DType) -> Operand:
        """A weak number converted."""
        if not isinstance(x, Expression) or isinstance(self.kinds[x], np.dtype):
            return x
        return self._enter(self.symbols.node("astype", x, dtype.name), dtype)


def convert(x: Array, dtype: Any) -> Array:
    """The entries in another dtype, in a new array in C order; imaginary parts are dropped."""
    y = Array.empty(x.shape, dtype)
    assign(y, x)
    return y


def assign(y: Array, x: Any) -> None:
    """y[...] = x, broadcast and converted."""
    if isinstance(x, Array) and x.size and x.memory is y.memory:
        x = convert(x, x.dtype)  # or entries would be overwritten before they are read
    _conversion(kind(x), y.dtype).run((y,), (value(x),))


def stored(y: Array, out: Array | None) -> Array:
    """y, in `out` where one is given; it may be there already."""
    if out is None or y is out:
        return y
    out[...] = y
    return out


def fits(out: Array, shape: Shape, dtype: Any, x: Sequence[Any], entrywise: bool = False) -> bool:
    """Whether a kernel that reads the arrays x may write its result to `out` at once.

    `entrywise`: also where out is one of them, since an entry is read before it is written.
    """
    if (out.shape, out.dtype) != (shape, dtype) or hasattr(out.memory, "readonly"):
        return False  # memory of another library may be the same under another name
    place = (out.offset, out.strides)
    read = (v for v in x if isinstance(v, Array) and v.memory is out.memory)
    return all(entrywise and v.shape == shape and (v.offset, v.strides) == place for v in read)


@cache
def _conversion(source: Kind, target: DType) -> Program:
    m = Symbols()
    x = m.argument(0)
    return program((m.node("astype", x, target.name),), (x,), (source,))
