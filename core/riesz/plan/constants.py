"""Arrays that a program takes from outside, as they were when it met them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import InvalidValue

SMALL = 1 << 16  # bytes up to which a constant is copied


class Constants:
    """The nodes of constants: one for an array, another one once its entries have changed."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        """`make(array)` is the node of a constant."""
        self.make = make
        self.known: dict[int, tuple[Any, int, Any]] = {}

    def node(self, x: Any) -> Any:
        """The node of x: of a copy where x is small and may change."""
        found = self.known.get(id(x))
        mark = _checksum(x) if found is not None and found[1] else _mark(x)
        if found is None or found[1] != mark:
            if found is not None and x.nbytes > SMALL:
                _changed(x)
            copied = mark != 0 and x.nbytes <= SMALL
            found = (x, mark, self.make(x.copy() if copied else x))  # x is kept: ids are used again
            self.known[id(x)] = found
        return found[2]

    def check(self) -> None:
        """Raise InvalidValue where a large one has changed since it was met."""
        for x, mark, _ in self.known.values():
            if mark and x.nbytes > SMALL and _checksum(x) != mark:
                _changed(x)


def _mark(x: Any) -> int:
    """A checksum of what may change, 0 for what may not."""
    return _checksum(x) if isinstance(x, np.ndarray) and x.flags.writeable else 0


def _checksum(x: Any) -> int:
    """Also of an array that a derivative holds read-only for a while, which is no change."""
    return 1 + zlib.crc32(np.ascontiguousarray(x).reshape(-1).view(np.uint8).data)


def _changed(x: Any) -> None:
    raise InvalidValue(
        f"An array of shape {x.shape}, dtype {x.dtype}, that a compiled function takes from "
        "outside was changed in place while the function was recorded; the plan cannot hold both "
        "versions. Use a new array instead of changing this one, or pass it as an argument."
    )
