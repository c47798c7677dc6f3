"""CuPy's arrays on NVIDIA GPUs; CuPy is imported when something of it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from riesz_backends.cuda.backend import CudaBackend
from riesz_backends.cupy.extremum import running_argument
from riesz_backends.cupy.library import CUPY, Library
from riesz_backends.cupy.module import RawModule
from riesz_backends.cupy.namespace import Namespace, namespace
from riesz_backends.cupy.sparse import Sparse
from riesz_backends.cupy.unsupported import refusals

if TYPE_CHECKING:
    from riesz.plan.cluster import Cluster
    from riesz_backends.cupy.launcher import Launcher


class CupyBackend(CudaBackend):
    """CuPy's functions and raw kernels, on the current stream and from its memory pool."""

    name = "cupy"
    capabilities = frozenset(
        {"float32", "float64", "complex64", "complex128", "fft", "linalg", "special"}
    )

    def __init__(self, modules: Library = CUPY) -> None:
        """`modules`: the library of the arrays; in tests another one takes CuPy's place."""
        self.modules, self.library = modules, modules.array

    @cached_property
    def kernels(self) -> Mapping[tuple[str, str], Callable[..., Any]]:  # type: ignore[override]
        """What is no function of CuPy's: sparse products, running extrema, what cannot run."""
        return MappingProxyType(
            {
                ("sparse_matmul", "forward"): Sparse(self.modules).product,
                ("running_argument", "forward"): self._running_argument,
                **refusals(self.name),
            }
        )

    def _running_argument(self, x: Any, **static: Any) -> Any:
        return running_argument(self.xp, x, **static)

    @cached_property
    def array_types(self) -> tuple[type, ...]:
        """The class of arrays; none where what is installed under the name is not CuPy."""
        found = getattr(self.modules.arrays, "ndarray", None)
        return () if found is None else (found,)

    @property
    def expected_failures(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        """Results in double precision, and values in which SciPy is not followed."""
        from riesz_backends.cupy.expected import expected_failures

        return expected_failures()

    @property
    def tolerances(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        """Those of the kernels that plans compile, which are pycuda's too."""
        from riesz_backends.cuda.expected import TOLERANCES

        return TOLERANCES

    @cached_property
    def xp(self) -> Namespace:
        """CuPy's functions, with what rules need besides."""
        return namespace(self.modules, lambda: self.launcher)

    def probe(self) -> str | None:
        """Return None, or why there is no GPU to compute on, and what to do."""
        return self.modules.probe()

    def report(self) -> dict[str, str]:
        """Return the device, CUDA and the memory that CuPy's pool holds."""
        return {} if self.probe() is not None else self.modules.report()

    @cache  # noqa: B019  (backends are kept for ever)
    def module(self, source: str) -> RawModule:
        """Return kernels in CUDA C."""
        return RawModule(source, self.array_types, self.modules)

    @cached_property
    def launcher(self) -> Launcher:
        """What launches the kernels of clusters."""
        from riesz_backends.cupy.launcher import Launcher

        return Launcher(self.modules)

    def refusal(self, cluster: Cluster) -> str | None:
        """Return why a cluster is left to single functions, or None."""
        if not hasattr(self.modules.arrays, "RawModule"):
            return f"{self.modules.array} makes no raw kernels"
        return super().refusal(cluster)

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return `x` on the current device; arrays of other GPU libraries are not copied.

        Those offer `__cuda_array_interface__` or, on a CUDA device, `__dlpack__`.
        """
        foreign = not isinstance(x, self.array_types) and not self.takes(x)
        if foreign and hasattr(x, "__dlpack__") and not isinstance(x, np.ndarray | np.generic):
            x = self.modules.arrays.from_dlpack(x)
        return self.modules.arrays.asarray(x, dtype=dtype)

    def takes(self, x: Any) -> bool:
        """Whether `x` lies on a CUDA device and says where."""
        return hasattr(x, "__cuda_array_interface__")

    def to_numpy(self, x: Any) -> np.ndarray[Any, Any]:
        """Return a copy on the host, once the current stream has computed x."""
        return self.modules.to_numpy(x)


backend = CupyBackend()
