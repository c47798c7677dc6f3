"""The square root of a matrix, by mpmath's Denman-Beavers iteration."""

import numpy as np
from algebra import array, matrix
from declare import Numbers, whole
from mpmath import mp

draw = Numbers("matrix_root")

for k in (0, 1):
    for n in (1, 3):
        x = draw.both(n, n)[k] / 4 + 2 * np.eye(n)
        whole("sqrtm", lambda x: array(mp.sqrtm(matrix(x))), x, ulps=(32, 32),
              reason="LAPACK's Schur decomposition in single precision")  # fmt: skip
