"""CuPy's raw kernels without a GPU: NumPy's memory in place of the device's, kernels emulated."""

import sys
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import numpy as np
from emulator import Module

from riesz.backend import get_backend
from riesz_backends.cupy import CupyBackend
from riesz_backends.cupy.library import Library

NAME = "cupy_emulated"


class Array(np.ndarray):
    """An array that says where its memory is, as CuPy's do."""

    @property
    def data(self):
        return SimpleNamespace(ptr=self.ctypes.data)


class RawModule:
    """As far as the backend asks; `texts` are those that were compiled."""

    texts: ClassVar[list[str]] = []

    def __init__(self, *, code, options):
        assert options == ("-std=c++17", "--fmad=false")
        self.texts.append(code)
        self.module = Module(code)

    def get_function(self, name):
        kernel = getattr(self.module, name)

        def launch(grid, block, args):  # no stream is given: CuPy takes the current one
            *arrays, structure = args
            assert all(type(x) is Array for x in arrays)
            assert structure.size == 1  # then CuPy passes it by value
            kernel(*(x.view(np.ndarray) for x in arrays), structure[0], grid=grid, block=block)

        return launch


class Emulated(ModuleType):
    """NumPy's functions, whose new arrays are of the class above."""

    RawModule, ndarray = RawModule, Array

    def __getattr__(self, name):
        return getattr(np, name)

    def empty(self, shape, dtype=float):
        return np.empty(shape, dtype).view(Array)

    def asarray(self, x, dtype=None):
        return np.asarray(x, dtype).view(Array)

    def asnumpy(self, x):
        return np.array(x)


class RawCupy(CupyBackend):
    """The backend, its own launcher included."""

    name = NAME

    @property
    def array_types(self):
        return (np.ndarray, np.generic)

    @property
    def expected_failures(self):
        """NumPy's too, which is in CuPy's place."""
        return {**get_backend("numpy").expected_failures, **super().expected_failures}

    def probe(self):
        return None

    def report(self):
        return {"device": "NumPy and an emulator in CuPy's place, not a GPU"}


def raw_cupy():
    """A backend that knows no kernel yet."""
    sys.modules["emulated_cupy"] = Emulated("emulated_cupy")
    return RawCupy(Library("emulated_cupy", "scipy"))
