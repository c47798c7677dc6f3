"""Frames of zeros."""

from declare import Numbers, filled, whole

draw = Numbers("padding")


def zero_pad(x, width):
    y = filled([n + i + j for n, (i, j) in zip(x.shape, width, strict=True)])
    y[(*(slice(i, i + n) for n, (i, _) in zip(x.shape, width, strict=True)), ...)] = x
    return y


for X, width in (((), ()), ((3,), ((1, 2),)), ((2, 3), ((0, 0), (2, 1))), ((0,), ((1, 1),))):
    for x in draw.both(*X):
        whole("zero_pad", zero_pad, x, width=width)
