"""Views: what a step sees of an array, without computing anything."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from riesz.operators.index import Key, getitem_
from riesz.operators.shape import broadcast_to_, reshape_, transpose_

from .graph import Node

Take = Callable[[Any], Any]


def taken(xp: Any, node: Node) -> tuple[Any, Any]:
    """The function that takes a view, and what identifies it."""
    static = node.static
    if node.op == "astype":
        return _same, ("same",)
    if node.op is getitem_:
        return at(static["key"].parts)
    if node.op is transpose_:
        return _transposing(static["axes"]), ("transpose", static["axes"])
    if node.op is reshape_:
        return _reshaping(tuple(static["shape"])), ("reshape", tuple(static["shape"]))
    if node.op is broadcast_to_:
        return partial(_broadcast, xp, static["shape"]), ("broadcast", static["shape"])
    return partial(node.op.forward, xp, **static), ("flip", static["axis"])


def at(parts: Any) -> tuple[Take, Any]:
    """The function that indexes with `parts`, and what identifies it."""
    parts = parts if isinstance(parts, tuple) else (parts,)
    whole = parts if Ellipsis in parts else (*parts, Ellipsis)  # an array, also where 0-d
    return _indexing(whole), ("getitem", Key(whole))


def _same(x: Any) -> Any:
    return x


def _broadcast(xp: Any, shape: tuple[int, ...], x: Any) -> Any:
    return (np if isinstance(x, np.ndarray | np.generic) else xp).broadcast_to(x, shape)


def _indexing(key: Any) -> Any:
    return lambda x: x[key]


def _transposing(axes: Any) -> Any:
    return lambda x: x.transpose(axes)


def _reshaping(shape: Any) -> Any:
    return lambda x: x.reshape(shape)


def segments(node: Node) -> list[tuple[Any, Any]]:
    """Where each part of a rolled array goes to, and where it comes from."""
    per_axis: list[list[tuple[slice, slice]]] = [[(slice(None), slice(None))]] * node.ndim
    for s, i in zip(node.static["shift"], node.static["axis"], strict=True):
        k = s % node.shape[i] if node.shape[i] else 0
        if k:
            per_axis[i] = [(slice(k, None), slice(None, -k)), (slice(None, k), slice(-k, None))]
    pairs = itertools.product(*per_axis)
    return [(tuple(to for to, _ in parts), tuple(of for _, of in parts)) for parts in pairs]
