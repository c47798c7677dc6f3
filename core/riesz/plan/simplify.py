"""Nodes, made once each and already simplified: equal steps are one node.

Rules keep NaN and infinities. They keep values to the bit, but for sums of parts of an array, which
are reordered, and the sign of a zero that zero is added to.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riesz.operators.index import Key, index_add
from riesz.operators.padding import inside, zero_pad
from riesz.operators.shape import broadcast_to_

from .constants import Constants
from .graph import Node, Operand
from .primitive import FAST_POWERS, WEAK, function, reference, result_dtype
from .shorter import SHORTER

SMALL = 4096  # constants of at most so many entries are computed while planning
NEUTRAL = {"multiply": (1, True), "divide": (1, False), "subtract": (0, False)}
SIGNS = frozenset("add subtract multiply divide".split())


class Nodes:
    """The nodes of one program, made by `apply`, `elementwise` and `constant`."""

    def __init__(self, xp: Any, fuse: bool) -> None:
        """`fuse`: kernels will be made, so that recomputing beside a load costs nothing."""
        self.xp, self.fuse = xp, fuse
        self.known: dict[Any, Any] = {}
        self.constants = Constants(self._constant)
        self.recorded = 0

    # --- leaves ------------------------------------------------------------------------------

    def input(self, position: int, shape: tuple[int, ...], dtype: Any, weak: bool) -> Node:
        """An argument of the program."""
        return Node("input", (), {}, shape, dtype, position, weak)

    def constant(self, x: Any) -> Node:
        """An array met on the way; a uniform one as a broadcast number."""
        node: Node = self.constants.node(x)
        return node

    def _constant(self, x: Any) -> Node:
        if not isinstance(x, np.ndarray | np.generic):
            return Node("constant", (), {}, x.shape, x.dtype, x)
        x = np.asarray(x)
        if x.ndim and x.size and _uniform(x):
            scalar = self._constant(x[(0,) * x.ndim])
            static = {"shape": x.shape}
            return self._step(broadcast_to_, (scalar,), static, x.shape, x.dtype)
        if x.ndim == 0:
            return self._unique(("constant", x.dtype, x.tobytes()), "constant", (), x)
        return Node("constant", (), {}, x.shape, x.dtype, x)

    def _unique(self, key: Any, op: str, args: tuple[Any, ...], x: Any) -> Node:
        if key not in self.known:
            self.known[key] = Node(op, args, {}, x.shape, x.dtype, x)
        return self.known[key]  # type: ignore[no-any-return]

    # --- steps -------------------------------------------------------------------------------

    def operator(
        self, op: Any, args: tuple[Operand, ...], static: dict[str, Any], shape: Any, dtype: Any
    ) -> Any:
        """A step of an operator that is not elementwise, or what it simplifies to."""
        simpler = SHORTER.get(op)
        if simpler is not None:
            found = simpler(self, *args, **static)
            if found is not None:
                return found
        return self._step(op, args, static, shape, dtype)

    def elementwise(self, name: str, args: tuple[Operand, ...]) -> Any:
        """A step of the vocabulary, or what it simplifies to."""
        if not any(x.__class__ is Node for x in args):
            return self._evaluate(name, args)
        args = self._strong(args)
        if name == "power":
            name, args = _power(*args)
        dtype = result_dtype(self.xp, name, tuple(map(_kind, args)))
        shape = _broadcast(args)
        args = tuple([self._unstretched(x, i, args, shape) for i, x in enumerate(args)])
        found = self._simpler(name, args, shape, dtype)
        if found is not None:
            return found
        if name == "square" and dtype.kind == "f":
            name, args = "multiply", (args[0], args[0])
        return self._step(name, args, {}, shape, dtype, weak=self._is_weak(name, args))

    def _simpler(self, name: str, args: tuple[Operand, ...], shape: Any, dtype: Any) -> Any:
        """What is equal and takes less: an argument, fewer signs, a constant, a sum in a part."""
        found = self._identity(name, args, shape, dtype)
        if found is None and dtype.kind in "fc":
            found = self._signed(name, args)
        if found is None and shape == () and all(_is_known(x) for x in args if x.__class__ is Node):
            found = self._evaluate(name, args)
        if found is None and name == "add" and not self._is_weak(name, args):
            found = self._padded(args, shape, dtype)
            found = self._padded(args[::-1], shape, dtype) if found is None else found
        return found

    def cast(self, x: Node, dtype: Any) -> Node:
        """x.astype(dtype)."""
        if x.dtype == dtype and not x.weak:
            return x
        if _is_known(x) and x.size <= SMALL:
            return self.constant(x.value.astype(dtype))
        return self._step("astype", (x, np.dtype(dtype).name), {}, x.shape, np.dtype(dtype))

    def weak(self, x: Node) -> Node:
        """x as a Python number of run time, which does not decide the dtype of a result."""
        return self._step("astype", (x, x.dtype.name), {}, x.shape, x.dtype, weak=True)

    def _step(
        self, op: Any, args: tuple[Operand, ...], static: dict[str, Any], shape: Any, dtype: Any,
        weak: bool = False,
    ) -> Node:  # fmt: skip
        try:
            key = (op, *map(_identity_of, args), *[(k, _typed(v)) for k, v in static.items()])
            found = self.known.get(key)
        except TypeError:  # static parameters that cannot be compared
            return Node(op, args, static, shape, dtype)
        if found is None:
            found = self.known[key] = Node(op, args, static, shape, dtype, None, weak)
        return found

    def _evaluate(self, name: str, args: tuple[Operand, ...]) -> Node:
        values = [x.value if x.__class__ is Node else x for x in args]
        with np.errstate(all="ignore"):
            return self.constant(np.asarray(function(reference(), name)(*values)))

    # --- dtypes ------------------------------------------------------------------------------

    def _strong(self, args: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """Python numbers of run time, cast to the dtype in which NumPy would use them."""
        weak = [x.__class__ is Node and x.weak for x in args]
        dtypes = [x.dtype for x, w in zip(args, weak, strict=True) if x.__class__ is Node and not w]
        if not any(weak) or not dtypes:
            return args
        cast = []
        for x, w in zip(args, weak, strict=True):
            dtype = np.result_type(*dtypes, WEAK[x.dtype.kind]) if w else None
            cast.append(self.cast(x, dtype) if w else x)
        return tuple(cast)

    def _is_weak(self, name: str, args: tuple[Operand, ...]) -> bool:
        arithmetic = name in ("add", "subtract", "multiply", "divide", "power", "negative")
        return arithmetic and all(x.__class__ is not Node or x.weak for x in args)

    # --- rules -------------------------------------------------------------------------------

    def _unstretched(self, x: Operand, i: int, args: tuple[Operand, ...], shape: Any) -> Operand:
        """x without a broadcast that the other arguments imply."""
        while x.__class__ is Node and x.op is broadcast_to_:
            shapes = [y.shape for j, y in enumerate(args) if j != i and y.__class__ is Node]
            if np.broadcast_shapes(x.args[0].shape, *shapes) != shape:
                break
            x = x.args[0]
        return x

    def _signed(self, name: str, args: tuple[Operand, ...]) -> Any:
        """The same with the minus signs of the operands moved out, or into a subtraction."""
        if name not in SIGNS:
            return None
        minus = [x.__class__ is Node and x.op == "negative" and x.dtype.kind in "fc" for x in args]
        if not any(minus):
            return None
        x, y = (z.args[0] if m else z for z, m in zip(args, minus, strict=True))
        if name in ("multiply", "divide"):
            z = self.elementwise(name, (x, y))
            return z if all(minus) else self.elementwise("negative", (z,))
        if name == "subtract":
            return self.elementwise("add", (args[0], y)) if minus[1] else None
        return self.elementwise("subtract", (args[0], y) if minus[1] else (y, x))

    def _padded(self, args: tuple[Operand, ...], shape: Any, dtype: Any) -> Any:
        """x + y for a y that is zero but for a part: only that part is added."""
        x, y = args
        if not (_is(x, shape, dtype) and _is(y, shape, dtype) and y.op is zero_pad):
            return None
        if self.loads_padded(y.args[0], shape):
            return self._same_padding(x, y)
        key = Key(inside(y.args[0].shape, y.static["width"]))
        return self.operator(index_add, (x, y.args[0]), {"key": key}, shape, dtype)

    def _same_padding(self, x: Node, y: Node) -> Any:
        """The sum of two arrays that are zero but for the same part."""
        if x.op is not zero_pad or x.static != y.static:
            return None
        v = self.elementwise("add", (x.args[0], y.args[0]))
        return self.operator(zero_pad, (v,), x.static, x.shape, v.dtype)

    def loads_padded(self, v: Node, shape: tuple[int, ...]) -> bool:
        """Whether a kernel should load v with zeros around it: v is most of what it computes."""
        return self.fuse and 2 * v.size >= math.prod(shape) > 0 and v.ndim > 0

    def _identity(self, name: str, args: tuple[Operand, ...], shape: Any, dtype: Any) -> Any:
        """The argument that the result is equal to."""
        x = args[0]
        if name in NEUTRAL:
            neutral, commutes = NEUTRAL[name]
            pairs = [(x, args[1]), (args[1], x)] if commutes else [(x, args[1])]
            for y, c in pairs:
                if _equals(c, neutral) and _is(y, shape, dtype):
                    return y
        if name == "positive" or (name in ("conj", "real") and x.dtype.kind != "c"):
            return x if _is(x, shape, dtype) else None
        if name in ("negative", "conj") and x.__class__ is Node and x.op == name:
            return x.args[0]
        return None


def _power(x: Operand, p: Operand) -> tuple[str, tuple[Operand, ...]]:
    floating = x.__class__ is Node and x.dtype.kind in "fc"
    if p.__class__ in (int, float) and (floating or (p == 2 and x.__class__ is Node)):
        name = FAST_POWERS.get(p)
        if name is not None:
            return name, (x,)
    return "power", (x, p)


def _kind(x: Operand) -> Any:
    if x.__class__ is not Node:
        return type(x), x
    return (x.dtype, WEAK[x.dtype.kind]) if x.weak else x.dtype


def _broadcast(args: tuple[Operand, ...]) -> tuple[int, ...]:
    shapes = {x.shape for x in args if x.__class__ is Node}
    return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)


def _is_known(x: Node) -> bool:
    """Whether it is a constant in the host's memory."""
    return x.op == "constant" and isinstance(x.value, np.ndarray)


def _equals(x: Operand, number: int) -> bool:
    if x.__class__ is Node:
        if x.shape != () or not _is_known(x):
            return False
        x = x.value
    return x.__class__ is not bool and bool(x == number) and not _negative_zero(x)


def _negative_zero(x: Any) -> bool:
    return bool(x == 0 and np.signbit(np.real(x)))


def _is(x: Operand, shape: Any, dtype: Any) -> bool:
    return x.__class__ is Node and not x.weak and x.shape == shape and x.dtype == dtype


def _uniform(x: np.ndarray[Any, Any]) -> bool:
    first = x[(0,) * x.ndim]
    if not any(x.strides):
        return True
    if x.size > 1 and x[(-1,) * x.ndim] != first:
        return False
    bits = x.view(np.uint8) if x.flags.c_contiguous else None
    return bool((x == first).all()) and (first != 0 or (bits is not None and not bits.any()))


def _identity_of(x: Operand) -> Any:
    return x if x.__class__ is Node else (type(x), repr(x))


def _typed(x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple, tuple(map(_typed, x))
    return type(x), x
