"""A `Kernel`: a cluster as a compiled function on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from riesz.errors import InvalidType, InvalidValue
from riesz.plan.cluster import Cluster
from riesz_backends.native.library import libraries
from riesz_backends.native.program import address, driver, pack
from riesz_backends.native.source import Source

Arrays = tuple[Any, ...]
STRIDED_PLACE = 1  # of the strided version in the program
# What the driver answers, see driver.c; the rest can be mended by a copy of an operand.
EMPTY, STRIDED, MEMORY = 6, 7, 8


class Kernel:
    """`kernel(out, x)` computes the results of a cluster from arrays of any strides.

    It may be called from several threads at once, and lets the interpreter run meanwhile.
    """

    __slots__ = ("_address", "_program", "_run", "cluster", "source")

    def __init__(self, cluster: Cluster, source: Source) -> None:
        """Load the contiguous version, which is built if it is new."""
        self.cluster, self.source = cluster, source
        self._program = pack(cluster, libraries.load(source.contiguous), source.cost)
        self._address, self._run = _address_of(self._program), driver().riesz_run

    def __call__(self, out: Arrays, x: Arrays) -> None:
        """Compute the results into `out`, which overlaps no operand."""
        answer = self._run(self._address, out, x)
        if answer:
            self._mend(answer % 16, out, x)

    def _mend(self, answer: int, out: Arrays, x: Arrays) -> None:
        """Do what the driver lacks, then run it again."""
        if answer == STRIDED:
            strided = libraries.load(self.source.strided)
            self._program[STRIDED_PLACE] = address(strided, "riesz_loops")
        elif answer == EMPTY:
            raise InvalidValue("An empty array has no maximum or minimum.")
        elif answer == MEMORY:
            raise MemoryError("No memory for the partial results of a sum.")
        else:
            x = self._converted(x)
            self._check(out)
        again = self._run(self._address, tuple(out), x)
        if again and answer != STRIDED and again % 16 == STRIDED:
            self._mend(STRIDED, out, x)
        elif again:
            self(out, x) if answer == STRIDED else self._refuse(out)

    def _converted(self, x: Arrays) -> Arrays:
        """The operands as aligned arrays of the dtypes and shapes that were compiled."""
        loads = self.cluster.loads
        if len(x) != len(loads):
            raise InvalidValue(f"The kernel takes {len(loads)} operand(s), not {len(x)}.")
        arrays = []
        for i, (xi, load) in enumerate(zip(x, loads, strict=True)):
            array = np.require(np.asarray(xi), load.dtype, "A").view(np.ndarray)
            if array.shape != load.shape:
                raise InvalidValue(
                    f"Operand {i} has shape {array.shape}; compiled for shape {load.shape}."
                )
            arrays.append(array.view(load.dtype))
        return tuple(arrays)

    def _check(self, out: Arrays) -> None:
        results = self.cluster.results
        if len(out) != len(results):
            raise InvalidValue(f"The kernel has {len(results)} result(s), not {len(out)}.")
        for i, (array, result) in enumerate(zip(out, results, strict=True)):
            wanted = (result.shape(self.cluster.domain), result.dtype)
            if type(array) is not np.ndarray or (array.shape, array.dtype) != wanted:
                raise InvalidType(f"Result {i} needs an array of shape and dtype {wanted}.")
            if not (array.flags.aligned and array.flags.writeable):
                raise InvalidType(f"Result {i} needs an aligned array that can be written to.")

    def _refuse(self, out: Arrays) -> None:
        raise InvalidType(f"The arrays do not fit the kernel {self!r}: results {out!r:.200}.")

    def __repr__(self) -> str:
        return f"<kernel {len(self.cluster.loads)} -> {len(self.cluster.results)}>"


def _address_of(table: Any) -> int:
    import ctypes

    return ctypes.addressof(table)
