"""Discrete cosine and sine transforms, types 1 to 4, in SciPy's normalisations.

The matrices: G. Strang, "The discrete cosine transform", SIAM Review 41 (1999); with
norm="ortho" they are orthogonal, and the transpose of type 2 is type 3. Otherwise the entries at
one end of the input or output carry a factor 2, which the transpose moves to the other side.
"""

from __future__ import annotations

from typing import Any

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import linear

from .arguments import array, one_axis
from .fourier import OPPOSITE, resized

TRANSPOSE = {1: 1, 2: 3, 3: 2, 4: 4}
ENDS = {
    ("dct", 1): (0, -1),
    ("dct", 2): (0,),
    ("dct", 3): (0,),
    ("dst", 2): (-1,),
    ("dst", 3): (-1,),
}


@linear
class dct_:
    """The cosine transform of a `type` along one axis."""

    def forward(xp, x, *, type, axis, norm):
        return xp.fft.dct(x, type=type, axis=axis, norm=norm)

    def adjoint(xp, a, X, *, type, axis, norm):
        return _transposed(xp, dct_, "dct", a, type, axis, norm)

    def metric(X, *, type, axis, norm):
        return X


@linear
class dst_:
    """The sine transform of a `type` along one axis."""

    def forward(xp, x, *, type, axis, norm):
        return xp.fft.dst(x, type=type, axis=axis, norm=norm)

    def adjoint(xp, a, X, *, type, axis, norm):
        return _transposed(xp, dst_, "dst", a, type, axis, norm)

    def metric(X, *, type, axis, norm):
        return X


def _transposed(xp: Any, op: Any, name: str, a: Any, type: int, axis: int, norm: str) -> Any:
    ends = () if norm == "ortho" else ENDS.get((name, type), ())
    a = _scaled(xp, a, axis, ends, 2.0) if type in (1, 2) else a
    g = op(a, type=TRANSPOSE[type], axis=axis, norm=norm)
    return _scaled(xp, g, axis, ends, 0.5) if type in (1, 3) else g


def _scaled(xp: Any, a: Any, axis: int, ends: tuple[int, ...], factor: float) -> Any:
    if not ends:
        return a
    w = xp.ones(a.shape[axis], dtype=xp.finfo(a.dtype).dtype)
    for end in ends:
        w[end] = factor
    return a * w.reshape(-1, *(1,) * (a.ndim - 1 - axis))


def _transform(
    op: Any, inverse: bool, x: Any, type: int, n: Any, axis: int, norm: Any, orthogonalize: Any
) -> Any:
    if type not in TRANSPOSE or norm not in (None, *OPPOSITE):
        raise InvalidValue(
            f"type={type!r}, norm={norm!r}, but type must be one of 1, 2, 3, 4 and norm one of "
            f"{', '.join(OPPOSITE)}."
        )
    norm = norm or "backward"
    if orthogonalize not in (None, norm == "ortho"):
        raise InvalidValue(f"orthogonalize={orthogonalize!r} has no operator with norm={norm!r}.")
    if inverse:
        type, norm = TRANSPOSE[type], OPPOSITE[norm]
    x = array(x)
    axis = one_axis(axis, x.ndim)
    x = x if n is None else resized(x, (axis,), (n,))
    return op(x, type=type, axis=axis, norm=norm)


def _transform_along(
    op: Any, inverse: bool, x: Any, type: int, s: Any, axes: Any, norm: Any, orthogonalize: Any
) -> Any:
    x = array(x)
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    s = (None,) * len(axes) if s is None else (s,) if isinstance(s, int) else s
    for axis, n in zip(axes, s, strict=True):
        x = _transform(op, inverse, x, type, n, axis, norm, orthogonalize)
    return x


@implements(name="fft.dct")
def _dct(
    x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform(dct_, False, x, type, n, axis, norm, orthogonalize)


@implements(name="fft.dctn")
def _dctn(
    x: Any, type: int = 2, s: Any = None, axes: Any = None, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, *, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform_along(dct_, False, x, type, s, axes, norm, orthogonalize)


@implements(name="fft.idct")
def _idct(
    x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform(dct_, True, x, type, n, axis, norm, orthogonalize)


@implements(name="fft.idctn")
def _idctn(
    x: Any, type: int = 2, s: Any = None, axes: Any = None, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, *, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform_along(dct_, True, x, type, s, axes, norm, orthogonalize)


@implements(name="fft.dst")
def _dst(
    x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform(dst_, False, x, type, n, axis, norm, orthogonalize)


@implements(name="fft.dstn")
def _dstn(
    x: Any, type: int = 2, s: Any = None, axes: Any = None, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, *, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform_along(dst_, False, x, type, s, axes, norm, orthogonalize)


@implements(name="fft.idst")
def _idst(
    x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform(dst_, True, x, type, n, axis, norm, orthogonalize)


@implements(name="fft.idstn")
def _idstn(
    x: Any, type: int = 2, s: Any = None, axes: Any = None, norm: Any = None,
    overwrite_x: bool = False, workers: Any = None, *, orthogonalize: Any = None,
) -> Any:  # fmt: skip
    return _transform_along(dst_, True, x, type, s, axes, norm, orthogonalize)
