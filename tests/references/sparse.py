"""Products of a sparse matrix, entry by entry."""

import numpy as np
from declare import Numbers, filled, whole

from riesz.sparse_matrix import Pattern

draw = Numbers("sparse")
ROWS, COLUMNS = [0, 0, 1, 1, 3], [0, 2, 1, 1, 0]  # a place twice, an empty row
PATTERN = Pattern(np.array(COLUMNS), np.array([0, 2, 4, 4, 5]), (4, 3))


def product(of_result, of_x, n):
    def rule(data, x, pattern):
        y = filled((n, *x.shape[1:]))
        for i, j, value in zip(of_result, of_x, data, strict=True):
            y[i] = y[i] + value * x[j]
        return y

    return rule


for k in (0, 1):
    for columns in ((), (2,)):
        data = draw.both(5)[k]
        whole("sparse_matmul", product(ROWS, COLUMNS, 4), data, draw.both(3, *columns)[k],
              pattern=PATTERN)  # fmt: skip
        whole("sparse_matmul", product(COLUMNS, ROWS, 3), data, draw.both(4, *columns)[k],
              pattern=PATTERN.T)  # fmt: skip
