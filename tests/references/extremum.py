"""Extrema of real entries; complex ones are ordered by real part, then imaginary part."""

import numpy as np
from algebra import along
from declare import Numbers, whole
from mpmath import mp

draw = Numbers("extremum")
AXES = [((4,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((), ())]
TIE = np.array([[1.0, 3.0, 3.0], [-2.0, 0.5, -2.0]])  # two equal ones share: the central difference


def order(v):
    return (mp.re(v), mp.im(v))


def largest(row):
    return max((v for v in row if not mp.isnan(v)), key=order)


def smallest(row):
    return min((v for v in row if not mp.isnan(v)), key=order)


for name, f in {"max": largest, "min": smallest, "nanmax": largest, "nanmin": smallest}.items():
    rule = lambda x, axis, keepdims, f=f: along(f, x, axis, keepdims)  # noqa: E731
    for X, axis in AXES:
        real = draw.distinct(*X)
        for keepdims in (False, True):
            whole(name, rule, real, axis=axis, keepdims=keepdims)
        whole(name, rule, real + 1j * draw(*X), axis=axis, keepdims=False)
    whole(name, rule, TIE, axis=(1,), keepdims=False)
    if name.startswith("nan"):
        x = np.array([[np.nan, 2.0, -1.0], [0.5, np.nan, 3.0]])
        whole(name, rule, x, axis=(1,), keepdims=True)
