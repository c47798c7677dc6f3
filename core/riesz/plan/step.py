"""`Step`: one thing a plan does, what it reads, and where its results may be put."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from riesz.operators.extremum import max_, min_
from riesz.operators.fourier import fftn_, ifftn_, irfftn_, rfftn_
from riesz.operators.index import getitem_, index_add, scatter_
from riesz.operators.padding import zero_pad
from riesz.operators.product import matmul
from riesz.operators.reduction import prod_, sum_
from riesz.operators.shape import broadcast_to_, flip_, reshape_, roll_, transpose_

from .graph import Node
from .primitive import function

REDUCTIONS = {sum_: "add", prod_: "multiply", max_: "maximum", min_: "minimum"}
TRANSFORMS = {fftn_: "fft", ifftn_: "ifft", rfftn_: "rfft", irfftn_: "irfft"}
VIEWS = frozenset((transpose_, broadcast_to_, flip_))


@dataclass(slots=True)
class Step:
    """`stored`: its results are written to arrays the plan provides; else it returns its own.

    `over`: operands whose array a stored result may overwrite. `shares`: what it returns may be
    memory of its operands.
    """

    kind: str
    results: tuple[Node, ...]
    reads: tuple[Node, ...]
    over: tuple[Node, ...] = ()
    stored: bool = False
    shares: bool = False
    kernel: Any = None
    cluster: Any = None
    why: str = field(default="", compare=False)


def step_of(node: Node, backend: Any) -> Step:
    """The step that computes one node: the backend's kernel of its operator, if there is one.

    A namespace without `copyto` writes into no array it is given: its functions return theirs.
    """
    if node.elementwise:
        make = _elementwise
    elif node.op != "part" and node.op._kernel(backend, "forward") is not None:
        make = _call
    else:
        make = KINDS.get(node.op, _call)
    step = make(node, backend.xp)
    if not step.stored or hasattr(backend.xp, "copyto"):
        return step
    return Step("cast" if node.op == "astype" else "call", (node,), node.operands, shares=True)


def _elementwise(node: Node, xp: Any) -> Step:
    reads = node.operands
    if node.op == "astype":
        same = node.dtype == reads[0].dtype
        return _view(node, xp) if same else Step("astype", (node,), reads, stored=True)
    if node.op == "where":
        over = tuple(x for x in reads[-1:] if x is node.args[2] and x not in node.args[:2])
        return Step("where", (node,), reads, over, stored=True)
    if isinstance(function(xp, node.op), np.ufunc) or _is_ufunc(function(xp, node.op)):
        return Step("ufunc", (node,), reads, reads, stored=True)
    return Step("call", (node,), reads, shares=True)


def _is_ufunc(f: Any) -> bool:
    return type(f).__name__ == "ufunc"


def _reduction(node: Node, xp: Any) -> Step:
    return Step("reduce", (node,), node.operands, stored=True)


def _view(node: Node, xp: Any) -> Step:
    return Step("view", (node,), node.operands, shares=True)


def _getitem(node: Node, xp: Any) -> Step:
    if node.static["key"].is_view:
        return _view(node, xp)
    return Step("call", (node,), node.operands)


def _add_at(node: Node, xp: Any) -> Step:
    over = tuple(x for x in node.args[:1] if x not in node.args[1:])
    return Step("add_at", (node,), node.operands, over, stored=True)


def _stored(kind: str) -> Any:
    return lambda node, xp: Step(kind, (node,), node.operands, stored=True)


def _matmul(node: Node, xp: Any) -> Step:
    same = all(x.dtype == node.dtype for x in node.operands) and node.ndim > 0
    return Step("matmul" if same else "call", (node,), node.operands, stored=same)


def _transform(node: Node, xp: Any) -> Step:
    transform = getattr(getattr(xp, "fft", None), TRANSFORMS[node.op], None)
    writes = transform is not None and _writes(transform)
    return Step("fft", (node,), node.operands, stored=True) if writes else _call(node, xp)


@cache
def _writes(transform: Any) -> bool:
    """Whether a function takes the array for its result."""
    return "out" in signature(transform).parameters


def _part(node: Node, xp: Any) -> Step:
    return Step("part", (node,), node.operands, shares=True)


def _call(node: Node, xp: Any) -> Step:
    return Step("call", (node,), node.operands, shares=True)


KINDS: dict[Any, Any] = {
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys(VIEWS, _view),
    **dict.fromkeys(TRANSFORMS, _transform),
    reshape_: _view,
    getitem_: _getitem,
    index_add: _add_at,
    scatter_: _stored("scatter"),
    zero_pad: _stored("pad"),
    roll_: _stored("roll"),
    matmul: _matmul,
    "part": _part,
}
