"""The same entries elsewhere: NumPy's rearrangements, of arrays of mpmath's numbers."""

import numpy as np
from declare import Numbers, whole

draw = Numbers("shape")

for x in (*draw.both(2, 3, 2), *draw.both(2, 0, 3)):
    whole("reshape", lambda x, shape: np.reshape(x, shape), x, shape=(x.shape[2], 2 * x.shape[1]))
    for order in ((2, 0, 1), (1, 0, 2)):
        whole("transpose", lambda x, axes: np.transpose(x, axes), x, axes=order)
    for axis in ((), (1,), (0, 2)):
        whole("flip", lambda x, axis: np.flip(x, axis), x, axis=axis)
    for shift, axis in (((1,), (2,)), ((-3, 2), (0, 1))):
        whole("roll", lambda x, shift, axis: np.roll(x, shift, axis), x, shift=shift, axis=axis)
for X, Y in (((), (3,)), ((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((1,), (0,))):
    for x in draw.both(*X):
        whole("broadcast_to", lambda x, shape: np.broadcast_to(x, shape), x, shape=Y)
for x in draw.both():
    whole("reshape", lambda x, shape: np.reshape(x, shape), x, shape=(1, 1))
