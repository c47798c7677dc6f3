"""Largest and smallest entries.

Ties share the derivative equally; where the result is NaN, so is the derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import operator
from riesz.space import Space

from .arguments import array, arrays, axes, count, flag, reduced, refuse_out
from .arithmetic import maximum, minimum
from .reduction import masked

NONE = np._NoValue


def _weights(xp: Any, y: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> tuple[Any, Any]:
    """Where x attains y, and how often, with the reduced axes kept."""
    y = y if keepdims else xp.reshape(y, reduced(x.shape, axis, True))
    hits = x == y
    number = xp.sum(hits, axis=axis, keepdims=True, dtype=x.dtype)
    return hits, xp.where(xp.isnan(y), xp.nan, number)


def _spread(xp, a, y, x, *, axis, keepdims):
    hits, number = _weights(xp, y, x, axis, keepdims)
    return xp.reshape(a, number.shape) / number * hits


def _gather(xp, u, y, x, *, axis, keepdims):
    hits, number = _weights(xp, y, x, axis, keepdims)
    return xp.reshape(xp.sum(u[0] * hits, axis=axis, keepdims=True) / number, y.shape)


def _codomain(X, *, axis, keepdims):
    return Space.bare(reduced(X.shape, axis, keepdims), X.dtype)


@operator
class max_:
    """The largest entry along `axis`; NaN if there is one."""

    def forward(xp, x, *, axis, keepdims):
        return x.max(axis=axis, keepdims=keepdims)

    adjoint, tangent, metric = _spread, _gather, _codomain


@operator
class min_:
    """The smallest entry along `axis`; NaN if there is one."""

    def forward(xp, x, *, axis, keepdims):
        return x.min(axis=axis, keepdims=keepdims)

    adjoint, tangent, metric = _spread, _gather, _codomain


@operator
class nanmax_:
    """The largest entry along `axis` that is not NaN; NaN, with a warning, if there is none."""

    def forward(xp, x, *, axis, keepdims):
        return xp.nanmax(x, axis=axis, keepdims=keepdims)

    adjoint, tangent, metric = _spread, _gather, _codomain


@operator
class nanmin_:
    """The smallest entry along `axis` that is not NaN; NaN, with a warning, if there is none."""

    def forward(xp, x, *, axis, keepdims):
        return xp.nanmin(x, axis=axis, keepdims=keepdims)

    adjoint, tangent, metric = _spread, _gather, _codomain


def _extremum(
    op: Any, pick: Any, a: Any, axis: Any, keepdims: Any, initial: Any, where: Any
) -> Any:
    """`op` along `axis`, of the entries that `where` keeps and of `initial`."""
    a = array(a)
    if where is not True and where is not NONE:
        if initial is NONE:
            raise InvalidValue(
                f"np.{op.name} was given where= without initial=, and has no value for an empty "
                "selection. Give initial= too."
            )
        a = masked(a, where, initial)
    along, keep = axes(axis, a.ndim), flag(keepdims)
    if initial is not NONE and count(a.shape, along) == 0:
        first = arrays(a, initial)[1].astype(a.dtype)
        return np.broadcast_to(first, reduced(a.shape, along, keep))
    y = op(a, axis=along, keepdims=keep)
    return y if initial is NONE else pick(y, initial)


@implements(np.max, np.amax)
def _max(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = NONE, initial: Any = NONE,
    where: Any = True,
) -> Any:  # fmt: skip
    """np.max."""
    refuse_out(out, "max")
    return _extremum(max_, maximum, a, axis, keepdims, initial, where)


@implements(np.min, np.amin)
def _min(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = NONE, initial: Any = NONE,
    where: Any = True,
) -> Any:  # fmt: skip
    """np.min."""
    refuse_out(out, "min")
    return _extremum(min_, minimum, a, axis, keepdims, initial, where)


@implements(np.nanmax)
def _nanmax(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = NONE, initial: Any = NONE,
    where: Any = True,
) -> Any:  # fmt: skip
    """np.nanmax."""
    refuse_out(out, "nanmax")
    return _extremum(nanmax_, maximum, a, axis, keepdims, initial, where)


@implements(np.nanmin)
def _nanmin(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = NONE, initial: Any = NONE,
    where: Any = True,
) -> Any:  # fmt: skip
    """np.nanmin."""
    refuse_out(out, "nanmin")
    return _extremum(nanmin_, minimum, a, axis, keepdims, initial, where)


@implements(np.ptp)
def _ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NONE) -> Any:
    """np.ptp."""
    refuse_out(out, "ptp")
    return np.max(a, axis, keepdims=flag(keepdims)) - np.min(a, axis, keepdims=flag(keepdims))
