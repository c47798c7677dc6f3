"""Joining arrays and taking them apart; arrays built from nested sequences of traced values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import linear
from riesz.space import Space

from .arguments import along, arrays, common, one_axis, refuse_out
from .arguments import array as as_array


@linear
class concatenate_:
    """The arrays, one after another along `axis`."""

    def forward(xp, *x, axis):
        return xp.concatenate(x, axis=axis)

    def adjoint(xp, a, *X, axis):
        ends = np.cumsum([X_.shape[axis] for X_ in X]).tolist()
        starts = (0, *ends[:-1])
        return tuple(a[along(slice(i, j), axis)] for i, j in zip(starts, ends, strict=True))

    def metric(*X, axis):
        shape = list(X[0].shape)
        shape[axis] = sum(X_.shape[axis] for X_ in X)
        return Space.bare(tuple(shape), np.result_type(*(X_.dtype for X_ in X)))


@linear
class stack_:
    """The arrays, side by side along the new axis `axis`."""

    def forward(xp, *x, axis):
        return xp.stack(x, axis=axis)

    def adjoint(xp, a, *X, axis):
        return tuple(a[along(i, axis)] for i in range(len(X)))

    def metric(*X, axis):
        shape = list(X[0].shape)
        shape.insert(axis, len(X))
        return Space.bare(tuple(shape), np.result_type(*(X_.dtype for X_ in X)))


def array(values: Any, dtype: Any = None) -> Any:
    """np.array for nested sequences that contain traced values.

    Raises InvalidValue where the nesting is ragged.

    >>> import numpy as np, riesz
    >>> f = lambda x: np.sum(riesz.array([[x[0], 1.0], [2.0, x[1] ** 2]]))
    >>> riesz.grad(f)(np.array([1.0, 3.0]))
    array([1., 6.])
    """
    shape, found = _flatten(values)
    leaves = arrays(*found)
    if not isinstance(values, list | tuple):
        y = as_array(values)
    elif not leaves:
        y = np.empty(shape)
    elif len({leaf.shape for leaf in leaves}) > 1:
        y = np.stack([array(v) for v in values])
    else:
        y = np.stack(leaves).reshape((*shape, *leaves[0].shape))
    return y if dtype is None or y.dtype == dtype else y.astype(dtype)


def _flatten(values: Any) -> tuple[tuple[int, ...], list[Any]]:
    """The shape of the nesting and its leaves, in order."""
    if not isinstance(values, list | tuple):
        return (), [values]
    inner = [_flatten(v) for v in values]
    leaves = [leaf for _, found in inner for leaf in found]
    shapes = {
        (*shape, *(getattr(found[0], "shape", ()) if found else ())) for shape, found in inner
    }
    if len(shapes) > 1:
        raise InvalidValue(
            f"riesz.array was given entries of different shapes: {sorted(shapes)}. "
            "Give sequences of equal length."
        )
    return (len(values), *(inner[0][0] if inner else ())), leaves


# NumPy's functions


def _cast(y: Any, dtype: Any) -> Any:
    return y if dtype is None else y.astype(dtype)


@implements(np.concatenate)
def _concatenate(
    arrays: Sequence[Any], /, axis: Any = 0, out: Any = None, *, dtype: Any = None,
    casting: str = "same_kind",
) -> Any:  # fmt: skip
    """np.concatenate."""
    refuse_out(out, "concatenate")
    x = common(arrays)
    if axis is None:
        x, axis = [xi.reshape(-1) for xi in x], 0
    return _cast(concatenate_(*x, axis=one_axis(axis, x[0].ndim)), dtype)


@implements(np.stack)
def _stack(
    arrays: Sequence[Any], axis: int = 0, out: Any = None, *, dtype: Any = None,
    casting: str = "same_kind",
) -> Any:  # fmt: skip
    """np.stack."""
    refuse_out(out, "stack")
    x = common(arrays)
    return _cast(stack_(*x, axis=one_axis(axis, x[0].ndim + 1)), dtype)


@implements(np.hstack)
def _hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """np.hstack."""
    x = [np.atleast_1d(as_array(xi)) for xi in tup]
    return np.concatenate(x, axis=0 if x[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@implements(np.vstack)
def _vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Any:
    """np.vstack."""
    x = [np.atleast_2d(as_array(xi)) for xi in tup]
    return np.concatenate(x, axis=0, dtype=dtype, casting=casting)


@implements(np.dstack)
def _dstack(tup: Any) -> Any:
    """np.dstack."""
    return np.concatenate([np.atleast_3d(as_array(xi)) for xi in tup], axis=2)


@implements(np.column_stack)
def _column_stack(tup: Any) -> Any:
    """np.column_stack."""
    x = [as_array(xi) for xi in tup]
    return np.concatenate([xi if xi.ndim > 1 else xi.reshape((xi.size, 1)) for xi in x], axis=1)


@implements(np.block)
def _block(arrays: Any) -> Any:
    """np.block."""
    depth, ndim = _depth(arrays)
    return _assembled(arrays, depth, max(depth, ndim))


def _depth(blocks: Any) -> tuple[int, int]:
    """How deep the lists are nested, and the most axes a block has."""
    if not isinstance(blocks, list):
        return 0, as_array(blocks).ndim
    inner = [_depth(b) for b in blocks]
    if not inner or len({depth for depth, _ in inner}) > 1:
        raise InvalidValue("np.block was given empty lists, or lists of different depths.")
    return 1 + inner[0][0], max(ndim for _, ndim in inner)


def _assembled(blocks: Any, depth: int, ndim: int) -> Any:
    if depth:
        return np.concatenate([_assembled(b, depth - 1, ndim) for b in blocks], axis=-depth)
    x = as_array(blocks)
    return x.reshape((*(1,) * (ndim - x.ndim), *x.shape))


@implements(np.append)
def _append(arr: Any, values: Any, axis: Any = None) -> Any:
    """np.append."""
    return np.concatenate((as_array(arr), as_array(values)), axis=axis)


@implements(np.array_split)
def _array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """np.array_split."""
    ary = as_array(ary)
    i, n = one_axis(axis, ary.ndim), ary.shape[axis]
    pieces = np.array_split(np.arange(n), indices_or_sections)
    if np.ndim(indices_or_sections) == 0:
        ends = np.cumsum([len(p) for p in pieces])[:-1].tolist()
    else:
        ends = [int(k) for k in indices_or_sections]
    return [ary[along(slice(j, k), i)] for j, k in zip([0, *ends], [*ends, n], strict=True)]


@implements(np.split)
def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """np.split."""
    n = as_array(ary).shape[axis]
    if np.ndim(indices_or_sections) == 0 and n % indices_or_sections:
        raise InvalidValue(
            f"np.split was given {indices_or_sections} sections for an axis of length {n}, which "
            "they do not divide. Use np.array_split."
        )
    return np.array_split(ary, indices_or_sections, axis)


@implements(np.hsplit)
def _hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """np.hsplit."""
    return np.split(ary, indices_or_sections, 0 if ary.ndim == 1 else 1)


@implements(np.vsplit)
def _vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """np.vsplit."""
    return np.split(ary, indices_or_sections, 0)


@implements(np.dsplit)
def _dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """np.dsplit."""
    return np.split(ary, indices_or_sections, 2)


def _unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """np.unstack, which NumPy has from 2.1 on."""
    x = as_array(x)
    i = one_axis(axis, x.ndim)
    return tuple(x[along(k, i)] for k in range(x.shape[i]))


unstack = implements(*[f for f in [getattr(np, "unstack", None)] if f], name="unstack")(_unstack)
