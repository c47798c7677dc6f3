"""Determinants and cofactors, by Leibniz' sum."""

from itertools import permutations
from math import prod

import numpy as np
from algebra import stacked
from declare import Numbers, whole
from mpmath import mp, mpf

draw = Numbers("determinant")


def det(x):
    n = len(x)
    return sum(
        sign(p) * prod((x[i, p[i]] for i in range(n)), start=mpf(1)) for p in permutations(range(n))
    )


def sign(p):
    return (-1) ** sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p)))


def adjugate(x):
    y = np.empty(x.shape, object)
    for i, j in np.ndindex(x.shape):
        y[j, i] = (-1) ** (i + j) * det(np.delete(np.delete(x, i, 0), j, 1))
    return y


def slogdet(x):
    d = det(x)
    return d / abs(d), mp.log(abs(d))


for k in (0, 1):
    for shift, batch, n in ((2, (), 3), (-2, (2,), 3), (1, (), 1), (2, (2,), 2)):
        x = draw.both(*batch, n, n)[k] / 2 + shift * np.eye(n)
        whole(
            "det", lambda x: stacked(det, x), x, ulps=(32, 32), reason="rounding of a factorisation"
        )
        whole("slogdet", lambda x: stacked(slogdet, x), x)
        if n > 1:
            whole("adjugate", lambda x: stacked(adjugate, x), x)
    singular = draw.both(3, 1)[k] * draw.both(1, 3)[k] + np.diag([1.0, 0, 0])  # of rank 2
    whole("det", lambda x: stacked(det, x), np.round(singular * 64) / 64)
