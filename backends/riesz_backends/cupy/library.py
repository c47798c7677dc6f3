"""`Library`: the modules of CuPy by name, imported one at a time, and whether they can run here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

OLDEST = (13, 0)  # the first for NumPy 2
INSTALL = "pip install 'riesz[cuda13]', or 'riesz[cuda12]' where `nvidia-smi` shows CUDA 12"


@dataclass(frozen=True)
class Library:
    """Where arrays and their functions are found: `array`, and SciPy's counterpart `scipy`."""

    array: str
    scipy: str

    @property
    def arrays(self) -> Any:
        """The module of arrays."""
        return import_module(self.array)

    def part(self, name: str) -> Any:
        """SciPy's counterpart of fft, linalg, special."""
        return import_module(f"{self.scipy}.{name}")

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """A copy on the host."""
        copy: np.ndarray[Any, Any] = self.arrays.asnumpy(x)
        return copy

    def probe(self) -> str | None:
        """Why there is nothing to compute on: no CuPy, too old a one, no driver, no device."""
        try:
            module = self.arrays
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != self.array:
                return f"CuPy is broken: {error}. Install it again: {INSTALL}."
            return f"CuPy is not installed. Install it with {INSTALL}."
        except ImportError as error:
            return f"CuPy does not load: {error}. Install it again: {INSTALL}."
        if _version(module.__version__) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            return (
                f"CuPy {module.__version__} is too old; {oldest} is needed. Install it: {INSTALL}."
            )
        return _no_device(module.cuda.runtime)

    def report(self) -> dict[str, str]:
        """What `riesz doctor` shows."""
        runtime, pool = self.arrays.cuda.runtime, self.arrays.get_default_memory_pool()
        device = runtime.getDeviceProperties(self.arrays.cuda.Device().id)
        return {
            "device": f"{device['name'].decode()}, {device['totalGlobalMem'] / 2**30:.0f} GiB",
            "driver": f"CUDA {cuda_version(runtime.driverGetVersion())}",
            "runtime": f"CUDA {cuda_version(runtime.runtimeGetVersion())}",
            "memory pool": f"{pool.total_bytes() / 2**20:.0f} MiB held",
        }


def _no_device(runtime: Any) -> str | None:
    """Why there is no device, by the driver's and the runtime's own words."""
    driver, needed = runtime.driverGetVersion(), runtime.runtimeGetVersion()
    if not driver:
        return "There is no NVIDIA driver: `nvidia-smi` should list a GPU. Install the driver."
    if driver // 1000 < needed // 1000:
        return (
            f"The NVIDIA driver is too old: it is for CUDA {cuda_version(driver)}, CuPy for CUDA "
            f"{cuda_version(needed)}. Update the driver, or install {INSTALL}."
        )
    try:
        devices = runtime.getDeviceCount()
    except runtime.CUDARuntimeError as error:
        return f"CUDA does not start: {error}. Check it with `nvidia-smi`."
    if not devices:
        return "There is no CUDA device. Check `nvidia-smi` and CUDA_VISIBLE_DEVICES."
    return None


def cuda_version(number: int) -> str:
    """13020 as 13.2."""
    return f"{number // 1000}.{number % 1000 // 10}"


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


CUPY = Library("cupy", "cupyx.scipy")
