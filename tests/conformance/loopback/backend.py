"""The backends: a device with everything, one without double precision, one with few functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend import Backend, get_backend

from .array import Array, array_type
from .device import Device
from .namespace import PARTS, Namespace, Returning

SINGLE = frozenset({"float32", "complex64"})
DOUBLE = frozenset({"float64", "complex128"})


class Loopback(Backend):
    """The backend of one device."""

    def __init__(
        self,
        name: str,
        double: bool = True,
        parts: tuple[str, ...] = PARTS,
        namespace: type[Namespace] = Namespace,
    ) -> None:
        """`double`: whether it has float64 and complex128; `parts`: of fft, linalg, special."""
        self.name, self.device = name, Device(name, double)
        self.array = array_type(self.device)
        self.array.namespace = namespace(_host(), self.array, parts)
        self.capabilities = SINGLE | frozenset(parts) | (DOUBLE if double else frozenset())

    @property
    def array_types(self) -> tuple[type, ...]:
        return (self.array,)

    @property
    def xp(self) -> Namespace:
        return self.array.namespace

    @property
    def expected_failures(self) -> Any:
        """NumPy's: it computes here; what it makes wider is refused where there is no double."""
        found = get_backend("numpy").expected_failures
        wide = set() if self.device.double else {k for k in found if ":precision_kept:" in k}
        return {key: found[key] for key in found.keys() - wide}

    def to_numpy(self, x: Array) -> np.ndarray:
        """A copy on the host, counted."""
        self.device.transfers.down += 1
        return self.array.unwrap(x).copy()


def _host() -> Any:
    from riesz_backends.numpy.namespace import xp

    return xp


double = Loopback("loopback")
single = Loopback("loopback_single", double=False)
bare = Loopback("loopback_bare", parts=())
returning = Loopback("loopback_returning", namespace=Returning)
