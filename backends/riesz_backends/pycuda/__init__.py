"""Arrays in the memory of an NVIDIA GPU, with kernels in CUDA C of our own, launched by PyCUDA."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz.errors import InvalidType
from riesz_backends.cuda.backend import CudaBackend
from riesz_backends.pycuda.operators import KERNELS

if TYPE_CHECKING:
    from riesz.backend.cache import Cache
    from riesz.backend.module import Module
    from riesz_backends.cuda.kernel import Driver

INSTALL = "pip install 'riesz[pycuda]', which needs the CUDA toolkit and a C++ compiler"


class PycudaBackend(CudaBackend):
    """Every kernel our own: printed elementwise functions, reductions, scans, copies, products."""

    name = "pycuda"
    library = "riesz_backends.pycuda.arrays.array"
    capabilities = frozenset(
        {"float32", "float64", "complex64", "complex128", "fft", "linalg", "special"}
    )
    kernels: Mapping[tuple[str, str], Callable[..., Any]] = MappingProxyType(KERNELS)

    @property
    def array_types(self) -> tuple[type, ...]:
        """The type of arrays on the device."""
        from riesz_backends.pycuda.arrays.array import Array

        return (Array,)

    @property
    def tolerances(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        """Where a check asks for more digits than a difference leaves."""
        from riesz_backends.cuda.expected import TOLERANCES

        return TOLERANCES

    @property
    def expected_failures(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        """Dtypes and values in which SciPy is followed, or is not."""
        from riesz_backends.cuda.expected import expected_failures

        return expected_failures()

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

    def cache(self) -> Cache | None:
        """Return the folder of compiled kernels."""
        if self.probe() is not None:
            return None
        from riesz_backends.pycuda.device import device

        return device().cache

    def module(self, source: str) -> Module:
        """Return kernels in CUDA C."""
        from riesz_backends.pycuda.module import CudaModule

        return CudaModule(source, self.array_types)

    @property
    def launcher(self) -> Driver:
        """What launches the kernels of clusters."""
        from riesz_backends.pycuda.launcher import launcher

        return launcher

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return `x` on the device; arrays of other GPU libraries are not copied.

        Those offer `__cuda_array_interface__`. `InvalidType` for what is no number.
        """
        if self.takes(x):
            from riesz_backends.pycuda.arrays.foreign import seen

            x = x if type(x) in self.array_types else seen(x)
            return self.xp.asarray(x, dtype=dtype)
        y = np.asarray(x, dtype=dtype)
        if y.dtype.kind not in "biufc":
            raise InvalidType(f"An array of numbers is expected, not of dtype {y.dtype}: {x!r:.60}")
        return self.xp.asarray(y)

    def takes(self, x: Any) -> bool:
        """Whether `x` lies on a CUDA device and says where."""
        return hasattr(x, "__cuda_array_interface__")

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return a copy on the host."""
        copy: np.ndarray[Any, Any] = x.get()
        return copy


backend = PycudaBackend()
