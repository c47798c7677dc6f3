"""Linear systems with a band matrix: written out, and by mpmath's elimination."""

import numpy as np
from algebra import inverse
from declare import Numbers, filled, whole

draw = Numbers("banded")


def solve(ab, b, lower, upper):
    n = len(b)
    A = filled((n, n))
    for i, j in np.ndindex(n, n):
        if -upper <= i - j <= lower:
            A[i, j] = ab[upper + i - j, j]
    return np.dot(inverse(A), b)


for k in (0, 1):
    for lower, upper in ((1, 1), (0, 2), (2, 1)):
        ab = draw.both(lower + upper + 1, 4)[k] / 4
        ab[upper] += 2
        for columns in ((), (2,)):
            whole("solve_banded", solve, ab, draw.both(4, *columns)[k], lower=lower, upper=upper)
