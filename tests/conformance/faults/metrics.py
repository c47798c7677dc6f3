"""Inner products with one mistake each."""

from riesz.metrics import Weighted
from riesz.metrics.base import point_map


class SharpForgotten(Weighted):
    """The representative of a covector is the covector itself."""

    @point_map
    def solve(self, xp, a):
        return a * 1.0


class NotSymmetric(Weighted):
    """<u, v> is not <v, u>: an entry meets the one before it, but not the one after it."""

    @point_map
    def apply(self, xp, u):
        return (xp.ravel(u) + 0.25 * xp.roll(xp.ravel(u), 1)).reshape(u.shape)

    @point_map
    def solve(self, xp, a):
        n = a.size
        matrix = xp.eye(n, dtype=a.dtype) + 0.25 * xp.roll(xp.eye(n, dtype=a.dtype), 1, axis=0)
        return xp.linalg.solve(matrix, xp.ravel(a)).reshape(a.shape)


class NotPositive(Weighted):
    """<u, u> < 0."""

    @point_map
    def apply(self, xp, u):
        return -2.0 * u

    @point_map
    def solve(self, xp, a):
        return -0.5 * a
