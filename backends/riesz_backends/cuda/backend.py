"""What the backends of NVIDIA's GPUs share: compiled clusters, whatever library launches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riesz.backend.base import Backend, route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riesz.plan.cluster import Cluster
    from riesz_backends.cuda.kernel import Driver, Kernel


class CudaBackend(Backend):
    """A backend whose `launcher` compiles and launches CUDA."""

    @property
    def launcher(self) -> Driver:
        """What launches the kernels of clusters."""
        raise NotImplementedError

    def route(self) -> str:
        """Return on what its kernels run here."""
        return route(self.probe(), lambda: self.report()["device"])

    def compile(self, cluster: Cluster) -> Kernel | None:
        """Return the kernel of a cluster; None where CUDA cannot express it (`refusal` says)."""
        return self.compile_all((cluster,))[0]

    def compile_all(self, clusters: Sequence[Cluster]) -> list[Kernel | None]:
        """Return the kernels of several clusters, which are compiled together."""
        from riesz_backends.cuda.kernel import kernels

        return kernels(clusters, self.launcher)

    def refusal(self, cluster: Cluster) -> str | None:
        """Return why a cluster is left to single functions, or None."""
        from riesz_backends.cuda.part import refusal

        return refusal(cluster)
