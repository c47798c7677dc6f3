"""Products, by NumPy's loops over mpmath's numbers, and the vector product by its formula."""

import numpy as np
from declare import Numbers, whole

draw = Numbers("product")
FACTORS = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)),
    ((2, 3), (2, 3, 2)), ((2, 1, 2, 3), (2, 3, 1)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)),
]  # fmt: skip


def cross(x, y):
    (x0, x1, x2), (y0, y1, y2) = (np.moveaxis(v, -1, 0) for v in (x, y))
    return np.stack((x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0), axis=-1)


for k in (0, 1):
    for X, Y in FACTORS:
        whole("matmul", np.matmul, draw.both(*X)[k], draw.both(*Y)[k])
    for X, Y, axes in (
        ((2, 3), (2,), ((), ())),
        ((2, 3), (3, 2), ((1,), (0,))),
        ((2, 3, 2), (3, 2, 2), ((0, 2), (2, 1))),
        ((2, 3), (3, 2), ((0, 1), (1, 0))),
    ):
        rule = lambda x, y, axes: np.asarray(np.tensordot(x, y, axes))  # noqa: E731
        whole("tensordot", rule, draw.both(*X)[k], draw.both(*Y)[k], axes=axes)
    whole("cross", cross, draw.both(3)[k], draw.both(3)[k])
    whole("cross", cross, draw.both(2, 3)[k], draw.both(3)[k])
whole("matmul", np.matmul, draw(2, 3), draw.complex(3, 2))
whole("matmul", np.matmul, draw.complex(2, 3), draw(3))
