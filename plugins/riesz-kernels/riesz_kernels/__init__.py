"""Kernel sums for Riesz: sums over all pairs of points, in memory that is linear in the points."""

from typing import Any

import riesz
from riesz_kernels import cuda, native
from riesz_kernels.metric import KernelMetric
from riesz_kernels.moment import kernel_logsumexp_, kernel_moment
from riesz_kernels.reduction import kernel_logsumexp, kernel_sum

__version__ = "0.1.0"
__all__ = ["KernelMetric", "kernel_logsumexp", "kernel_moment", "kernel_sum"]

RIESZ_API_VERSION = (1, 0)


@riesz.hookimpl
def riesz_register_operators(registry: Any) -> None:
    """The operators: one family of sums, and the logarithm of sums."""
    registry.add_operator(kernel_moment)
    registry.add_operator(kernel_logsumexp_)


@riesz.hookimpl
def riesz_register_kernels(registry: Any) -> None:
    """The C of the backend `native` and the CUDA of the two GPU backends."""
    for backend, kernels in (("native", native), ("pycuda", cuda), ("cupy", cuda)):
        registry.add_kernel("kernel_moment", backend, "forward", kernels.moment)
        registry.add_kernel("kernel_logsumexp", backend, "forward", kernels.logsumexp)


@riesz.hookimpl
def riesz_register_conformance(registry: Any) -> None:
    """Samples, and reference values in high precision."""
    from importlib.resources import files

    from riesz_kernels.samples import logsumexp_samples, moment_samples

    registry.add_samples("kernel_moment", moment_samples)
    registry.add_samples("kernel_logsumexp", logsumexp_samples)
    registry.add_references(files("riesz_kernels") / "references")
