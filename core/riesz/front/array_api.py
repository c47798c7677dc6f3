"""The namespace of the array API standard, 2025.12, for traced and plain arrays.

NumPy's own functions are the standard's, but for the few here that NumPy spells otherwise or that
do not ask their arguments what they are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.backend.selection import is_traced

from .namespace import TracedNamespace

if TYPE_CHECKING:
    from riesz.backend import Backend


class ArrayAPI(TracedNamespace):
    """What `x.__array_namespace__()` returns."""

    __array_api_version__ = np.__array_api_version__

    def __array_namespace_info__(self) -> Any:
        """NumPy's, whose dtypes and devices these are."""
        return np.__array_namespace_info__()

    def asarray(
        self, obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None
    ) -> Any:
        """obj as an array; a traced value stays traced, and there is no need to copy it."""
        if not is_traced(obj):
            asked = {"dtype": dtype, "device": device, "copy": copy}
            return self._backend.xp.asarray(
                obj, **{k: v for k, v in asked.items() if v is not None}
            )
        return obj if dtype is None or obj.dtype == dtype else obj.astype(dtype)

    def astype(self, x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
        """x in another dtype."""
        return x.astype(dtype)

    def full(self, shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Any:
        """An array of one value, which may be traced."""
        if not is_traced(fill_value):
            asked = {} if device is None else {"device": device}
            return self._backend.xp.full(shape, fill_value, dtype=dtype, **asked)
        return np.broadcast_to(self.asarray(fill_value, dtype=dtype), shape)

    def clip(self, x: Any, /, min: Any = None, max: Any = None) -> Any:
        """x between two bounds, of which either may be missing."""
        return x if min is None and max is None else np.clip(x, min, max)

    def sort(
        self, x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True
    ) -> Any:
        """x in order along an axis."""
        y = np.sort(x, axis=axis)
        return np.flip(y, axis=axis) if descending else y

    def argsort(
        self, x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True
    ) -> Any:
        """The places of x in order along an axis; equal entries keep their order."""
        if not descending:
            return np.argsort(x, axis=axis, stable=True)
        last = np.argsort(np.flip(x, axis=axis), axis=axis, stable=True)
        return np.flip(x.shape[axis] - 1 - last, axis=axis)


@cache
def array_api(backend: Backend) -> ArrayAPI:
    """The one of a backend."""
    return ArrayAPI(backend)
