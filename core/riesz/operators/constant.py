"""NumPy functions whose values do not change under small changes of their arguments.

They work on traced values and carry no derivative. Those that give arrays are one operator,
`locally_constant`, so that they are recorded like any other; those that steer Python look at the
values themselves.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..front import Adapter, implements
from ..protocol import operator
from ..space import Space
from ..traced import Traced, strip
from .arguments import refuse_out


@operator
class locally_constant:
    """`function` of NumPy on the arrays called `names`, with the other arguments in `static`."""

    def forward(xp, *x, function, names, static):
        return getattr(xp, function)(**dict(zip(names, x, strict=True)), **dict(static))

    adjoint = None

    def metric(*X, function, names, static):
        probes = [np.ones(X_.shape, X_.dtype) for X_ in X]
        y = getattr(np, function)(**dict(zip(names, probes, strict=True)), **dict(static))
        return Space.of(np.asarray(y))


ARRAYS = (
    np.any, np.all, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition,
    np.count_nonzero, np.isclose, np.isin, np.searchsorted, np.digitize, np.round, np.around,
    np.fix, np.isposinf, np.isneginf, np.isreal, np.iscomplex,
)  # fmt: skip

CONTROL = (
    np.allclose, np.array_equal, np.array_equiv, np.nonzero, np.flatnonzero, np.argwhere,
    np.lexsort, np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type,
    np.can_cast, np.min_scalar_type, np.common_type, np.shares_memory, np.may_share_memory,
    np.zeros_like, np.ones_like, np.empty_like, np.bincount, np.ix_,
)  # fmt: skip


def _recorded(function: Any) -> Callable[..., Any]:
    """`function` as the operator `locally_constant`."""
    signature = inspect.signature(function)

    def call(*args: Any, **keywords: Any) -> Any:
        given = signature.bind(*args, **keywords).arguments
        refuse_out(given.pop("out", None), function.__name__)
        names = tuple(name for name, value in given.items() if hasattr(value, "dtype"))
        arrays = tuple(given.pop(name) for name in names)
        static = tuple(sorted(given.items()))
        return locally_constant(*arrays, function=function.__name__, names=names, static=static)

    return call


def _looked_at(function: Any) -> Callable[..., Any]:
    """`function` of the values themselves."""

    def call(*args: Any, **keywords: Any) -> Any:
        return function(*map(_value, args), **{k: _value(v) for k, v in keywords.items()})

    return call


def _value(x: Any) -> Any:
    if isinstance(x, list | tuple):
        return type(x)(map(_value, x))
    return strip(x) if type(x) is Traced else x


def _adapter(function: Any, rule: Callable[..., Any]) -> Adapter:
    rule.__name__, rule.__doc__ = function.__name__, f"np.{function.__name__}."
    return implements(function)(rule)


globals().update({f"_{f.__name__}": _adapter(f, _recorded(f)) for f in ARRAYS})
globals().update({f"_{f.__name__}": _adapter(f, _looked_at(f)) for f in CONTROL})


@implements(np.full_like)
def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, *,
    shape: Any = None, device: Any = None,
) -> Any:  # fmt: skip
    """np.full_like; `fill_value` may be traced."""
    if type(fill_value) is not Traced:
        return np.full_like(strip(a), fill_value, dtype, order, subok, shape=shape, device=device)
    y = fill_value.astype(a.dtype if dtype is None else dtype)
    return np.broadcast_to(y, a.shape if shape is None else shape)
