"""NumPy's arrays, and a plan's clusters as C built by the system's compiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from riesz.errors import BackendUnavailable, RieszError, UnsupportedOperator
from riesz_backends.numpy import NumpyBackend

if TYPE_CHECKING:
    from ctypes import CDLL

    from riesz.backend.cache import Cache
    from riesz.plan.cluster import Cluster
    from riesz.plan.repetition import Call
    from riesz_backends.native.kernel import Kernel

SCALAR = "none (glibc's libmvec was not found): exp, sin and their like run one number at a time"


class NativeBackend(NumpyBackend):
    """NumPy for single steps, C for clusters of them."""

    name = "native"

    def probe(self) -> str | None:
        """Return None, or what to install."""
        from riesz_backends.native.library import libraries

        try:
            libraries.toolchain  # noqa: B018
        except BackendUnavailable as error:
            return str(error)
        except RieszError as error:
            return f"The C compiler does not work. {error}"
        return None

    def report(self) -> dict[str, str]:
        """Return the compiler, its vector functions, the threads and the cache."""
        from riesz_backends.native.library import libraries

        if self.probe() is not None:
            return {}
        tool = libraries.toolchain
        vector = f"{len(tool.vector)} functions of {tool.library}" if tool.vector else SCALAR
        threads = str(self.threads()) if tool.threads else "1: the compiler has no OpenMP"
        return {
            "compiler": f"{' '.join(tool.compiler.command)} ({tool.compiler.version})",
            "flags": " ".join(tool.flags),
            "vector math": vector,
            "threads": threads,
            "cache": _described(libraries.cache),
        }

    def cache(self) -> Cache:
        """Return the folder of compiled kernels."""
        from riesz_backends.native.library import libraries

        return libraries.cache

    def threads(self) -> int:
        """Return the largest number of threads of a kernel, which OMP_NUM_THREADS sets."""
        from riesz_backends.native.program import driver

        return int(driver().riesz_threads())

    def compile(self, cluster: Cluster) -> Kernel | None:
        """Return the kernel of a cluster; None where C cannot express it (`refusal` says why)."""
        return self.compile_all((cluster,))[0]

    def compile_all(self, clusters: Sequence[Cluster]) -> list[Kernel | None]:
        """Return the kernels of several clusters; those that are new are built at the same time."""
        from riesz_backends.native.kernel import Kernel
        from riesz_backends.native.library import libraries

        sources = [self._source(cluster) for cluster in clusters]
        libraries.load_all(s.contiguous for s in sources if s is not None)
        pairs = zip(clusters, sources, strict=True)
        return [None if s is None else Kernel(cluster, s) for cluster, s in pairs]

    def repeat(self, calls: Sequence[Call], n: int) -> None:
        """Run all calls n times, one after another; see `riesz.plan.repetition`."""
        from riesz_backends.native.repetition import repeat

        repeat(calls, n)

    def product(self, X: Any, Y: Any) -> Callable[[Any, Any, Any], Any] | None:
        """Return what multiplies matrices of these spaces into a third array; None: xp.matmul."""
        from riesz_backends.native.product import product_of

        return product_of(X, Y)

    def refusal(self, cluster: Cluster) -> str | None:
        """Return why a cluster is left to NumPy, or None."""
        try:
            self._write(cluster)
        except UnsupportedOperator as error:
            return str(error)
        return None

    def _source(self, cluster: Cluster) -> Any:
        try:
            return self._write(cluster)
        except UnsupportedOperator:
            return None

    def _write(self, cluster: Cluster) -> Any:
        from riesz_backends.native.library import libraries
        from riesz_backends.native.source import write

        return write(cluster, libraries.toolchain.has_vector)


def _described(cache: Cache) -> str:
    here = str(cache.folder)
    return f"{here}, for one process only: {cache.instead_of}" if cache.instead_of else here


def build(source: str, functions: Iterable[str] = ()) -> CDLL:
    """Compile C of a plugin's own and load it: see `riesz_backends.native.extension`."""
    from riesz_backends.native import extension

    return extension.build(source, functions)


backend = NativeBackend()
