"""Triangular systems, by halves: one is solved, and taken from the right sides of the other."""

from __future__ import annotations

from riesz_backends.pycuda.algebra.matrix import BLOCK, ROWS, launch, middle, strides
from riesz_backends.pycuda.algebra.product import subtract_product
from riesz_backends.pycuda.arrays.array import Array


def forwards(L: Array, X: Array, unit: bool = False) -> None:
    """Replace X by L^-1 X for stacks of lower triangles L; what is above them is not read.

    `unit`: the diagonal is taken for 1, and not read either.
    """
    n = L.shape[-1]
    if n <= BLOCK:
        _block(L, X, unit)
        return
    k = middle(0, n)
    forwards(L[:, :k, :k], X[:, :k], unit)
    subtract_product(X[:, k:], L[:, k:, :k], X[:, :k])
    forwards(L[:, k:, k:], X[:, k:], unit)


def backwards(U: Array, X: Array, unit: bool = False) -> None:
    """Replace X by U^-1 X for stacks of upper triangles U, which are lower ones from behind."""
    forwards(U[:, ::-1, ::-1], X[:, ::-1], unit)


def _block(L: Array, X: Array, unit: bool) -> None:
    count, n, m = X.shape
    if X.size:
        tiles = -(-m // BLOCK)
        words = [n, m, tiles, unit, *strides(L), *strides(X)]
        launch("triangular", "riesz_triangular_solve", tiles * count, [X, L], words, (BLOCK, ROWS))
