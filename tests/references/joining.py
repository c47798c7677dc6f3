"""Arrays joined, by NumPy, of mpmath's numbers."""

import numpy as np
from declare import Numbers, whole

draw = Numbers("joining")

for kind in (0, 1):
    for shapes, axis in ((((3,), (0,), (2,)), 0), (((2, 3), (2, 1)), 1), (((2, 2),), 0)):
        x = [draw.both(*X)[kind] for X in shapes]
        whole("concatenate", lambda *x, axis: np.concatenate(x, axis), *x, axis=axis)
    for X, axis in (((), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3), 2)):
        x = [draw.both(*X)[kind] for _ in range(3)]
        whole("stack", lambda *x, axis: np.stack(x, axis), *x, axis=axis)
whole("stack", lambda *x, axis: np.stack(x, axis), draw(2), draw.complex(2), axis=0)
whole("concatenate", lambda *x, axis: np.concatenate(x, axis), draw(2), draw.complex(3), axis=0)
