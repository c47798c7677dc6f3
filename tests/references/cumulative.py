"""Running sums and products, and the offsets of phase unwrapping."""

from itertools import accumulate, pairwise
from operator import mul

import numpy as np
from algebra import along
from declare import Numbers, whole
from mpmath import mp, mpf

draw = Numbers("cumulative")


def offsets(period, discont):
    def rule(row):
        found, half = [mpf(0)], period / 2
        for left, right in pairwise(row):
            step = right - left
            turned = step - period * mp.floor((step + half) / period)
            turned = half if turned == -half and step > 0 else turned
            small = abs(step) < max(discont or half, half)
            found.append(found[-1] + (0 if small else turned - step))
        return found

    return rule


for X, axis in (((5,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 4, 2), 1)):
    for x in draw.both(*X):
        whole(
            "cumsum", lambda x, axis: along(lambda r: list(accumulate(r)), x, (axis,)), x, axis=axis
        )
        for z in (x, np.where(np.abs(x.real) < 0.6, 0, x)):  # with some factors 0
            whole("cumprod", lambda x, axis: along(lambda r: list(accumulate(r, mul)), x, (axis,)),
                  z, axis=axis)  # fmt: skip

for period, discont in ((6.25, None), (2.0, 1.5)):
    whole(
        "unwrap_offset",
        lambda x, discont, axis, period: along(offsets(mpf(period), discont), x, (axis,)),
        5 * draw(3, 6), discont=discont, axis=1, period=period, constant=True,
        ulps=(64, 16), reason="NumPy's sum of x and offset, less x",
    )  # fmt: skip
