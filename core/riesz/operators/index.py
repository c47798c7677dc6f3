"""Indexing and its transpose."""

from __future__ import annotations

from typing import Any

from ..front import implements
from ..protocol import linear
from ..space import Space


@linear
class scatter:
    """z = 0, z[index] += a: the transpose of indexing."""

    def forward(xp, a, *, index, shape):
        return xp.scatter(a, index, shape)

    def adjoint(xp, z, A, *, index, shape):
        return z[index]

    def metric(A, *, index, shape):
        return Space.bare(shape, A.dtype)
