"""Arithmetic, by its definitions."""

from declare import pointwise
from mpmath import mp, mpf

NAN = float("nan")
REAL = [-2.5, -0.75, 0.1, 1.0, 3.5]
OTHER = [-1.5, 0.3, 2.0]
COMPLEX = [-2.5 + 0.5j, 0.3 - 0.75j, 1j, 3.5]
OTHER_COMPLEX = [-1.5 + 2j, 0.25j, 2.0 - 1e-3j]
POSITIVE = [1e-3, 0.5, 1.0, 2.25, 40.0]
HALF_PLANE = [0.5 + 0.25j, 2 - 3j, 1e-2 + 1e-3j]

for name, forward in {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
}.items():
    pointwise(name, forward, REAL, OTHER)
    pointwise(name, forward, COMPLEX, OTHER_COMPLEX)
    pointwise(name, forward, REAL, OTHER_COMPLEX)
    pointwise(name, forward, COMPLEX, OTHER)

for name, forward in {
    "negative": lambda x: -x,
    "positive": lambda x: +x,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
}.items():
    pointwise(name, forward, [*REAL, 1e-10, 1e10])
    pointwise(name, forward, COMPLEX)

for n in (-3, -1, 0, 1, 2, 5):
    pointwise("integer_power", lambda x, n: x**n, [*REAL, 1e-3], n=n)
    pointwise("integer_power", lambda x, n: x**n, COMPLEX, n=n)
pointwise("integer_power", lambda x, n: x**n, [0.0], n=3)

ULPS, REASON = (32, 64), "NumPy's complex power is rounded several times"
for p in (0.5, -1.5, 3.5):
    pointwise("scalar_power", lambda x, p: x ** mpf(p), POSITIVE, p=p, ulps=ULPS, reason=REASON)
    pointwise("scalar_power", lambda x, p: x ** mpf(p), HALF_PLANE, p=p)

for name in ("power", "float_power"):
    pointwise(name, mp.power, POSITIVE, [-1.5, 0.5, 1.0, 2.0], ulps=ULPS, reason=REASON)
    pointwise(name, mp.power, REAL, [-3.0, 0.0, 1.0, 2.0], inactive=(1,))
    pointwise(name, mp.power, [0.0], [2.0, 3.0])
pointwise("power", mp.power, HALF_PLANE, OTHER_COMPLEX)
pointwise("power", mp.power, POSITIVE, OTHER_COMPLEX)

for name, forward in {"maximum": max, "fmax": max, "minimum": min, "fmin": min}.items():
    pointwise(name, lambda x, y, forward=forward: forward(x, y), REAL, [-2.5, 0.5, 2.0])
pointwise("fmax", lambda x, y: y, [NAN], [1.0, -2.0])
pointwise("fmin", lambda x, y: x, [1.0, -2.0], [NAN])

pointwise("hypot", mp.hypot, [-3.0, 0.1, 1e-8, 1e12, 0.0], [4.0, 0.3, -1e12, 1e-3])
pointwise("remainder", lambda x, y: x - mp.floor(x / y) * y, [7.25, -7.25, 0.3, 100.7], [2.0, -3.1])
pointwise("fmod", lambda x, y: x - _trunc(x / y) * y, [7.25, -7.25, 0.3, 100.7], [2.0, -3.1])
pointwise("copysign", lambda x, y: abs(x) * mp.sign(y), [-2.5, 0.5, 7.0], [-1.0, 3.0])

for x, y in ((REAL, OTHER), (COMPLEX, OTHER_COMPLEX)):
    pointwise("where", lambda c, x, y: x if c else y, [True, False], x, y)


def _trunc(x):
    return mp.sign(x) * mp.floor(abs(x))
