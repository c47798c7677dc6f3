"""The gamma function and its relatives, by mpmath's functions of the same names."""

from declare import pointwise
from mpmath import mp

POSITIVE = [1e-3, 0.25, 1.5, 2.0, 7.5, 20.0]
NEGATIVE = [-0.3, -1.6, -2.75]
PLANE = [0.5 + 0.4j, 3 - 2j, -1.5 + 0.75j, -0.3 - 1j]

gammaln = lambda x: mp.log(abs(mp.gamma(x)))  # noqa: E731
psi = lambda n, x: mp.psi(int(n), x)  # noqa: E731

for name, f, complex_too in (
    ("gamma", mp.gamma, True), ("gammaln", gammaln, False), ("rgamma", mp.rgamma, True),
    ("digamma", mp.digamma, True),
):  # fmt: skip
    pointwise(name, f, POSITIVE)
    pointwise(name, f, NEGATIVE)
    if complex_too and name != "digamma":
        pointwise(name, f, PLANE)
pointwise("gammaln", gammaln, [100.0, 1e6])
pointwise("loggamma", mp.loggamma, POSITIVE)
pointwise("loggamma", mp.loggamma, PLANE)

pointwise("polygamma", psi, [0.0, 1.0, 3.0], [0.25, 1.5, 10.0], inactive=(0,))
pointwise("zeta", mp.zeta, [1.5, 2.0, 6.0], [0.25, 1.5, 10.0], inactive=(0,))
ULPS, REASON = (32, 2**13), "digamma(x) - digamma(x + y) cancels where y is small"
pointwise("beta", mp.beta, POSITIVE, [0.3, 4.5], ulps=ULPS, reason=REASON)
pointwise(
    "betaln", lambda x, y: mp.log(abs(mp.beta(x, y))), POSITIVE, [0.3, 4.5],
    ulps=ULPS, reason=REASON,
)  # fmt: skip
pointwise("poch", lambda x, k: mp.gamma(x + k) / mp.gamma(x), [0.25, 3.5, 8.0], [0.5, 2.0, 3.25])

ORDERS, ARGUMENTS = [0.5, 1.0, 2.5, 12.0], [0.02, 1.5, 8.0, 15.0]
for name, bounds in {"gammainc": (0, None), "gammaincc": (None, mp.inf)}.items():
    pointwise(
        name,
        lambda s, x, low=bounds[0], high=bounds[1]: mp.gammainc(
            s, x if low is None else low, x if high is None else high, regularized=True
        ),
        ORDERS,
        ARGUMENTS,
        inactive=(0,),
    )
pointwise(
    "betainc", lambda p, q, x: mp.betainc(p, q, 0, x, regularized=True),
    [0.5, 2.0], [1.5, 3.0], [0.02, 0.4, 0.875], inactive=(0, 1),
)  # fmt: skip
