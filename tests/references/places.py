"""Every kind of index, and what NumPy's assignment by it means, entry by entry."""

import numpy as np

REPEATED = np.array([0, 2, -1, 0])
PLAIN = [
    1, -1, slice(1, None), slice(None, None, -2), Ellipsis, None, (), (slice(0, 2), None, 1),
    (Ellipsis, slice(3, 0, -1)), slice(2, 2), REPEATED, (REPEATED, np.array([1, 1, 0, 1])),
    (slice(None), np.array([[0, 3], [3, 1]])), (REPEATED, slice(1, 3)), (1, np.array([0, 0, 2])),
    np.array(1), np.zeros(0, int), (np.array([[0], [2]]), np.array([1, 3])),
]  # fmt: skip
MASKS = [
    np.array([True, False, True]), np.arange(12).reshape(3, 4) % 5 < 2,
    (slice(None), np.array([True, False, False, True])), np.array(True), np.array(False),
]  # fmt: skip


def placed(y, index, v, add):
    """y[index] = v or += v, one entry after the other in C order."""
    y = y.copy()
    numbers = np.arange(y.size).reshape(y.shape)[index]
    flat, values = y.reshape(-1), np.broadcast_to(v, np.shape(numbers)).ravel()
    for place, value in zip(np.ravel(numbers), values, strict=True):
        flat[place] = flat[place] + value if add else value
    return flat.reshape(y.shape)
