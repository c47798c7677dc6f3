"""The two operators: line integrals of an image, and their transpose.

In plain NumPy: for each block of rays the weights are computed once and used for every slice; the
forward gathers with them, the transpose scatters with them.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

import riesz
from riesz_tomography.geometry import Geometry
from riesz_tomography.rays import families_on

COMPILED = ("float32", "float64", "complex64", "complex128")  # what kernels are written for


@riesz.linear
class project_:
    """y_k = the integral of the image x along ray k, of shape (..., angles, detectors).

    x has shape (..., *geometry.shape); leading axes are slices, each projected in its own plane.
    float32, float64 and complex ones keep their dtype. `geometry` is a `Parallel` or a `Fan`.

    >>> import numpy as np
    >>> G = Parallel([0.0, np.pi / 2], 3, shape=(2, 3))
    >>> project(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), geometry=G).round(12)
    array([[ 5. ,  7. ,  9. ],
           [ 7.5, 10.5,  3. ]])
    """

    def forward(xp, x, *, geometry):
        images = slices(x, geometry, "project", "shape")
        y = xp.zeros((images.shape[0], prod(geometry.sinogram_shape)), dtype=images.dtype)
        for ray, pixel, weight in crossings(xp, geometry, images.dtype):
            for image, sums in zip(images, y, strict=True):
                xp.add_at(sums, ray, xp.sum(weight * image[pixel], axis=(0, 2)))
        return y.reshape((*x.shape[:-2], *geometry.sinogram_shape))

    def adjoint(xp, a, X, *, geometry):
        return backproject(a, geometry=geometry)

    def metric(X, *, geometry):
        return codomain(X, geometry, "project", "shape", "sinogram_shape")


@riesz.linear
class backproject_:
    """The transpose of `project`: every ray gives its number back to the pixels, by its weights.

    a has shape (..., angles, detectors), the result (..., *geometry.shape). Its adjoint is
    `project`. It is no inverse; see `filtered_backprojection`.

    >>> import numpy as np
    >>> G = Parallel([0.0], 3, shape=(2, 3))
    >>> backproject(np.array([[1.0, 2.0, 3.0]]), geometry=G)
    array([[1., 2., 3.],
           [1., 2., 3.]])
    """

    def forward(xp, a, *, geometry):
        sinograms = slices(a, geometry, "backproject", "sinogram_shape")
        x = xp.zeros((sinograms.shape[0], prod(geometry.shape)), dtype=sinograms.dtype)
        for ray, pixel, weight in crossings(xp, geometry, sinograms.dtype):
            for sinogram, image in zip(sinograms, x, strict=True):
                given = weight * sinogram[ray][:, None]
                xp.add_at(image, pixel.reshape(-1), given.reshape(-1))
        return x.reshape((*a.shape[:-2], *geometry.shape))

    def adjoint(xp, a, X, *, geometry):
        return project(a, geometry=geometry)

    def metric(X, *, geometry):
        return codomain(X, geometry, "backproject", "sinogram_shape", "shape")


# Type checkers take what a decorated class becomes for a class still.
project: Any = project_
backproject: Any = backproject_


def crossings(xp: Any, geometry: Geometry, dtype: Any) -> Any:
    """Blocks of (ray, pixels, weights) that together are the matrix of `project`."""
    real = np.empty(0, dtype).real.dtype
    for rays in families_on(xp, geometry):
        for block in rays.blocks():
            pixel, weight = rays.weights(xp, block)
            yield rays.ray[block], pixel, weight.astype(real)


def slices(x: Any, geometry: Any, name: str, side: str) -> Any:
    """x as (slices, numbers), integers as float64."""
    expected = check(x.shape, geometry, name, side)
    x = x if x.dtype.kind in "fc" else x.astype(np.float64)
    return x.reshape((prod(x.shape[:-2]), prod(expected)))


def checked_dtype(x: Any) -> Any:
    """The dtype of x; raises where compiled kernels have no such numbers."""
    if x.dtype.name not in COMPILED:
        raise riesz.UnsupportedOperator(
            f"The compiled projector computes in {', '.join(COMPILED)} and was given {x.dtype}. "
            'Cast the array, or compute with riesz.use_backend("numpy").'
        )
    return x.dtype


def codomain(X: Any, geometry: Any, name: str, given: str, made: str) -> riesz.Space:
    """The space of the result: the last two axes replaced."""
    check(X.shape, geometry, name, given)
    dtype = X.dtype if X.dtype.kind in "fc" else np.dtype(np.float64)
    return riesz.Space.bare((*X.shape[:-2], *getattr(geometry, made)), dtype)


def check(shape: tuple[int, ...], geometry: Any, name: str, side: str) -> tuple[int, int]:
    """The last two axes, which are that `side` of the geometry; raises where they are not."""
    if not isinstance(geometry, Geometry):
        raise riesz.InvalidType(f"{name} was given geometry={geometry!r}, not a Parallel or Fan.")
    expected: tuple[int, int] = getattr(geometry, side)
    if shape[-2:] != expected:
        raise riesz.InvalidValue(
            f"{name} was given an array of shape {shape}, but its last two axes must be "
            f"{expected}, as its geometry says: {type(geometry).__name__}(shape={geometry.shape}, "
            f"{len(geometry.angles)} angles, detectors={geometry.detectors})."
        )
    return expected
