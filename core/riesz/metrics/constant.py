"""A constant of a metric: an array, and its copies in the precision and on the backend of a point.

A metric belongs to no backend: its constants are put on a backend when they first meet a point of
it. Points are never moved.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.metrics.base import DType, backend_at, cast, real_dtype


class Constant:
    """A read-only array, copied once for each kind of point, so that float32 points stay float32.

    It may also be an array of a device or a traced value, which are used as they are.
    """

    def __init__(self, value: Any) -> None:
        """Keep `value`, which the caller gives away."""
        self.on_host = isinstance(value, np.ndarray | np.generic | float | int | list)
        if self.on_host:
            value = np.asarray(value)
            value.flags.writeable = False
        self.value: Any = value
        self._copies: dict[Any, Any] = {}

    def like(self, u: Any) -> Any:
        """The constant on the backend of the point `u` and in its precision, real if it is real."""
        found = self._copies.get((u.__class__, u.dtype))
        return self._place(u) if found is None else found

    def _place(self, u: Any) -> Any:
        from riesz.backend import asarray  # backends are found above this layer

        if not self.on_host:
            return cast(self.value, self._in(u.dtype))
        backend = backend_at(u)
        key = backend.name, self._in(u.dtype)
        if key not in self._copies:
            self._copies[key] = asarray(self.as_dtype(u.dtype), backend=backend.name)
        if backend.owns(u.__class__):  # so a traced value asks each time
            self._copies[u.__class__, u.dtype] = self._copies[key]
        return self._copies[key]

    def as_dtype(self, dtype: DType) -> Any:
        """The constant in the precision of `dtype`, real if it is real."""
        target = self._in(dtype)
        if target == self.value.dtype or not self.on_host:
            return cast(self.value, target)
        if target not in self._copies:
            with np.errstate(over="ignore"):  # `refuse` says so at declaration
                self._copies[target] = self.value.astype(target)
            self._copies[target].flags.writeable = False
        return self._copies[target]

    def refuse(self, dtype: DType, noun: str) -> None:
        """Raise InvalidValue where a positive entry is zero or infinite in this precision."""
        if not self.on_host:
            return
        there = self.as_dtype(dtype)
        bad = ~(np.isfinite(there) & (there > 0))
        if bad.any():
            worst = self.value[bad].flat[0]
            raise InvalidValue(
                f"the {noun} {worst:g} is {there[bad].flat[0]:g} in {there.dtype}, the precision "
                f"of the space. Rescale it, or declare the space with float64."
            )

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The entries, hashable: equal arrays have equal keys. Off the host: the array itself."""
        if not self.on_host:
            return (id(self.value),)
        entries = np.ascontiguousarray(self.value)
        digest = hashlib.blake2b(entries.view(np.uint8).data, digest_size=16).digest()
        return entries.shape, entries.dtype.str, digest

    def __getstate__(self) -> dict[str, Any]:
        return {"on_host": self.on_host, "value": self.value, "_copies": {}}

    def _in(self, dtype: DType) -> DType:
        return real_dtype(dtype) if self.value.dtype.kind == "f" else dtype
