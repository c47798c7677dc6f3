"""Real and complex: parts of a number, and the real-valued functions of a complex one.

Those state as their partial the gradient g with D phi(z) u = Re(conj(g) u).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.front import implements
from riesz.protocol import elementwise, linear, operator
from riesz.space import Space


@elementwise
def absolute(m, x):
    """|x| of a real x; derivative 0 at 0."""
    return m.absolute(x), m.sign(x)


@elementwise
def modulus(m, z):
    """|z| of a complex z; derivative 0 at 0."""
    r = m.absolute(z)
    return r, z / m.where(m.equal(r, 0), 1, r)


@implements(np.absolute)
def _absolute(z: Any) -> Any:
    """|z|, by the rule for its kind: the sign of a complex number is not locally constant."""
    return modulus(z) if z.dtype.kind == "c" else absolute(z)


@elementwise
def real(m, z):
    """The real part."""
    return m.real(z), 1


@elementwise
def imag(m, z):
    """The imaginary part."""
    return m.imag(z), 1j


@elementwise
def angle(m, z):
    """The argument of z, in radians; not differentiable at 0."""
    r = m.absolute(z)
    return m.angle(z), 1j * z / r / r


@linear
class conj:
    """The conjugate: linear over the reals only, and its own transpose in Re<., .>."""

    def forward(xp, z):
        return xp.conj(z)

    def adjoint(xp, a, Z):
        return xp.conj(a)

    def metric(Z):
        return Z


@linear
class astype_:
    """The same numbers in another floating dtype; a real part is not taken silently."""

    def forward(xp, x, *, dtype):
        return x.astype(dtype)

    def adjoint(xp, a, X, *, dtype):
        return a

    def metric(X, *, dtype):
        return Space.bare(X.shape, np.dtype(dtype))


@operator
class truncated:
    """The numbers in an integer or boolean dtype: locally constant."""

    def forward(xp, x, *, dtype):
        return x.astype(dtype)

    adjoint = None

    def metric(X, *, dtype):
        return Space.bare(X.shape, np.dtype(dtype))


@implements(name="astype")
def _astype(x: Any, dtype: Any) -> Any:
    """x.astype(dtype): the derivative ends where the dtype is an integer or boolean one."""
    target = np.dtype(dtype)
    if target.kind not in "fc":
        return truncated(x, dtype=target)
    x = real(x) if x.dtype.kind == "c" and target.kind == "f" else x
    return x if x.dtype == target else astype_(x, dtype=target)
