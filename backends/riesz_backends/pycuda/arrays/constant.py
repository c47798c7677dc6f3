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
