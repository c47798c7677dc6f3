"""Norms of vectors, by their sums."""

import numpy as np
from algebra import along
from declare import Numbers, whole
from mpmath import mpf

draw = Numbers("norm")
CASES = (((4,), (0,), False), ((2, 3), (1,), True), ((2, 3, 2), (0, 2), False))

for p in (2, 3, 1.5, -1):

    def norm(row, p=p):
        return sum(abs(v) ** mpf(p) for v in row) ** (1 / mpf(p))

    rule = lambda x, p, axis, keepdims, norm=norm: along(norm, x, axis, keepdims)  # noqa: E731
    for X, axis, keepdims in CASES:
        x, z = draw.both(*X)
        z = z + 3 * np.sign(z.real + 0.01)
        whole("p_norm", rule, x + np.sign(x + 0.01), p=p, axis=axis, keepdims=keepdims)
        whole("p_norm", rule, z, p=p, axis=axis, keepdims=keepdims)
    whole("p_norm", rule, draw.positive(2, 3), p=p, axis=(0, 1), keepdims=False)
