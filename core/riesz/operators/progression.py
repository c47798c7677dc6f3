"""Arithmetic and geometric progressions between traced ends, and numbers taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType
from riesz.front import implements
from riesz.traced import strip

from .arguments import arrays
from .elementary import deg2rad, rad2deg


@implements(np.linspace)
def _linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0, *, device: Any = None,
) -> Any:  # fmt: skip
    """np.linspace."""
    ends = np.result_type(*(getattr(x, "dtype", x) for x in (start, stop)), 0.0)
    start, stop = (x.astype(ends) for x in arrays(start, stop))
    n = num - 1 if endpoint else num
    shape = (num,) + (1,) * max(start.ndim, stop.ndim)
    t = (namespace(start, stop).arange(num) / max(n, 1)).reshape(shape)
    t = t.astype(np.finfo(ends).dtype)
    y = np.moveaxis(start * (1 - t) + stop * t, 0, axis)
    y = y if dtype is None else y.astype(dtype)
    return (y, (stop - start) / (n or np.nan)) if retstep else y


@implements(np.logspace)
def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    """np.logspace."""
    base = np.expand_dims(base, axis) if np.ndim(base) else base
    y = base ** np.linspace(start, stop, num, endpoint, axis=axis)
    return y if dtype is None else y.astype(dtype)


@implements(np.geomspace)
def _geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """np.geomspace between real numbers of one sign."""
    start, stop = arrays(start, stop)
    if "c" in (start.dtype.kind, stop.dtype.kind):
        raise InvalidType(
            "np.geomspace of traced values is for real ends; use np.exp(np.linspace)."
        )
    start, ratio = np.broadcast_arrays(start, stop / start)
    t = np.linspace(namespace(start).zeros(start.shape), 1.0, num, endpoint, axis=axis)
    y = np.expand_dims(start, axis) * np.expand_dims(ratio, axis) ** t
    return y if dtype is None else y.astype(dtype)


@implements(np.modf)
def _modf(x: Any) -> Any:
    """np.modf: fraction and integer part."""
    whole = np.trunc(x)
    return x - whole, whole


@implements(np.divmod)
def _divmod(x1: Any, x2: Any) -> Any:
    """np.divmod."""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


@implements(np.ldexp)
def _ldexp(x1: Any, x2: Any) -> Any:
    """np.ldexp: x1 2^x2 for integers x2."""
    return x1 * np.ldexp(np.ones_like(strip(x1)), x2)


@implements(np.frexp)
def _frexp(x: Any) -> Any:
    """np.frexp: mantissa and exponent, which is locally constant."""
    exponent = np.frexp(strip(x))[1]
    return np.ldexp(x, -exponent), exponent


@implements(np.degrees)
def _degrees(x: Any) -> Any:
    """np.degrees."""
    return rad2deg(x)


@implements(np.radians)
def _radians(x: Any) -> Any:
    """np.radians."""
    return deg2rad(x)
