"""Products of sparse matrices with dense ones, by cuSPARSE; their places are kept on the device."""

from __future__ import annotations

from copy import copy
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from riesz.sparse_matrix import Pattern
from riesz_backends.cupy.library import Library


class Sparse:
    """The rule of sparse_matmul."""

    def __init__(self, modules: Library) -> None:
        """`modules`: the library of the arrays."""
        self.modules = modules
        self._known: WeakKeyDictionary[Pattern, tuple[Any, Any]] = WeakKeyDictionary()

    def product(self, data: Any, x: Any, *, pattern: Pattern) -> Any:
        """S x for the entries `data` of S at the places of `pattern`; x has one or two axes."""
        xp, dtype = self.modules.arrays, np.result_type(data.dtype, x.dtype)
        if not x.size or not data.size:
            return xp.zeros((pattern.shape[0], *x.shape[1:]), dtype)
        matrix, order = self._by_rows(pattern)
        S = copy(matrix)  # of the matrix, not of its arrays
        S.data = xp.ascontiguousarray(data if order is None else data[order], dtype)
        return S @ xp.asarray(x, dtype)

    def _by_rows(self, pattern: Pattern) -> tuple[Any, Any]:
        """A matrix with these places, and the order of the entries in it, None if they lie so.

        By rows also for a transpose: a product by columns adds up in no fixed order.
        """
        if pattern not in self._known:
            asarray = self.modules.arrays.asarray
            starts, order, columns = pattern.rows
            places = asarray(np.zeros(columns.size, bool)), asarray(columns), asarray(starts)
            matrix = self.modules.part("sparse").csr_matrix(places, shape=pattern.shape)
            matrix.has_canonical_format = not pattern.repeats  # else asked of the device each time
            lies = np.array_equal(order, np.arange(order.size))
            self._known[pattern] = matrix, None if lies else asarray(order)
        return self._known[pattern]
