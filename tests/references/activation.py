"""Ramps and soft maxima, by their formulas."""

from algebra import along
from declare import Numbers, pointwise, whole
from mpmath import mp, mpf

LINE = [-6.0, -1.5, -1e-3, 0.0, 0.4, 2.0, 30.0]
draw = Numbers("activation")


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


pointwise("relu", lambda x: x if x > 0 else mpf(0), [-2.5, 0.75, 1e-6])
pointwise("softplus", lambda x: mp.log(1 + mp.exp(x)), LINE)
pointwise(
    "gelu", lambda x: x * normal(x), LINE, ulps=(32, 32), reason="SciPy's ndtr, far to the left"
)
pointwise("silu", lambda x: x / (1 + mp.exp(-x)), LINE)


def logsumexp(row):
    return mp.log(sum(map(mp.exp, row)))


def softmax(row):
    total = sum(map(mp.exp, row))
    return [mp.exp(x) / total for x in row]


def log_softmax(row):
    return [x - logsumexp(row) for x in row]


for x in (4 * draw(2, 3), 30 * draw(2, 3), draw.complex(2, 3)):
    for axis, keepdims in (((1,), False), ((0, 1), True), ((0,), False)):
        whole(
            "logsumexp", lambda x, axis, keepdims: along(logsumexp, x, axis, keepdims), x,
            axis=axis, keepdims=keepdims,
        )  # fmt: skip
for x in (draw(2, 3), 2 * draw(2, 3)):
    for axis in ((1,), (0, 1)):
        whole("softmax", lambda x, axis: along(softmax, x, axis), x, axis=axis)
        whole("log_softmax", lambda x, axis: along(log_softmax, x, axis), x, axis=axis)
