"""How a reduction joins two partial results, in languages of the C family, and where it starts."""

from __future__ import annotations

import numpy as np

from .cluster import Result

COMBINE = {
    "sum": "{0} + {1}",
    "prod": "{0} * {1}",
    "max": "{1} > {0} || {1} != {1} ? {1} : {0}",
    "min": "{1} < {0} || {1} != {1} ? {1} : {0}",
}


def identity_number(result: Result) -> object:
    """What a reduction starts from."""
    kind = result.reduce[0] if result.reduce else "sum"
    if kind in ("sum", "prod"):
        return int(kind == "prod")
    sign = -1 if kind == "max" else 1
    if result.dtype.kind == "f":
        return sign * float("inf")
    if result.dtype.kind == "b":
        return kind == "min"
    info = np.iinfo(result.dtype)
    return info.min if kind == "max" else info.max
