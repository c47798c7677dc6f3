"""The matrix exponential, by mpmath's Taylor sum."""

from algebra import array, matrix, stacked
from declare import Numbers, whole
from mpmath import mp

draw = Numbers("matrix_function")

for k in (0, 1):
    for batch, n in (((), 3), ((2,), 2)):
        whole("expm", lambda x: stacked(lambda x: array(mp.expm(matrix(x))), x),
              draw.both(*batch, n, n)[k] / 2)  # fmt: skip
