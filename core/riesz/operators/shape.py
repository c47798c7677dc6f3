"""The same entries in another shape or order, and broadcasting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import linear
from riesz.space import Space
from riesz.traced import looked_at

from .arguments import array, axes, one_axis


@linear
class reshape_:
    """The same entries, in C order, in another shape."""

    def forward(xp, x, *, shape):
        return x.reshape(shape)

    def adjoint(xp, a, X, *, shape):
        return a.reshape(X.shape)

    def metric(X, *, shape):
        return Space.bare(shape, X.dtype)


@linear
class transpose_:
    """The axes in the order `axes`."""

    def forward(xp, x, *, axes):
        return x.transpose(axes)

    def adjoint(xp, a, X, *, axes):
        return a.transpose(tuple(map(axes.index, range(len(axes)))))

    def metric(X, *, axes):
        return Space.bare(tuple(X.shape[i] for i in axes), X.dtype)


@linear
class broadcast_to_:
    """The entries repeated along new axes and axes of length 1; the transpose sums."""

    broadcasts = True

    def forward(xp, x, *, shape):
        return xp.broadcast_to(x, shape)

    def adjoint(xp, a, X, *, shape):
        return a

    def metric(X, *, shape):
        return Space.bare(shape, X.dtype)


@linear
class flip_:
    """The entries in reverse order along `axis`."""

    def forward(xp, x, *, axis):
        return xp.flip(x, axis)

    def adjoint(xp, a, X, *, axis):
        return xp.flip(a, axis)

    def metric(X, *, axis):
        return X


@linear
class roll_:
    """The entries moved round by `shift` along `axis` (two tuples, no axis twice)."""

    def forward(xp, x, *, shift, axis):
        for s, i in zip(shift, axis, strict=True):
            k = -s % x.shape[i] if x.shape[i] else 0
            before = (slice(None),) * i
            x = xp.concatenate((x[(*before, slice(k, None))], x[(*before, slice(k))]), axis=i)
        return x

    def adjoint(xp, a, X, *, shift, axis):
        return roll_(a, shift=tuple(-s for s in shift), axis=axis)

    def metric(X, *, shift, axis):
        return X


# NumPy's functions


@implements(np.reshape)
def _reshape(
    a: Any, /, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    """np.reshape."""
    a, shape = array(a), newshape if shape is None else shape
    if order == "F":
        return np.transpose(reshaped(np.transpose(a), tuple(np.atleast_1d(shape)[::-1].tolist())))
    return reshaped(a, shape)


def reshaped(a: Any, shape: Any) -> Any:
    """a.reshape(shape), with one -1 resolved, so that the shape is known without running it."""
    shape = tuple(map(int, shape)) if isinstance(shape, tuple | list) else (int(shape),)
    if -1 in shape:
        known = -math.prod(shape)
        shape = tuple(a.size // known if n == -1 and known > 0 else n for n in shape)
    return a if shape == a.shape else reshape_(a, shape=shape)


@implements(np.ravel)
def _ravel(a: Any, order: str = "C") -> Any:
    """np.ravel, in C or F order."""
    a = array(a)
    return reshaped(np.transpose(a) if order == "F" else a, (-1,) if a.size else (0,))


@implements(np.transpose)
def _transpose(a: Any, axes: Any = None) -> Any:
    """np.transpose."""
    a = array(a)
    if axes is None:
        return a if a.ndim < 2 else transpose_(a, axes=tuple(range(a.ndim))[::-1])
    order = normalize_axis_tuple(axes, a.ndim)
    if len(order) != a.ndim:
        raise InvalidValue(
            f"np.transpose was given {len(order)} axes for an array of {a.ndim} axes."
        )
    return transpose_(a, axes=order)


@implements(np.matrix_transpose, np.linalg.matrix_transpose, name="matrix_transpose")
def _matrix_transpose(x: Any, /) -> Any:
    """np.matrix_transpose."""
    return np.swapaxes(x, -1, -2)


@implements(np.swapaxes)
def _swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """np.swapaxes."""
    a = array(a)
    order, i, j = list(range(a.ndim)), one_axis(axis1, a.ndim), one_axis(axis2, a.ndim)
    order[i], order[j] = j, i
    return a if i == j else transpose_(a, axes=tuple(order))


@implements(np.moveaxis)
def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """np.moveaxis."""
    a = array(a)
    source, destination = (normalize_axis_tuple(x, a.ndim) for x in (source, destination))
    if len(source) != len(destination):
        raise InvalidValue(f"np.moveaxis was given axes {source} for the places {destination}.")
    order = [i for i in range(a.ndim) if i not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return a if order == sorted(order) else transpose_(a, axes=tuple(order))


@implements(np.rollaxis)
def _rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """np.rollaxis."""
    a = array(a)
    axis, start = one_axis(axis, a.ndim), start + a.ndim * (start < 0)
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


@implements(np.expand_dims)
def _expand_dims(a: Any, axis: Any) -> Any:
    """np.expand_dims."""
    a = array(a)
    new = normalize_axis_tuple(axis, a.ndim + (len(axis) if isinstance(axis, tuple | list) else 1))
    lengths = iter(a.shape)
    return reshape_(
        a, shape=tuple(1 if i in new else next(lengths) for i in range(a.ndim + len(new)))
    )


@implements(np.squeeze)
def _squeeze(a: Any, axis: Any = None) -> Any:
    """np.squeeze."""
    a = array(a)
    gone = axes(axis, a.ndim) if axis is not None else [i for i, n in enumerate(a.shape) if n == 1]
    if any(a.shape[i] != 1 for i in gone):
        raise InvalidValue(
            f"np.squeeze was given axis={axis}, which has not length 1 in {a.shape}."
        )
    return reshaped(a, tuple(n for i, n in enumerate(a.shape) if i not in gone))


@implements(np.atleast_1d)
def _atleast_1d(*arys: Any) -> Any:
    """np.atleast_1d."""
    return _each(arys, lambda x: x if x.ndim else reshape_(x, shape=(1,)))


@implements(np.atleast_2d)
def _atleast_2d(*arys: Any) -> Any:
    """np.atleast_2d."""
    return _each(arys, lambda x: x if x.ndim > 1 else reshape_(x, shape=(1, x.size)))


@implements(np.atleast_3d)
def _atleast_3d(*arys: Any) -> Any:
    """np.atleast_3d."""
    return _each(arys, _three_axes)


def _three_axes(x: Any) -> Any:
    if x.ndim > 2:
        return x
    return reshape_(x, shape=(*x.shape, 1) if x.ndim == 2 else (1, x.size, 1))


def _each(arrays: tuple[Any, ...], rule: Any) -> Any:
    results = tuple(rule(array(x)) for x in arrays)
    return results[0] if len(results) == 1 else results


@implements(np.broadcast_to)
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    """np.broadcast_to."""
    shape = tuple(map(int, shape)) if isinstance(shape, tuple | list) else (int(shape),)
    return array if array.shape == shape else broadcast_to_(array, shape=shape)


@implements(np.broadcast_arrays)
def _broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """np.broadcast_arrays."""
    arrays = [array(x) for x in args]
    shape = np.broadcast_shapes(*(x.shape for x in arrays))
    return tuple(np.broadcast_to(x, shape) for x in arrays)


@implements(np.meshgrid)
def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """np.meshgrid."""
    n = len(xi)
    places = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else range(n)
    grids = tuple(
        reshaped(array(x), (1,) * i + (-1,) + (1,) * (n - 1 - i))
        for x, i in zip(xi, places, strict=True)
    )
    return grids if sparse else np.broadcast_arrays(*grids)


@implements(np.flip)
def _flip(m: Any, axis: Any = None) -> Any:
    """np.flip."""
    m = array(m)
    return flip_(m, axis=axes(axis, m.ndim))


@implements(np.fliplr)
def _fliplr(m: Any) -> Any:
    """np.fliplr."""
    return np.flip(m, 1)


@implements(np.flipud)
def _flipud(m: Any) -> Any:
    """np.flipud."""
    return np.flip(m, 0)


@implements(np.roll)
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """np.roll."""
    a = array(a)
    if axis is None:
        shift = shift if type(shift) is int else int(np.sum(shift))
        return reshaped(roll_(reshaped(a, (a.size,)), shift=(shift,), axis=(0,)), a.shape)
    if type(shift) is int and type(axis) is int:
        return roll_(a, shift=(shift,), axis=(one_axis(axis, a.ndim),))
    total: dict[int, int] = {}
    for s, i in np.broadcast(shift, axis):
        i = one_axis(int(i), a.ndim)
        total[i] = total.get(i, 0) + int(s)
    return roll_(a, shift=tuple(total.values()), axis=tuple(total))


@implements(np.rot90)
def _rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """np.rot90."""
    m, k = array(m), k % 4
    i, j = normalize_axis_tuple(axes, m.ndim)
    if k % 2 == 0:
        return np.flip(m, (i, j)) if k else m
    turned = np.swapaxes(m, i, j)
    return np.flip(turned, i if k == 1 else j)


@implements(np.copy)
def _copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    """np.copy: traced values do not change, so the value itself."""
    return a


@implements(np.astype, name="np.astype")
def _astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """np.astype."""
    return x.astype(dtype)


@implements(np.real_if_close)
def _real_if_close(a: Any, tol: float = 100) -> Any:
    """np.real_if_close: the real part where all imaginary parts are close to 0."""
    return (
        np.real(a)
        if np.real_if_close(looked_at(a, "np.real_if_close"), tol).dtype.kind != "c"
        else a
    )
