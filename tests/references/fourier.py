"""Discrete Fourier transforms, as sums."""

from itertools import product

import numpy as np
from declare import Numbers, filled, whole
from mpmath import mp, mpc, mpf

draw = Numbers("fourier")
NORMS = ("backward", "ortho", "forward")
AXES = [((5,), (0,)), ((1,), (0,)), ((2, 4), (1,)), ((3, 2), (0, 1)), ((2, 3, 2), (2, 0))]


def root(n, k):
    """exp(2 pi i k / n)."""
    return mp.expjpi(mpf(2 * k) / n)


def weight(n, norm, inverse):
    power = {"backward": mpf(inverse), "ortho": mpf(0.5), "forward": mpf(not inverse)}[norm]
    return mpf(n) ** -power


def transformed(x, axis, norm, sign):
    """sum_j x_j exp(sign 2 pi i j k / n) along one axis."""
    n = x.shape[axis]
    M = np.array([[root(n, sign * (j * k % n)) for j in range(n)] for k in range(n)], object)
    return np.moveaxis(np.tensordot(M * weight(n, norm, sign > 0), x, (1, axis)), 0, axis)


def forward(x, axes, norm, sign):
    x = x * mpc(1)
    for axis in axes:
        x = transformed(x, axis, norm, sign)
    return x


def half(x, axes, norm):
    n = x.shape[axes[-1]]
    return np.take(forward(x, axes, norm, -1), range(n // 2 + 1), axes[-1])


def real_inverse(x, n, axes, norm):
    """The inverse of the spectrum that x is half of, along the last axis: a real array."""
    x = forward(x, axes[:-1], norm, 1)
    x = np.moveaxis(x, axes[-1], 0)
    full = filled((n, *x.shape[1:]))
    for k in range(n // 2 + 1):
        alone = k == 0 or 2 * k == n
        full[k] = real(x[k]) if alone else x[k]
        if not alone:
            full[n - k] = np.conj(x[k])
    y = transformed(np.moveaxis(full, 0, axes[-1]), axes[-1], norm, 1)
    return real(y)


def real(x):
    return np.asarray(np.frompyfunc(mp.re, 1, 1)(x), object)


def resize_corner(x, shape):
    y = filled(shape)
    common = tuple(slice(min(n, m)) for n, m in zip(x.shape, shape, strict=True))
    y[common] = x[common]
    return y


for (X, axes), norm in product(AXES, NORMS):
    for x in draw.both(*X):
        whole("fftn", lambda x, axes, norm: forward(x, axes, norm, -1), x, axes=axes, norm=norm)
        whole("ifftn", lambda x, axes, norm: forward(x, axes, norm, 1), x, axes=axes, norm=norm)
    whole("rfftn", half, draw(*X), axes=axes, norm=norm)
for n, norm in product((1, 2, 5, 6), NORMS):
    for x in draw.both(n // 2 + 1):
        whole("irfftn", real_inverse, x, n=n, axes=(0,), norm=norm)
    whole("irfftn", real_inverse, draw.complex(2, n // 2 + 1), n=n, axes=(0, 1), norm=norm)
    whole("irfftn", real_inverse, draw.complex(n // 2 + 1, 2), n=n, axes=(1, 0), norm=norm)
for X, shape in (((3,), (5,)), ((5,), (2,)), ((2, 4), (3, 3)), ((2, 0), (2, 3))):
    for x in draw.both(*X):
        whole("resize_corner", resize_corner, x, shape=shape)
