"""`riesz.sparse(S)`: a sparse matrix of SciPy that traced values can be multiplied by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .backend import select_backend
from .errors import InvalidType, InvalidValue, MissingExtra
from .operators.hermitian import conj
from .operators.sparse import product


@dataclass(frozen=True, eq=False)
class Pattern:
    """The places of the entries, by compressed rows (or columns, if not `by_rows`)."""

    indices: Any
    starts: Any
    shape: tuple[int, int]
    by_rows: bool = True

    @property
    def kind(self) -> str:
        """The name of SciPy's class of such matrices."""
        return "csr_array" if self.by_rows else "csc_array"

    def matrix(self, cls: Any, data: Any) -> Any:
        """The matrix of SciPy's class `cls` with these entries."""
        return cls((data, self.indices, self.starts), shape=self.shape)

    @cached_property
    def T(self) -> Pattern:
        """The places in the transpose, whose entries lie in the same order; made once."""
        return Pattern(self.indices, self.starts, self.shape[::-1], not self.by_rows)

    @cached_property
    def _copies(self) -> dict[str, Any]:
        return {}

    def places_beside(self, x: Any) -> Any:
        """The row and the column of each entry where x lies, moved there once."""
        backend = select_backend(x)
        if backend.name not in self._copies:
            self._copies[backend.name] = tuple(map(backend.xp.asarray, self.places))
        return self._copies[backend.name]

    @property
    def places(self) -> tuple[Any, Any]:
        """The row and the column of each entry."""
        outer = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        return (outer, self.indices) if self.by_rows else (self.indices, outer)

    @property
    def rows(self) -> tuple[Any, Any, Any]:
        """Where each row begins, in the order of rows and columns; that order; the columns."""
        rows, columns = self.places
        order = np.lexsort((columns, rows))
        starts = np.searchsorted(rows[order], np.arange(self.shape[0] + 1))
        return starts, order, columns[order]

    @property
    def repeats(self) -> bool:
        """Whether several entries are at one place."""
        row, column = (v[self.rows[1]] for v in self.places)
        return bool(np.any((np.diff(row) == 0) & (np.diff(column) == 0)))


def scipy_sparse() -> Any:
    """scipy.sparse; raises MissingExtra without SciPy."""
    try:
        import scipy.sparse
    except ModuleNotFoundError as error:
        raise MissingExtra("riesz.sparse", "scipy", "scipy") from error
    return scipy.sparse


class SparseMatrix:
    """S in `S @ x` and `x @ S`, x of one or two axes; made by `riesz.sparse`."""

    __slots__ = ("_copies", "data", "pattern")
    __array_ufunc__ = None  # so that `array @ S` asks us

    def __init__(self, data: Any, pattern: Pattern, copies: dict[str, Any] | None = None) -> None:
        """The entries, in the order of the pattern; what was copied of them to devices, if any."""
        self.data, self.pattern = data, pattern
        self._copies = {} if copies is None else copies

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.pattern.shape

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self.data.dtype

    @property
    def T(self) -> SparseMatrix:
        """The transpose; nothing is copied."""
        return SparseMatrix(self.data, self.pattern.T, self._copies)

    def conj(self) -> SparseMatrix:
        """The complex conjugate."""
        return SparseMatrix(conj(self.data), self.pattern)

    @property
    def H(self) -> SparseMatrix:
        """The conjugate transpose."""
        return self.T.conj()

    def __matmul__(self, x: Any) -> Any:
        """S x."""
        x = np.asarray(x) if isinstance(x, list | tuple) else x
        ndim = getattr(x, "ndim", 0)
        if ndim not in (1, 2) or x.shape[0] != self.shape[1]:
            raise InvalidValue(
                f"A sparse matrix of shape {self.shape} is multiplied by an array of shape "
                f"{getattr(x, 'shape', ())}; a vector of {self.shape[1]} entries or a matrix of as "
                "many rows is expected. Reshape it to one or two axes."
            )
        return product(self._beside(x), x, self.pattern)

    def _beside(self, x: Any) -> Any:
        """The entries where x lies: a matrix of SciPy is put on a device when first used there."""
        backend = select_backend(x)
        if not isinstance(self.data, np.ndarray) or backend.owns(np.ndarray):
            return self.data
        if backend.name not in self._copies:
            self._copies[backend.name] = backend.asarray(self.data)
        return self._copies[backend.name]

    def __rmatmul__(self, x: Any) -> Any:
        """x S."""
        x = np.asarray(x) if isinstance(x, list | tuple) else x
        return self.T @ x if getattr(x, "ndim", 0) == 1 else (self.T @ x.T).T

    dot = __matmul__

    def __repr__(self) -> str:
        """Shape, dtype and number of stored entries."""
        return f"<riesz.sparse of shape {self.shape}, {self.dtype}, {self.data.shape[0]} entries>"


def sparse(S: Any, data: Any = None) -> SparseMatrix:
    """A sparse matrix (or array) of SciPy, of any format, whose products are differentiated.

    `riesz.sparse(S) @ x` and `x @ riesz.sparse(S)`, for x of one or two axes, on traced and plain
    arrays; the entries of S are constants. With `data`, maybe traced, they are replaced by it, in
    the order of `S.data`, and differentiated too: S must then be CSR, CSC or COO.

    Raises MissingExtra without SciPy, InvalidType for what is not sparse or not one of those.

    >>> import numpy as np, scipy.sparse, riesz
    >>> D = riesz.sparse(scipy.sparse.diags_array([1.0, 2.0]))
    >>> riesz.grad(lambda x: np.sum((D @ x) ** 2))(np.ones(2))
    array([2., 8.])
    """
    if isinstance(S, SparseMatrix):
        return S if data is None else SparseMatrix(_fitting(data, S.data), S.pattern)
    if not scipy_sparse().issparse(S):
        raise InvalidType(
            f"riesz.sparse was given a {type(S).__name__}; a sparse matrix or array of "
            "scipy.sparse is expected. A dense array is multiplied as it is: S @ x."
        )
    if S.ndim != 2 or S.dtype.kind not in "biufc":
        raise InvalidType(
            f"riesz.sparse was given shape {S.shape} and dtype {S.dtype}; a matrix of numbers is "
            "expected."
        )
    if data is None:
        S = S if S.format in ("csr", "csc") else S.tocsr()
        return SparseMatrix(_numbers(S.data), _pattern(S))
    return _with_entries(S, _fitting(data, getattr(S, "data", np.zeros(()))))


def _with_entries(S: Any, data: Any) -> SparseMatrix:
    if S.format in ("csr", "csc"):
        return SparseMatrix(data, _pattern(S))
    if S.format != "coo":
        raise InvalidType(
            f"riesz.sparse(S, data=...) was given the format {S.format!r}; the order of its "
            "entries is that of CSR, CSC or COO only. Convert it: S.tocsr()."
        )
    order = np.lexsort((S.col, S.row))
    starts = np.concatenate(([0], np.cumsum(np.bincount(S.row, minlength=S.shape[0]))))
    return SparseMatrix(np.take(data, order), Pattern(S.col[order], starts, S.shape))


def _pattern(S: Any) -> Pattern:
    return Pattern(S.indices, S.indptr, S.shape, S.format == "csr")


def _numbers(data: Any) -> Any:
    return data.astype(float) if data.dtype.kind in "biu" else data


def _fitting(data: Any, expected: Any) -> Any:
    data = data if hasattr(data, "dtype") else np.asarray(data, float)
    if data.shape != expected.shape:
        raise InvalidValue(
            f"riesz.sparse was given data of shape {data.shape} for a matrix that stores entries "
            f"of shape {expected.shape}. Give one number for each, in the order of S.data."
        )
    return data
