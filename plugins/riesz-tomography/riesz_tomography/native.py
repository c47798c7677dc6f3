"""The kernels of the backend `native`: projector.c, built by its compiler.

An image is handed to C with its lines contiguous and padded, once as it is and once transposed, so
that one routine serves both families of rays.
"""

from __future__ import annotations

import ctypes
from functools import cache, lru_cache
from importlib.resources import files
from math import prod
from typing import Any

import numpy as np

from riesz_tomography.geometry import Geometry
from riesz_tomography.projection import checked_dtype, slices
from riesz_tomography.rays import Rays, families

Array = np.ndarray[Any, Any]
PAD = 2  # that of projector.c


class Family(ctypes.Structure):
    """The rays as C reads them."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("lines", "pixels", "rays")),
        *((name, ctypes.c_void_p) for name in ("ray", "centre", "slope", "length")),
    )


def project(x: Any, *, geometry: Geometry) -> Array:
    """A kernel for the forward rule of `project`."""
    images = slices(x, geometry, "project", "shape")
    y = in_parts(_project, images, geometry, prod(geometry.sinogram_shape))
    return y.reshape((*x.shape[:-2], *geometry.sinogram_shape))


def backproject(a: Any, *, geometry: Geometry) -> Array:
    """A kernel for the forward rule of `backproject`."""
    sinograms = slices(a, geometry, "backproject", "sinogram_shape")
    x = in_parts(_backproject, sinograms, geometry, prod(geometry.shape))
    return x.reshape((*a.shape[:-2], *geometry.shape))


def in_parts(step: Any, x: Array, geometry: Geometry, size: int) -> Array:
    """`step` on every slice, on its real and its imaginary part if it is complex."""
    y = np.zeros((x.shape[0], size), checked_dtype(x))
    x = np.require(x, x.dtype.newbyteorder("="), ["C", "A"])
    for given, made in zip(x, y, strict=True):
        if x.dtype.kind == "c":
            made.real, made.imag = (step(part, geometry, size) for part in (given.real, given.imag))
        else:
            made[:] = step(given, geometry, size)
    return y


def _project(x: Array, geometry: Geometry, size: int) -> Array:
    image, y = x.reshape(geometry.shape), np.zeros(size, x.dtype)
    for rays, oriented in zip(families(geometry), (image, image.T), strict=True):
        padded = np.zeros((rays.lines, rays.pixels + 2 * PAD), x.dtype)
        padded[:, PAD:-PAD] = oriented
        _call("project", rays, padded, y)
    return y


def _backproject(a: Array, geometry: Geometry, size: int) -> Array:
    a, image = np.ascontiguousarray(a), np.zeros(geometry.shape, a.dtype)
    for rays, oriented in zip(families(geometry), (image, image.T), strict=True):
        padded = np.zeros((rays.lines, rays.pixels + 2 * PAD), a.dtype)
        _call("backproject", rays, a, padded)
        oriented += padded[:, PAD:-PAD]
    return image.reshape(size)


def _call(name: str, rays: Rays, given: Array, made: Array) -> None:
    function = getattr(library(), f"riesz_tomography_{name}_{given.dtype.name}")
    function(ctypes.byref(_structure(rays)), given.ctypes.data, made.ctypes.data)


@lru_cache(maxsize=16)
def _structure(rays: Rays) -> Family:
    tables = (rays.ray, rays.centre, rays.slope, rays.length)
    return Family(rays.lines, rays.pixels, len(rays.ray), *(table.ctypes.data for table in tables))


@cache
def library() -> ctypes.CDLL:
    """projector.c, built."""
    from riesz_backends.native import build  # not before a kernel is needed

    source = files("riesz_tomography").joinpath("projector.c").read_text(encoding="utf-8")
    built = build(source)
    for name in ("project", "backproject"):
        for dtype in ("float32", "float64"):
            function = getattr(built, f"riesz_tomography_{name}_{dtype}")
            function.argtypes, function.restype = (ctypes.c_void_p,) * 3, None
    return built
