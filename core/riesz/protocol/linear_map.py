"""`linear_map`: a linear operator given by two Python callables, such as a stored factorisation."""

from __future__ import annotations

from riesz.space import Space

from .declare import linear


@linear
class linear_map:
    """y = A x by `forward(x)`, with A'a by `transpose(a)`; both on plain arrays of one backend.

    `shape` is the shape of y, `dtype` its dtype, by default that of x. The two callables are each
    other's transpose in Re<., .>, so the adjoint of a symmetric solve is that solve itself.

    >>> import numpy as np, riesz
    >>> M = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> def F(x):
    ...     return riesz.linear_map(x, forward=M.dot, transpose=M.T.dot, shape=(3,))
    >>> riesz.grad(lambda x: np.sum(F(x)))(np.ones(2))
    array([ 9., 12.])
    """

    def forward(xp, x, *, forward, transpose, shape, dtype=None):
        return forward(x)

    def adjoint(xp, a, X, *, forward, transpose, shape, dtype=None):
        return linear_map(
            a, forward=transpose, transpose=forward, shape=X.shape, dtype=dtype and X.dtype
        )

    def metric(X, *, forward, transpose, shape, dtype=None):
        return Space.bare(shape, dtype or X.dtype)
