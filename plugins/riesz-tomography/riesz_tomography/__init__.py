"""Parallel- and fan-beam projection for Riesz, with the exact transpose as adjoint.

>>> import numpy as np, riesz
>>> from riesz_tomography import Parallel, project
>>> G = Parallel(np.linspace(0, np.pi, 30, endpoint=False), 47, shape=(32, 32))
>>> x = np.zeros(G.shape)
>>> riesz.grad(lambda x: np.sum((project(x, geometry=G) - 1.0) ** 2))(x).shape
(32, 32)
"""

from importlib.resources import files
from typing import Any

from riesz import hookimpl
from riesz_tomography.filtered import filtered_backprojection
from riesz_tomography.geometry import Fan, Geometry, Parallel
from riesz_tomography.phantom import Ellipse, image, shepp_logan, sinogram
from riesz_tomography.projection import backproject, project

RIESZ_API_VERSION = (1, 0)

__version__ = "0.1.0"
__all__ = [
    "Ellipse", "Fan", "Geometry", "Parallel", "backproject", "filtered_backprojection", "image",
    "project", "shepp_logan", "sinogram",
]  # fmt: skip


@hookimpl
def riesz_register_operators(registry: Any) -> None:
    """Register both operators."""
    registry.add_operator(project)
    registry.add_operator(backproject)


@hookimpl
def riesz_register_kernels(registry: Any) -> None:
    """Register C and CUDA; each operator's adjoint is the other one, so forwards are enough."""
    from riesz_tomography import cuda, native

    for backend, kernels in (("native", native), ("pycuda", cuda), ("cupy", cuda)):
        registry.add_kernel("project", backend, "forward", kernels.project)
        registry.add_kernel("backproject", backend, "forward", kernels.backproject)


@hookimpl
def riesz_register_conformance(registry: Any) -> None:
    """Register samples of both operators, and reference values in high precision."""
    from riesz_tomography import samples

    registry.add_samples("project", samples.images)
    registry.add_samples("backproject", samples.sinograms)
    registry.add_references(files(__name__) / "references")
