"""A `Kernel`: a cluster as a compiled function on arrays."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.plan.cluster import Cluster
from riesz_backends.native.library import libraries
from riesz_backends.native.program import address, driver, pack
from riesz_backends.native.source import Source

Arrays = tuple[Any, ...]
# What the driver answers, see driver.c. The rest can be mended by a copy of an operand.
EMPTY, STRIDED, ACROSS, MEMORY = 6, 7, 8, 9
LATER = {STRIDED: (1, "strided"), ACROSS: (2, "across")}  # built when first needed, and where to


class Kernel:
    """`kernel(out, x)` computes the results of a cluster from arrays of any strides.

    It may be called from several threads at once, and lets the interpreter run meanwhile.
    """

    __slots__ = ("_program", "_run", "address", "cluster", "source")

    def __init__(self, cluster: Cluster, source: Source) -> None:
        """Load the contiguous version, which is built if it is new."""
        self.cluster, self.source = cluster, source
        self._program = pack(cluster, source, libraries.load(source.contiguous))
        self.address, self._run = ctypes.addressof(self._program), driver().riesz_run

    def __call__(self, out: Arrays, x: Arrays) -> None:
        """Compute the results into `out`, which overlaps no operand."""
        answer = self._run(self.address, out, x)
        if answer:
            self._mend(answer % 16, out, x)

    def _mend(self, answer: int, out: Arrays, x: Arrays) -> None:
        """Do what the driver lacks, then run it again."""
        if answer not in LATER:
            self._raise(answer)
            out, x = self._checked(out), self._converted(x)
            answer = self._run(self.address, out, x) % 16
        while answer:
            self.build(answer)
            answer = self._run(self.address, out, x) % 16

    def build(self, answer: int) -> None:
        """The version that the driver lacks; raises where its answer is another one."""
        if answer not in LATER:
            self._raise(answer)
            raise InvalidType(f"{self!r} was given what it cannot take (reason {answer}).")
        place, version = LATER[answer]
        library = libraries.load(getattr(self.source, version))
        self._program[place] = address(library, "riesz_loops")

    def _raise(self, answer: int) -> None:
        if answer == EMPTY:
            raise InvalidValue("An empty array has no maximum or minimum.")
        if answer == MEMORY:
            raise MemoryError("No memory for the partial results of a sum.")

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

    def _checked(self, out: Arrays) -> Arrays:
        results = self.cluster.results
        if len(out) != len(results):
            raise InvalidValue(f"The kernel has {len(results)} result(s), not {len(out)}.")
        for i, (array, result) in enumerate(zip(out, results, strict=True)):
            wanted = (result.shape(self.cluster.domain), result.dtype)
            if type(array) is not np.ndarray or (array.shape, array.dtype) != wanted:
                raise InvalidType(f"Result {i} needs an array of shape and dtype {wanted}.")
            if not (array.flags.aligned and array.flags.writeable):
                raise InvalidType(f"Result {i} needs an aligned array that can be written to.")
        return tuple(out)

    def __repr__(self) -> str:
        return f"<kernel {len(self.cluster.loads)} -> {len(self.cluster.results)}>"
