"""The error function and its relatives, by mpmath's erf, erfc and erfi."""

from declare import pointwise
from mpmath import mp, mpc

LINE = [-1e-8, 0.0, 0.02, -0.6, 1.0, 2.5, -4.0]
PLANE = [0.3 + 0.4j, -0.6 + 0.2j, 1.5 - 2j, 1e-3j, 0.75]


def erfcx(z):
    return mp.exp(z * z) * mp.erfc(z)


def dawsn(z):
    return mp.sqrt(mp.pi) / 2 * mp.exp(-z * z) * mp.erfi(z)


def wofz(z):
    z = mpc(z)
    return mp.exp(-z * z) * mp.erfc(mpc(0, -1) * z)


def ndtr(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def erfinv(x):
    """By Newton's method from mpmath's."""
    y = mp.erfinv(x)
    for _ in range(2):
        y -= (mp.erf(y) - x) * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return y


LOST = {
    "erfcx": ((16, 32), "SciPy's own accuracy"),
    "ndtr": ((64, 64), "SciPy's own accuracy in the tails"),
    "dawsn": ((16, 64), "1 - 2 x y cancels"),
    "wofz": ((16, 64), "2i/sqrt(pi) - 2 z y cancels"),
    "log_ndtr": ((64, 1024), "the exponent x^2/2 is rounded, in the tails"),
}
for name, f in {
    "erf": mp.erf, "erfc": mp.erfc, "erfi": mp.erfi, "erfcx": erfcx, "dawsn": dawsn, "wofz": wofz,
    "ndtr": ndtr, "log_ndtr": lambda z: mp.log(ndtr(z)),
}.items():  # fmt: skip
    ulps, reason = LOST.get(name, (None, None))
    pointwise(name, f, LINE, ulps=ulps, reason=reason)
    pointwise(name, f, PLANE)
pointwise("erfc", mp.erfc, [6.0, -8.0, 9.0])
pointwise("erfcx", erfcx, [0.5, 30.0, 1e5], entrywise=False)
pointwise("dawsn", dawsn, [0.5, 9.0, -20.0], entrywise=False)
pointwise("ndtr", ndtr, [-10.0, 8.0])
pointwise("log_ndtr", lambda z: mp.log(ndtr(z)), [-30.0, -12.0, 9.0])
pointwise("erfinv", erfinv, [-0.875, -1e-6, 0.25, 0.5, 0.9990234375])
pointwise("erfcinv", lambda x: erfinv(1 - x), [1e-6, 0.25, 1.0, 1.5, 1.9375])
pointwise("ndtri", lambda p: mp.sqrt(2) * erfinv(2 * p - 1), [1e-6, 0.25, 0.625, 0.9375])
