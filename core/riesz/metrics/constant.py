"""A constant of a metric: an array in float64, and in the precision of each point it meets."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.metrics.base import DType, real_dtype


class Constant:
    """A read-only array, cast once to each precision so that float32 points stay float32."""

    def __init__(self, value: Any) -> None:
        """Keep `value`, which the caller gives away."""
        value = np.asarray(value)
        value.flags.writeable = False
        self.value: np.ndarray[Any, Any] = value
        self._casts: dict[DType, np.ndarray[Any, Any]] = {value.dtype: value}

    def like(self, u: Any) -> np.ndarray[Any, Any]:
        """The constant in the precision of the point `u`, real if it is real."""
        return self.as_dtype(u.dtype)

    def as_dtype(self, dtype: DType) -> np.ndarray[Any, Any]:
        """The constant in the precision of `dtype`, real if it is real."""
        target = real_dtype(dtype) if self.value.dtype.kind == "f" else dtype
        if target not in self._casts:
            with np.errstate(over="ignore"):  # `refuse` says so at declaration
                self._casts[target] = self.value.astype(target)
            self._casts[target].flags.writeable = False
        return self._casts[target]

    def refuse(self, dtype: DType, noun: str) -> None:
        """Raise InvalidValue where a positive entry is zero or infinite in this precision."""
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
        """The entries, hashable: equal arrays have equal keys."""
        entries = np.ascontiguousarray(self.value)
        digest = hashlib.blake2b(entries.view(np.uint8).data, digest_size=16).digest()
        return entries.shape, entries.dtype.str, digest
