"""The hot path of eager mode: one- and two-argument elementwise operators met by a tape.

`recorder(op)` is a plain function that does what `op.record` does, finding the printed step by a
key that costs as little as possible. Whatever is not the common case goes the general way, through
`apply`, which gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import get_ident
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.backend import namespace, without_lists
from riesz.frozen import freeze
from riesz.registry import registry
from riesz.space import Space
from riesz.tape import Tape
from riesz.traced import Traced, apply

from .covector import covector, nothing_returned

if TYPE_CHECKING:
    from .elementwise import Elementwise
    from .operator import Operator

NO_STATIC: dict[str, Any] = {}
PYTHON = frozenset((float, int, complex, bool))
BOTH, FIRST, SECOND = (True, True), (True, False), (False, True)
Recorder = Callable[..., Any]


def unary(op: Elementwise) -> Recorder:
    """phi(x) for one argument."""
    known: dict[type, dict[Any, Any]] = {}
    op.remembered.append(known)

    def call(x: Any) -> Any:
        if x.__class__ is not Traced:
            return apply(op, (x,), NO_STATIC)
        tape, v = x.tape, x.value
        if tape.__class__ is not Tape or tape.owner != get_ident():
            return tape.record(op, (x,), NO_STATIC)
        try:
            record = known[v.__class__][v.dtype]
        except KeyError:
            record = op.variant((v,), (True,), NO_STATIC).record
            if not op.has_kernels:
                known.setdefault(v.__class__, {})[v.dtype] = record
        return record(tape, x.node, v)

    return call


def binary(op: Elementwise) -> Recorder:  # noqa: C901  (five short functions that share tables)
    """phi(x, y) for two arguments: of one tape, or one of them a number or an array."""
    known: dict[Any, Any] = {}
    by_number: dict[Any, dict[Any, Any]] = {}
    op.remembered += [known, by_number]

    def call(x: Any, y: Any) -> Any:
        if x.__class__ is not Traced:
            return reflected(x, y) if y.__class__ is Traced else apply(op, (x, y), NO_STATIC)
        tape, v = x.tape, x.value
        if tape.__class__ is not Tape or tape.owner != get_ident():
            return general(x, y)
        if y.__class__ in PYTHON:
            try:
                record = by_number[v.__class__, y.__class__][v.dtype]
            except KeyError:
                record = op.variant((v, y), FIRST, NO_STATIC).record
                if not op.has_kernels:
                    by_number.setdefault((v.__class__, y.__class__), {})[v.dtype] = record
            return record(tape, x.node, v, y)
        if y.__class__ is not Traced:
            return pair(tape, x.node, FIRST, v, y) if hasattr(y, "dtype") else general(x, y)
        if y is x:
            return op.diagonal(x)
        if y.tape is tape:
            return pair(tape, (x.node, y.node), BOTH, v, y.value)
        return general(x, y)

    def pair(tape: Tape, parents: Any, active: tuple[bool, bool], v: Any, w: Any) -> Any:
        key = (active, v.__class__, v.dtype, w.__class__, w.dtype, _relation(v.shape, w.shape))
        record = known.get(key)
        if record is None:
            record = op.variant((v, w), active, NO_STATIC).record
            if not op.has_kernels:
                known[key] = record
        return record(tape, parents, v, w)

    def reflected(x: Any, y: Any) -> Any:
        tape, w = y.tape, y.value
        if x.__class__ not in PYTHON or tape.__class__ is not Tape or tape.owner != get_ident():
            return general(x, y)
        key = (x.__class__, w.__class__, w.dtype)
        record = known.get(key)
        if record is None:
            record = op.variant((x, w), SECOND, NO_STATIC).record
            if not op.has_kernels:
                known[key] = record
        return record(tape, y.node, x, w)

    def general(x: Any, y: Any) -> Any:
        if getattr(y, "__array_ufunc__", y) is None:
            return NotImplemented  # such as a covector, whose own arithmetic says what is wrong
        return apply(op, without_lists(x, y), NO_STATIC)

    return call


def single(op: Operator) -> Recorder:
    """A x for one argument, of which the adjoint reads the space only."""

    def call(x: Any, **static: Any) -> Any:
        tape = x.tape if x.__class__ is Traced else None
        if tape.__class__ is not Tape or x.value.__class__ is Traced or tape.owner != get_ident():
            return apply(op, (x,), static)
        v = x.value
        direct = not registry.kernels
        try:
            y = op.forward(namespace(v), v, **static) if direct else op.evaluate((v,), static)
        except Exception as error:
            op.explain(error, v)
            raise
        return tape.append(y, _pull_single, (op, Space.of(v), static), (x.node,))

    return call


def _pull_single(a: Any, op: Operator, X: Space, static: dict[str, Any]) -> tuple[Any, ...]:
    if a.__class__ is Traced or registry.kernels or op.adjoint is None:
        return op.pull(a, None, [X], (0,), static)
    try:
        g = op.adjoint(namespace(a), a, X, **static)
    except Exception as error:
        op.explain(error, a)
        raise
    if g is None:
        raise nothing_returned(op)
    return (covector(op, g, X, 0, a),)


def bilinear(op: Operator) -> Recorder:
    """B(x, y) without static parameters, of which the adjoint reads both arguments."""

    def call(x: Any, y: Any) -> Any:
        tape: Any = None
        nodes: tuple[Any, ...]
        positions: tuple[int, ...]
        v, w = x, y
        if x.__class__ is Traced:
            tape, v, nodes, positions = x.tape, x.value, (x.node,), (0,)
            if y.__class__ is Traced:
                w, nodes, positions = y.value, (x.node, y.node), (0, 1)
                tape = tape if y.tape is tape else None
            elif getattr(y, "__array_ufunc__", y) is None:
                return NotImplemented  # such as riesz.sparse(S), which multiplies from the right
        elif y.__class__ is Traced:
            tape, w, nodes, positions = y.tape, y.value, (y.node,), (1,)
        if tape.__class__ is not Tape or tape.owner != get_ident():
            return apply(op, without_lists(x, y), NO_STATIC)
        v, w = without_lists(v, w)
        z = apply(op, (v, w), NO_STATIC)
        if len(nodes) == 1:
            freeze(tape, w if positions == (0,) else v)
        return tape.append(z, op.pull, (None, [v, w], positions, NO_STATIC), nodes)

    return call


def _relation(r: tuple[int, ...], s: tuple[int, ...]) -> Any:
    return r == s or whole(r, s)


@lru_cache(maxsize=4096)
def whole(*shapes: tuple[int, ...]) -> tuple[bool, ...]:
    """Which arguments have the shape of the result."""
    result = np.broadcast_shapes(*shapes)
    return tuple(s == result for s in shapes)
