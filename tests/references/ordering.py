"""Where running extrema are attained, and between which entries quantiles lie: values only."""

import numpy as np
from algebra import along, objects
from declare import Numbers, whole
from mpmath import mp, mpf

draw = Numbers("ordering")
VIRTUAL = {  # the place of the quantile q among n sorted entries, numbered from 0
    "linear": lambda n, q: (n - 1) * q,
    "hazen": lambda n, q: n * q - mpf(0.5),
    "weibull": lambda n, q: (n + 1) * q - 1,
    "lower": lambda n, q: mp.floor((n - 1) * q),
    "higher": lambda n, q: mp.ceil((n - 1) * q),
    "midpoint": lambda n, q: (mp.floor((n - 1) * q) + mp.ceil((n - 1) * q)) / 2,
    "inverted_cdf": lambda n, q: mp.ceil(n * q) - 1,
}


def last_best(better):
    def rule(row):
        best, found = 0, []
        for i, x in enumerate(row):
            best = i if better(x, row[best]) else best
            found.append(best)
        return found

    return rule


def places(x, q, method, skip_nan):
    counts = [sum(not mp.isnan(v) for v in row) for row in x]
    place = objects([np.clip(VIRTUAL[method](n, p), 0, n - 1) for n in counts for p in q])
    place = place.reshape(len(x), len(q))
    low, high = (np.vectorize(lambda v, f=f: int(f(v)))(place) for f in (mp.floor, mp.ceil))
    return low, high, place - low


for extreme, better in {"maximum": lambda x, y: x >= y, "minimum": lambda x, y: x <= y}.items():
    best = last_best(better)
    rule = lambda x, extreme, axis, f=best: along(f, x, (axis,)).astype(int)  # noqa: E731
    for x in (draw.distinct(3, 4), np.array([[1.0, 1.0, 0.5, 2.0, 2.0, -1.0]])):
        whole("running_argument", rule, x, extreme=extreme, axis=1, constant=True)

Q = np.array([0.0, 0.34375, 0.5, 1.0])
for method in VIRTUAL:
    for skip_nan in (False, True):
        x = np.sort(draw.distinct(2, 5), axis=-1)
        whole("quantile_place", places, x, Q, method=method, skip_nan=skip_nan, constant=True)
    x[0, 3:] = np.nan
    whole("quantile_place", places, x, Q, method=method, skip_nan=True, constant=True)
