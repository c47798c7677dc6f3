"""Arrays in the memory of an NVIDIA GPU, with kernels in CUDA C of our own, launched by PyCUDA."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.backend.base import Backend, route
from riesz.errors import InvalidType

if TYPE_CHECKING:
    from riesz_backends.native.cache import Cache

INSTALL = "pip install 'riesz[pycuda]', which needs the CUDA toolkit and a C++ compiler"


class PycudaBackend(Backend):
    """Every kernel our own: printed elementwise functions, reductions, scans, copies, products."""

    name = "pycuda"
    library = "riesz_backends.pycuda.array"
    capabilities = frozenset({"float32", "float64", "complex64", "complex128"})

    @property
    def array_types(self) -> tuple[type, ...]:
        """The type of arrays on the device."""
        from riesz_backends.pycuda.array import Array

        return (Array,)

    @property
    def xp(self) -> Any:
        """NumPy's names, for what there are kernels for."""
        from riesz_backends.pycuda.namespace import xp

        return xp

    def probe(self) -> str | None:
        """Return None, or what is missing."""
        if importlib.util.find_spec("pycuda") is None:
            return f"PyCUDA is not installed. {INSTALL}."
        try:
            import pycuda.driver as driver

            driver.init()
            count = driver.Device.count()
        except ImportError as error:
            return f"there is no CUDA driver ({error})"
        except Exception as error:  # PyCUDA's own, of which there is no class without a driver
            return f"there is no CUDA device ({error})"
        if not count:
            return "there is no CUDA device"
        return None if shutil.which("nvcc") else "nvcc is not on the PATH: install the CUDA toolkit"

    def report(self) -> dict[str, str]:
        """Return the device, the compiler and the cache."""
        if self.probe() is not None:
            return {}
        from pycuda import VERSION_TEXT
        from riesz_backends.pycuda.device import device

        major, minor = device().capability
        return {
            "device": f"{device().name} (compute capability {major}.{minor})",
            "PyCUDA": VERSION_TEXT,
            "driver": f"CUDA {device().driver_version}",
            "compiler": device().compiler.strip().splitlines()[-1],
            "cache": str(device().cache.folder),
        }

    def route(self) -> str:
        """Return on what its kernels run here."""
        return route(self.probe(), lambda: self.report()["device"])

    def cache(self) -> Cache | None:
        """Return the folder of compiled kernels."""
        if self.probe() is not None:
            return None
        from riesz_backends.pycuda.device import device

        return device().cache

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return host data as an array on the device; `InvalidType` for what is no number."""
        if type(x) in self.array_types:
            return self.xp.asarray(x, dtype=dtype)
        y = np.asarray(x, dtype=dtype)
        if y.dtype.kind not in "biufc":
            raise InvalidType(f"An array of numbers is expected, not of dtype {y.dtype}: {x!r:.60}")
        return self.xp.asarray(y)

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return a copy on the host."""
        copy: np.ndarray[Any, Any] = x.get()
        return copy


backend = PycudaBackend()
