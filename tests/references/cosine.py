"""Cosine and sine transforms, by the sums in SciPy's documentation."""

from itertools import product

import numpy as np
from declare import Numbers, whole
from mpmath import mp, mpf

draw = Numbers("cosine")
HALF = mpf(1) / 2


def matrix(name, type, n, norm):
    """The transform of length n: y = M x."""
    basis = {"dct": cosine, "dst": sine}[name]
    M = np.array([[basis(type, k, j, n) for j in range(n)] for k in range(n)], object)
    size = 2 * (n + {"dct": -1, "dst": 1}[name]) if type == 1 else 2 * n
    if norm == "ortho":
        return orthogonal(M, name, type) * mp.sqrt(mpf(1) / size)
    return M * {"backward": mpf(1), "forward": mpf(1) / size}[norm]


def cosine(type, k, j, n):
    if type == 1:
        return (1 if j in (0, n - 1) else 2) * mp.cospi(mpf(j * k) / (n - 1))
    if type == 2:
        return 2 * mp.cospi(k * (j + HALF) / n)
    if type == 3:
        return (2 if j else 1) * mp.cospi((k + HALF) * j / n)
    return 2 * mp.cospi((k + HALF) * (j + HALF) / n)


def sine(type, k, j, n):
    if type == 1:
        return 2 * mp.sinpi(mpf((j + 1) * (k + 1)) / (n + 1))
    if type == 2:
        return 2 * mp.sinpi((k + 1) * (j + HALF) / n)
    if type == 3:
        return (2 if j < n - 1 else 1) * mp.sinpi((k + HALF) * (j + 1) / n)
    return 2 * mp.sinpi((k + HALF) * (j + HALF) / n)


def orthogonal(M, name, type):
    """The entries at the ends scaled, so that the rows are orthogonal."""
    ends = {"dct": {1: (0, -1), 2: (0,), 3: (0,)}, "dst": {2: (-1,), 3: (-1,)}}[name].get(type, ())
    M, root = M.copy(), mp.sqrt(2)
    for e in ends:
        if type in (1, 3):
            M[:, e] *= root
        if type in (1, 2):
            M[e, :] /= root
    return M


def declare(name, x, static):
    def forward(x, type, axis, norm):
        M = matrix(name, type, x.shape[axis], norm)
        return np.moveaxis(np.tensordot(M, x, (1, axis)), 0, axis)

    whole(name, forward, x, **static)


for type, norm in product((1, 2, 3, 4), ("backward", "ortho", "forward")):
    for name in ("dct", "dst"):
        static = {"type": type, "norm": norm}
        declare(name, draw(4), static | {"axis": 0})
        declare(name, draw(3, 2), static | {"axis": 0})
        declare(name, draw.complex(5), static | {"axis": 0})
