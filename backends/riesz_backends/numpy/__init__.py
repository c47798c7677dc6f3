"""The reference backend: NumPy calls, no fusion, no cleverness."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from riesz.backend import Backend
from riesz.errors import InvalidType
from riesz_backends.numpy import memory
from riesz_backends.numpy.namespace import xp


class NumpyBackend(Backend):
    """Arrays of NumPy, on the host."""

    name = "numpy"
    library = "numpy"
    array_types = (np.ndarray, np.generic)
    xp = xp
    capabilities = frozenset(
        {"host", "float32", "float64", "complex64", "complex128", "fft", "linalg", "special"}
    )

    @property
    def expected_failures(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        """Results wider than their arguments."""
        from riesz_backends.numpy.expected import expected_failures

        return expected_failures()

    def owns(self, T: type) -> bool:
        """Whether T is an array with an array's arithmetic, as np.matrix and np.ma are not."""
        return super().owns(T) and not issubclass(T, np.matrix | np.ma.MaskedArray)

    def asarray(self, x: Any, dtype: Any = None) -> np.ndarray[Any, Any]:
        """Return `x` as an array of numbers or booleans; raise `InvalidType` for others."""
        y = np.asarray(x, dtype=dtype)
        if y.dtype.kind not in "biufc":
            raise InvalidType(f"An array of numbers is expected, not of dtype {y.dtype}: {x!r:.60}")
        return y


memory.keep()
backend = NumpyBackend()
