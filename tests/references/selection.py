"""Clipping, off the bounds, and on them: half the derivative, the central difference."""

from declare import pointwise


def clip(x, low, high):
    return min(max(x, low), high)


pointwise("clip", clip, [-3.0, -1.0, 0.25, 4.0], [-2.0, -0.5], [0.5, 2.0])
pointwise("clip", clip, [-2.0, 2.0], [-2.0], [2.0])
