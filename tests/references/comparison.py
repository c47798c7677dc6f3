"""Comparisons, roundings and tests: values only."""

import math

from declare import pointwise
from mpmath import mp, mpf

INF, NAN = float("inf"), float("nan")
REAL = [-2.5, -0.5, 0.0, 0.5, 1.5, 2.5, 3.7, -1.2]
OTHER = [-2.5, 0.0, 1.5]
COMPLEX = [1 + 2j, 0j, -0.5j, 1.5]


def floor(x):
    return mp.floor(x)


def ceil(x):
    return mp.ceil(x)


def trunc(x):
    return floor(x) if x >= 0 else ceil(x)


def heaviside(x, y):
    return y if x == 0 else mpf(0 if x < 0 else 1)


def sign(x):
    return x if x == 0 else x / abs(x)


BOTH = {
    "equal": lambda x, y: x == y,
    "not_equal": lambda x, y: x != y,
    "logical_and": lambda x, y: bool(x) and bool(y),
    "logical_or": lambda x, y: bool(x) or bool(y),
    "logical_xor": lambda x, y: bool(x) != bool(y),
}
ORDER = {
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= y,
    "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y,
}
for name, f in (BOTH | ORDER).items():
    pointwise(name, f, REAL, OTHER, constant=True)
for name, f in BOTH.items():
    pointwise(name, f, COMPLEX, [0j, 1.5], constant=True)
for name, f in ORDER.items():
    pointwise(name, f, [NAN, INF, 1.0], [NAN, 2.0], constant=True)

pointwise("heaviside", heaviside, REAL, [0.5, 0.0], constant=True)
pointwise("floor_divide", lambda x, y: floor(x / y), REAL, [2.0, -0.75], constant=True)
pointwise(
    "nextafter",
    lambda x, y: x + (math.nextafter(float(x), float(y)) - float(x)),
    [0.5, -3.0],
    [7.0, -8.0],
    inactive=(1,),
)

for name, f in {
    "floor": floor, "ceil": ceil, "trunc": trunc, "rint": mp.nint, "sign": sign,
    "logical_not": lambda x: not x, "signbit": lambda x: x < 0, "isnan": lambda x: False,
    "isinf": lambda x: False, "isfinite": lambda x: True,
}.items():  # fmt: skip
    pointwise(name, f, REAL, constant=True)
for name, f in {"logical_not": lambda x: not x, "isfinite": lambda x: True}.items():
    pointwise(name, f, COMPLEX, constant=True)
pointwise("isnan", lambda x: mp.isnan(x), [NAN, INF, -INF, 1.0], constant=True)
pointwise("isinf", lambda x: mp.isinf(x), [NAN, INF, -INF, 1.0], constant=True)
pointwise("isfinite", lambda x: bool(mp.isfinite(x)), [NAN, INF, -INF, 1.0], constant=True)
