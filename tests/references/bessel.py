"""Bessel functions, by mpmath's."""

from declare import pointwise
from mpmath import mp

ORDERS = [0.0, 1.0, 0.5, 2.75, -1.5]
POSITIVE = [0.1, 1.0, 3.5, 12.0]
PLANE = [0.5 + 0.4j, 3 - 2j, 6 + 1j]
ULPS, REASON = (128, 128), "SciPy's own accuracy"


def ive(v, x):
    return mp.exp(-abs(mp.re(x))) * mp.besseli(v, x)


def kve(v, x):
    return mp.exp(x) * mp.besselk(v, x)


for name, f in {
    "jv": mp.besselj, "yv": mp.bessely, "iv": mp.besseli, "kv": mp.besselk, "kve": kve,
}.items():  # fmt: skip
    pointwise(name, f, ORDERS, POSITIVE, inactive=(0,), ulps=ULPS, reason=REASON)
    pointwise(name, f, ORDERS, PLANE, inactive=(0,))
pointwise("ive", ive, ORDERS, POSITIVE, inactive=(0,), ulps=ULPS, reason=REASON)
pointwise("ive", ive, [0.0, 1.0, 3.0], [-2.0, -0.25], inactive=(0,))

for n in (0, 1):
    for name, f, both in (
        (f"j{n}", mp.besselj, True), (f"y{n}", mp.bessely, False), (f"i{n}", mp.besseli, True),
        (f"i{n}e", ive, True), (f"k{n}", mp.besselk, False), (f"k{n}e", kve, False),
    ):  # fmt: skip
        pointwise(
            name, lambda x, f=f, n=n: f(n, x), [0.01, *POSITIVE], ulps=(32, 32), reason=REASON
        )
        if both:
            pointwise(name, lambda x, f=f, n=n: f(n, x), [-2.0, -0.25])
