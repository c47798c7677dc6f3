"""Arrays that kernels read again and again (roots of unity): copied to the device once and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import device

ROOM = 1 << 26  # bytes kept on a device; what was not used for longest gives way
_lock = threading.RLock()


def constant(key: Hashable, make: Callable[[], np.ndarray[Any, Any]]) -> Array:
    """The array that `make()` gives, made when its key is first asked for."""
    kept = device().constants
    with _lock:
        if key not in kept:
            kept[key] = Array.of(make())
            while len(kept) > 1 and sum(x.nbytes for x in kept.values()) > ROOM:
                kept.popitem(last=False)
        kept.move_to_end(key)
        found: Array = kept[key]
        return found


def roots(n: int, k: Any) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """e^(-2 pi i k / n) for integers k, each part to half a unit in the last place or so.

    The nearest quarter turn is taken off in integers, so that no angle is beyond pi / 4.
    """
    k = np.asarray(k, np.int64) % n
    quarters = (4 * k + n // 2) // n
    angle = np.pi / 2 * ((4 * k - quarters * n) / n)
    turned: Any = (np.cos(angle) - 1j * np.sin(angle)) * np.array([1, -1j, -1, 1j])[quarters % 4]
    return turned  # type: ignore[no-any-return]
