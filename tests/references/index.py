"""Indexing, assignment and addition by index: NumPy's, of arrays of mpmath's numbers."""

import numpy as np
from declare import Numbers, filled, whole
from places import MASKS, PLAIN, placed

draw = Numbers("index")


def scatter(a, shape, index):
    return placed(filled(shape), index, a, add=True)


for index in PLAIN + MASKS:
    selected = np.zeros((3, 4))[index].shape
    for k in (0, 1):
        x, v = draw.both(3, 4)[k], draw.both(*selected)[k]
        whole("getitem", lambda x, index: np.asarray(x[index], object), x, index=index)
        whole("scatter", scatter, v, index=index, shape=(3, 4))
        whole("index_add", lambda x, v, index: placed(x, index, v, add=True), x, v, index=index)
    whole("index_add", lambda x, v, index: placed(x, index, v, add=True), x, draw(), index=index)
