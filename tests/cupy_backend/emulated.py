"""The CuPy backend with NumPy in CuPy's place: its own code runs, and no GPU does."""

from dataclasses import dataclass, field

import numpy as np

from riesz_backends.cupy import CupyBackend
from riesz_backends.cupy.library import Library

NAME = "cupy on numpy (emulated)"


@dataclass(frozen=True)
class NumpyForCupy(Library):
    """NumPy and SciPy, asked as CuPy is."""

    asked: set = field(default_factory=set, compare=False)

    def to_numpy(self, x):
        return np.array(x)

    def probe(self):
        return None

    def report(self):
        return {"device": "NumPy in CuPy's place, not a GPU"}


class CupyOnNumpy(CupyBackend):
    """A column of its own in a report, which counts for no GPU."""

    name = NAME

    def __init__(self):
        super().__init__(NumpyForCupy("numpy", "scipy"))

    @property
    def array_types(self):
        return (np.ndarray, np.generic)

    @property
    def expected_failures(self):
        from riesz_backends.numpy.expected import expected_failures

        return expected_failures()
