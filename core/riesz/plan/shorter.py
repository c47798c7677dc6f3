"""Operators that are something simpler: what each becomes, None where it stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riesz.operators.fourier import ifftn_, irfftn_
from riesz.operators.index import Key, index_add, scatter_
from riesz.operators.padding import zero_pad
from riesz.operators.parts import astype_, truncated
from riesz.operators.parts import conj as conj_operator
from riesz.operators.reduction import mean_, sum_
from riesz.operators.shape import broadcast_to_, reshape_, roll_, transpose_

from .graph import Node
from .step import REDUCTIONS

if TYPE_CHECKING:
    from .simplify import Nodes

COMMUTING = frozenset("multiply negative".split())


def _shorter_conj(nodes: Nodes, z: Any) -> Any:
    return nodes.elementwise("conj", (z,))


def _shorter_astype(nodes: Nodes, x: Any, *, dtype: Any) -> Any:
    return nodes.cast(x, dtype)


def _shorter_broadcast(nodes: Nodes, x: Any, *, shape: Any) -> Any:
    if x.shape == shape:
        return x
    if x.op is broadcast_to_:
        return nodes.operator(broadcast_to_, x.args, {"shape": shape}, shape, x.dtype)
    return None


def _shorter_reshape(nodes: Nodes, x: Any, *, shape: Any) -> Any:
    if x.shape == tuple(shape):
        return x
    if x.op is reshape_:
        return nodes.operator(reshape_, x.args, {"shape": shape}, shape, x.dtype)
    if x.op is broadcast_to_ and x.args[0].shape == ():
        return nodes.operator(broadcast_to_, x.args, {"shape": tuple(shape)}, tuple(shape), x.dtype)
    return None


def _shorter_transpose(nodes: Nodes, x: Any, *, axes: Any) -> Any:
    if axes == tuple(range(len(axes))):
        return x
    if x.op is transpose_:
        inner = x.static["axes"]
        both = tuple(inner[i] for i in axes)
        shape = tuple(x.args[0].shape[i] for i in both)
        return nodes.operator(transpose_, x.args, {"axes": both}, shape, x.dtype)
    return None


def _shorter_irfftn(nodes: Nodes, x: Any, *, n: int, axes: Any, norm: str) -> Any:
    """The complex axes first, so that both results are written to arrays of the workspace."""
    if len(axes) == 1:
        return None
    first, last = ({"axes": part, "norm": norm} for part in (axes[:-1], axes[-1:]))
    Z = _space(ifftn_, x, first)
    z = nodes.operator(ifftn_, (x,), first, Z.shape, Z.dtype)
    Y = _space(irfftn_, z, {"n": n, **last})
    return nodes.operator(irfftn_, (z,), {"n": n, **last}, Y.shape, Y.dtype)


def _space(op: Any, x: Any, static: dict[str, Any]) -> Any:
    return op.metric(x, **static)


def _shorter_reduction(nodes: Nodes, x: Any, *, axis: Any, keepdims: Any) -> Any:
    return x if not axis and x.dtype.kind in "fc" else None


def _shorter_mean(nodes: Nodes, x: Any, *, axis: Any, keepdims: Any) -> Any:
    if x.dtype.kind not in "fc" or x.dtype.itemsize < 4:
        return None
    n, shape = 1, []
    for i, length in enumerate(x.shape):
        n *= length if i in axis else 1
        shape += [1] if i in axis and keepdims else [] if i in axis else [length]
    total = nodes.operator(sum_, (x,), {"axis": axis, "keepdims": keepdims}, tuple(shape), x.dtype)
    return nodes.elementwise("divide", (total, n)) if n else None


def _shorter_scatter(nodes: Nodes, v: Any, *indices: Any, key: Key, shape: Any) -> Any:
    """Zeros around v, which loading adds, instead of a part of zeros."""
    width = _width(key, v, shape)
    if indices or width is None or not nodes.loads_padded(v, shape):
        return None
    return nodes.operator(zero_pad, (v,), {"width": width}, shape, v.dtype)


def _shorter_index_add(nodes: Nodes, x: Any, v: Any, *indices: Any, key: Key) -> Any:
    """The sum of x and v with zeros around it, in one pass with what is added besides."""
    if v.dtype != x.dtype:
        return None
    padded = _shorter_scatter(nodes, v, *indices, key=key, shape=x.shape)
    return None if padded is None else nodes.elementwise("add", (x, padded))


def _width(key: Key, v: Node, shape: tuple[int, ...]) -> Any:
    """The zeros before and after v at a key that takes a box of the array; None for others."""
    parts = key.parts if isinstance(key.parts, tuple) else (key.parts,)
    if Ellipsis in parts:
        i = parts.index(Ellipsis)
        parts = (*parts[:i], *[slice(None)] * (len(shape) - len(parts) + 1), *parts[i + 1 :])
    parts = (*parts, *[slice(None)] * (len(shape) - len(parts)))
    if len(parts) != len(shape) or not all(isinstance(p, slice) for p in parts):
        return None
    ranges = [range(n)[p] for n, p in zip(shape, parts, strict=True)]
    if any(r.step != 1 for r in ranges) or v.shape != tuple(map(len, ranges)):
        return None
    return tuple((r.start, n - r.stop) for r, n in zip(ranges, shape, strict=True))


def _shorter_roll(nodes: Nodes, x: Any, *, shift: Any, axis: Any) -> Any:
    total = dict(zip(axis, shift, strict=True))
    if x.op is roll_:
        for i, s in zip(x.static["axis"], x.static["shift"], strict=True):
            total[i] = total.get(i, 0) + s
    total = {i: s for i, s in total.items() if x.shape[i] and s % x.shape[i]}
    source = x.args[0] if x.op is roll_ else x
    if not total:
        return source
    whole = [y.__class__ is Node and y.ndim > 0 for y in source.args]
    if nodes.fuse and source.elementwise and source.op in COMMUTING and sum(whole) == 1:
        turned = [_rolled(nodes, y, total) for y in source.args]
        return nodes.elementwise(source.op, tuple(turned))
    if x.op is roll_:
        return _rolled(nodes, source, total)
    return None


def _rolled(nodes: Nodes, x: Any, total: dict[int, int]) -> Any:
    if x.__class__ is not Node or x.ndim == 0:
        return x
    static = {"shift": tuple(total.values()), "axis": tuple(total)}
    return nodes.operator(roll_, (x,), static, x.shape, x.dtype)


SHORTER: dict[Any, Any] = {
    conj_operator: _shorter_conj,
    astype_: _shorter_astype,
    truncated: _shorter_astype,
    broadcast_to_: _shorter_broadcast,
    reshape_: _shorter_reshape,
    transpose_: _shorter_transpose,
    **dict.fromkeys(REDUCTIONS, _shorter_reduction),
    mean_: _shorter_mean,
    roll_: _shorter_roll,
    irfftn_: _shorter_irfftn,
    scatter_: _shorter_scatter,
    index_add: _shorter_index_add,
}
