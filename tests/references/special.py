"""Further special functions, by mpmath's."""

from declare import pointwise
from mpmath import mp, mpc

POSITIVE = [0.02, 0.5, 1.25, 3.5, 12.0]
PLANE = [0.5 + 0.4j, 3 - 2j, -1.5 + 0.75j]
UNIT = [1e-3, 0.25, 0.5, 0.9375]


def exprel(x):
    return mp.expm1(x) / x if x else mp.one


pointwise("spence", lambda z: mp.polylog(2, 1 - z), [0.25, 0.9, 1.0, 1.75])
pointwise("spence", lambda z: mp.polylog(2, 1 - z), [0.75 + 0.5j, 1.25 - 0.3j, 3 + 2j])
for k in (0, -1, 2):
    for z in ([0.1, 1.5, 20.0], PLANE):
        pointwise("lambertw_branch", lambda z, k: mpc(mp.lambertw(z, k)), z, k=k)
pointwise("expi", mp.ei, [*POSITIVE, -0.5, -3.0])
pointwise("expi", mp.ei, PLANE)
pointwise("exp1", mp.e1, POSITIVE, ulps=(256, 16), reason="SciPy's own accuracy in the plane")
pointwise("exp1", mp.e1, PLANE)
pointwise(
    "exprel", exprel, [-30.0, -0.75, -0.04, 1e-8, 0.049, 0.051, 0.3, 5.0],
    ulps=(8, 32), reason="the quotient cancels beside the series",
)  # fmt: skip
pointwise("cosm1", lambda x: mp.cos(x) - 1, [1e-8, -0.02, 0.75, 3.0, -7.5])
REASON = "differences of the two integrals cancel near 0"
pointwise("ellipk", mp.ellipk, UNIT, ulps=(8, 2**11), reason=REASON)
pointwise("ellipe", mp.ellipe, UNIT, ulps=(8, 2**11), reason=REASON)
