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

from riesz.front import Adapter, implements
from riesz.protocol import operator
from riesz.space import Space
from riesz.traced import Traced, blank, looked_at

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
    np.lexsort, np.min_scalar_type, np.shares_memory, np.may_share_memory, np.ix_,
    np.ravel_multi_index, np.unravel_index,
)  # fmt: skip

DESCRIPTION = (
    np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast,
    np.common_type, np.zeros_like, np.ones_like, np.empty_like,
    np.diag_indices_from, np.tril_indices_from, np.triu_indices_from,
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
    return _of_values(function, lambda x: looked_at(x, f"np.{function.__name__}"))


def _described(function: Any) -> Callable[..., Any]:
    """`function`, which reads shapes and dtypes only, of arrays that have them."""
    return _of_values(function, blank)


def _of_values(function: Any, value: Callable[[Any], Any]) -> Callable[..., Any]:
    def within(x: Any) -> Any:
        if isinstance(x, list | tuple):
            return type(x)(map(within, x))
        return value(x) if type(x) is Traced else x

    def call(*args: Any, **keywords: Any) -> Any:
        return function(*map(within, args), **{k: within(v) for k, v in keywords.items()})

    return call


def _adapter(function: Any, rule: Callable[..., Any]) -> Adapter:
    rule.__name__, rule.__doc__ = function.__name__, f"np.{function.__name__}."
    return implements(function)(rule)


globals().update({f"_{f.__name__}": _adapter(f, _recorded(f)) for f in ARRAYS})
globals().update({f"_{f.__name__}": _adapter(f, _looked_at(f)) for f in CONTROL})
globals().update({f"_{f.__name__}": _adapter(f, _described(f)) for f in DESCRIPTION})


@implements(np.full_like)
def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, *,
    shape: Any = None, device: Any = None,
) -> Any:  # fmt: skip
    """np.full_like; `fill_value` may be traced."""
    if type(fill_value) is not Traced:
        return np.full_like(blank(a), fill_value, dtype, order, subok, shape=shape, device=device)
    y = fill_value.astype(a.dtype if dtype is None else dtype)
    return np.broadcast_to(y, a.shape if shape is None else shape)
