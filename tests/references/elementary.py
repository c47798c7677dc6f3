"""Elementary functions: mpmath's, over wide ranges, near zeros and singularities."""

from declare import pointwise
from mpmath import mp, mpf

ONE, TWO = mpf(1), mpf(2)
SMALL = [-1e-8, 1e-5, -1e-3, 0.02]
LINE = [*SMALL, 0.0, -0.5, 0.7, 1.0, -2.0, 2.75]
PLANE = [0.3 + 0.4j, -0.6 + 0.2j, -1.5 - 2j, 2.5 - 0.75j, 1e-4 + 2e-4j, 0.5j, -1.25, 0.75]
OFF_CUT = [0.3 + 0.4j, -0.6 + 0.2j, -1.5 - 2j, 2.5 - 0.75j, 1e-4 + 2e-4j, 0.5j, 0.75]
POSITIVE = [1e-20, 1e-3, 0.4, 1.0, 1.001, 2.0, 37.5, 1e15]


def sinc(x):
    return mp.sin(mp.pi * x) / (mp.pi * x) if x != 0 else ONE


def log_base(b):
    return lambda x: mp.log(x) / mp.log(b)


EVERYWHERE = {
    "exp": mp.exp, "exp2": lambda x: mp.power(2, x), "expm1": mp.expm1, "sin": mp.sin,
    "cos": mp.cos, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "arcsinh": mp.asinh,
    "arctan": mp.atan,
}  # fmt: skip
ON_POSITIVE = {
    "sqrt": mp.sqrt, "log": mp.log, "log2": log_base(2), "log10": log_base(10),
    "log1p": lambda x: mp.log(1 + x),
}  # fmt: skip
IN_UNIT = {"tan": mp.tan, "arcsin": mp.asin, "arccos": mp.acos, "arctanh": mp.atanh}

LOST = {
    "tanh": ((8, 512), "1 - y^2 cancels where y is near 1"),
    "log1p": ((1024, 16), "NumPy's complex log1p is inaccurate near 0"),
}  # fmt: skip

for name, f in EVERYWHERE.items():
    ulps, reason = LOST.get(name, (None, None))
    pointwise(name, f, LINE, ulps=ulps, reason=reason)
    pointwise(name, f, PLANE)
    # y + 1 of expm1, 1 - y^2 of tanh: small against other covectors, they have fewer digits
    pointwise(name, f, [-6.5, -30.0, 1.0], entrywise=False)
pointwise("exp", mp.exp, [-80.0, 80.0])
pointwise("expm1", mp.expm1, [60.0, 1e-20])
pointwise("sin", mp.sin, [1000.0, -355.0])
pointwise("cos", mp.cos, [1000.0, -355.0])
pointwise("arcsinh", mp.asinh, [1e10, -1e10])
pointwise("arctan", mp.atan, [1e10, -1e10])

for name, f in ON_POSITIVE.items():
    ulps, reason = LOST.get(name, (None, None))
    pointwise(name, f, POSITIVE, ulps=ulps, reason=reason)
    pointwise(name, f, OFF_CUT)
pointwise("log1p", ON_POSITIVE["log1p"], [-0.875, -1e-8, 1e-12])
pointwise("cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), [*POSITIVE, -8.0, -0.3])

for name, f in IN_UNIT.items():
    pointwise(name, f, [*SMALL, 0.0, 0.5, -0.75, 0.984375])
    pointwise(name, f, OFF_CUT)
pointwise("tan", mp.tan, [2.0, -4.0, 10.0])
pointwise("arccosh", mp.acosh, [1.001, 1.5, 3.0, 1e6])
pointwise("arccosh", mp.acosh, [1.5 + 0.5j, 3 - 2j, -2 + 1j, 0.5 + 0.25j])

pointwise("deg2rad", mp.radians, [-360.0, 1e-6, 45.0, 123.4])
pointwise("rad2deg", mp.degrees, [-6.25, 1e-6, 0.5, 123.4])
pointwise("fabs", abs, [-2.5, 0.0, 1e-10, 7.0])
pointwise(
    "sinc", sinc, [1e-6, -3e-4, 5e-3, -0.0099, 0.011, 0.03, 0.5, -1.5, 7.25],
    ulps=(8, 1024), reason="the quotient cancels near 0, where the series does not reach",
)  # fmt: skip
pointwise("sinc", sinc, [0.5 + 0.25j, -1.5 + 1j, 1e-3 + 1e-3j])

QUADRANTS = [2.0, -0.5, 1e-5, -1e5]
pointwise("arctan2", mp.atan2, QUADRANTS, [1.0, -3.0, 1e-4, -20.0])
# Where both are negative the logarithm may cancel, in any precision.
FAR = [0.0, -1.5, 2.0, 35.0, -60.0]
pointwise("logaddexp", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), FAR, [0.5, 4.0, 40.0])
pointwise("logaddexp2", lambda x, y: mp.log(TWO**x + TWO**y) / mp.log(2), FAR, [0.5, 4.0, 40.0])
