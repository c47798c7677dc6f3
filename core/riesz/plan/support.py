"""What a backend's printer can express, asked once for each function and dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.formula.expression import Symbols

from .cluster import Cluster, Load, Result
from .graph import Node

_SUPPORTED: dict[Any, bool] = {}


def supported(backend: Any, n: Node) -> bool:
    """Whether the backend's printer knows a step: asked once for each function and dtypes."""
    refusal = getattr(backend, "refusal", None)
    if refusal is None:
        return True
    key = (backend.name, n.op, n.dtype, *map(_kind, n.args))
    if key not in _SUPPORTED:
        _SUPPORTED[key] = refusal(alone(n)) is None
    return _SUPPORTED[key]


def _kind(x: Any) -> Any:
    return x.dtype if x.__class__ is Node else (type(x), x)


def alone(n: Node, entry: bool = True) -> Cluster:
    """A cluster of one step; of an entry of it, or of the whole."""
    m = Symbols()
    dtypes: dict[Any, np.dtype[Any]] = {}
    args: list[Any] = []
    loads: list[Load] = []
    for x in n.args:
        if x.__class__ is Node:
            args.append(m.argument(len(loads)))
            loads.append(Load(x.dtype, (1,) if entry else x.shape))
            dtypes[args[-1]] = x.dtype
        else:
            args.append(x)
    e = m.node(n.op, *args)
    dtypes[e] = n.dtype
    domain = (1,) if entry else n.shape
    return Cluster(domain, m, tuple(loads), (Result(e, n.dtype),), dtypes)
