"""NumPy's arguments, as operators take them: arrays, normalised axes, and nothing in `out=`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from riesz.backend import namespace
from riesz.errors import InvalidType


def array(x: Any) -> Any:
    """x itself if it is an array or traced, else the array NumPy makes of it."""
    return x if hasattr(x, "dtype") else np.asarray(x)


def beside(x: Any, values: Any, dtype: Any = None) -> Any:
    """Numbers of the host, such as indices that follow from shapes, as an array where x lies."""
    return namespace(x).asarray(values, dtype=dtype)


def arrays(*values: Any) -> tuple[Any, ...]:
    """The values as arrays; lists and numbers become ones that lie where the others do."""
    given = [x for x in values if hasattr(x, "dtype")]
    if len(given) == len(values):
        return values
    xp = namespace(*given[:1])
    return tuple([x if hasattr(x, "dtype") else xp.asarray(x) for x in values])


def given(x: Any) -> bool:
    """Whether an optional NumPy argument was given."""
    return x is not None and x is not np._NoValue


def flag(keepdims: Any) -> bool:
    """A boolean NumPy argument that may be left out."""
    return keepdims is not np._NoValue and bool(keepdims)


def axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """An `axis` argument (None, int, tuple, negative) as a sorted tuple of axes."""
    if axis is None or (ndim == 0 and axis in (0, -1)):
        return tuple(range(ndim))
    if type(axis) is int and -ndim <= axis < ndim:
        return (axis % ndim,)
    several = axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(sorted(normalize_axis_tuple(several, ndim)))


def one_axis(axis: Any, ndim: int) -> int:
    """One axis, possibly negative, as 0 <= axis < ndim; NumPy's AxisError otherwise."""
    if type(axis) is int and -ndim <= axis < ndim:
        return axis % ndim
    return normalize_axis_index(axis, ndim)


def reduced(shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """The shape that remains when the axes in `axis` are reduced."""
    if len(axis) == len(shape) and not keepdims:
        return ()
    kept = ((1 if i in axis else n) for i, n in enumerate(shape))
    return tuple(kept if keepdims else (n for i, n in enumerate(shape) if i not in axis))


def count(shape: tuple[int, ...], axis: tuple[int, ...]) -> int:
    """How many entries are reduced to one."""
    return math.prod(shape[i] for i in axis)


def along(part: Any, axis: int) -> tuple[Any, ...]:
    """The index that applies `part`, a slice or an array, to one axis."""
    return (*(slice(None),) * axis, part)


def rows(x: Any, axis: tuple[int, ...]) -> Any:
    """x with the axes in `axis` merged into one, the last."""
    kept = tuple(i for i in range(x.ndim) if i not in axis)
    if kept != tuple(range(len(kept))):
        x = np.transpose(x, (*kept, *axis))
    n = len(kept)
    return x if x.ndim == n + 1 else x.reshape((*x.shape[:n], math.prod(x.shape[n:])))


def common(values: Sequence[Any]) -> list[Any]:
    """The arrays, integers cast to the dtype of the result: constants, but linear in them."""
    found = list(arrays(*values))
    if len({x.dtype for x in found}) == 1:
        return found
    target = np.result_type(*(x.dtype for x in found))
    linear = target.kind in "fc"
    return [x.astype(target) if linear and x.dtype.kind in "biu" else x for x in found]


def refuse_out(out: Any, name: str) -> None:
    """`out=` cannot hold a traced value."""
    if given(out):
        raise InvalidType(
            f"np.{name} was given out= with a traced value. Leave it out and use the result."
        )
