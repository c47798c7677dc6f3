"""Sums, means, variances and products, entry by entry."""

from math import prod

import numpy as np
from algebra import along
from declare import Numbers, pointwise, whole
from mpmath import mp, mpf

draw = Numbers("reduction")
pointwise("deviation", mp.sqrt, [1e-3, 0.5, 2.25, 40.0])
AXES = [((), ()), ((4,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((2, 0, 3), (1,))]


def mean(row):
    return sum(row, mpf(0)) / len(row)


def var(ddof):
    def rule(row):
        m = mean(row)
        return sum(abs(x - m) ** 2 for x in row) / (len(row) - ddof)

    return rule


for X, axis in AXES:
    for x in draw.both(*X):
        for keepdims in (False, True):
            static = {"axis": axis, "keepdims": keepdims}
            whole("sum", lambda x, axis, keepdims: along(sum, x, axis, keepdims), x, **static)
            whole("prod", lambda x, axis, keepdims: along(prod, x, axis, keepdims), x, **static)
            if x.size:
                whole("mean", lambda x, axis, keepdims: along(mean, x, axis, keepdims), x, **static)
for x in draw.both(2, 4):
    for ddof, axis in ((0, (1,)), (1, (0, 1))):
        whole(
            "var", lambda x, axis, ddof, keepdims: along(var(ddof), x, axis, keepdims), x,
            axis=axis, ddof=ddof, keepdims=ddof == 1,
        )  # fmt: skip
    for zeros in (1, 2):  # one factor 0, two of them
        z = np.concatenate((0 * x[:, :zeros], x[:, zeros:] + 0.25), axis=1)
        whole("prod", lambda x, axis, keepdims: along(prod, x, axis, keepdims), z,
              axis=(1,), keepdims=False)  # fmt: skip
