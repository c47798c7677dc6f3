"""The kernels of the backends `pycuda` and `cupy`: projector.cu, compiled by the backend."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from math import prod
from typing import Any

import numpy as np

from riesz.backend import backend_of
from riesz_tomography.geometry import Geometry
from riesz_tomography.projection import checked_dtype, slices
from riesz_tomography.rays import families
from riesz_tomography.runs import Runs, runs

Array = Any
THREADS, MOST_PLANES = 256, 65535  # of a block; of a grid at once


def project(x: Array, *, geometry: Geometry) -> Array:
    """A kernel for the forward rule of `project`."""
    images = slices(x, geometry, "project", "shape")
    y = _zeros(images, prod(geometry.sinogram_shape))
    for family in _families(x, geometry):
        _launch("project", family, len(family.rays.ray), images, y, y.shape[1])
    return y.reshape((*x.shape[:-2], *geometry.sinogram_shape))


def backproject(a: Array, *, geometry: Geometry) -> Array:
    """A kernel for the forward rule of `backproject`."""
    sinograms = slices(a, geometry, "backproject", "sinogram_shape")
    x = _zeros(sinograms, prod(geometry.shape))
    for family in _families(a, geometry):
        _launch("backproject", family, x.shape[1], sinograms, x, sinograms.shape[1], family.begin)
    return x.reshape((*a.shape[:-2], *geometry.shape))


def _zeros(given: Array, numbers: int) -> Array:
    """As many slices, of so many numbers."""
    dtype = checked_dtype(given)
    return backend_of(given).xp.zeros((given.shape[0], numbers), dtype=dtype)


def _families(x: Array, geometry: Geometry) -> tuple[Runs, ...]:
    found = _tables(backend_of(x).xp, geometry)
    return tuple(family for family in found if len(family.rays.ray))


@lru_cache(maxsize=8)
def _tables(xp: Any, geometry: Geometry) -> tuple[Runs, ...]:
    """Both families of rays, copied to the device once and kept there."""
    return tuple(runs(rays, geometry.detectors).on(xp) for rays in families(geometry))


def _launch(
    name: str, family: Runs, threads: int, given: Array, made: Array, numbers: int, *begin: Array
) -> None:
    """A thread for each number of a plane of the result; `numbers`: of a plane of the sinogram."""
    backend, rays, real = backend_of(given), family.rays, np.empty(0, given.dtype).real.dtype
    parts = given.dtype.itemsize // real.itemsize
    planes = given.shape[0] * parts
    count = len(family.begin) - 1 if begin else len(rays.ray)
    layout = (count, rays.lines, rays.pixels, rays.step, rays.stride, numbers, planes, parts)
    kernel = backend.module(_source(real.name)).function(f"riesz_tomography_{name}")
    kernel(
        (-(-threads // THREADS), min(planes, MOST_PLANES)), (THREADS,),
        made, backend.xp.ascontiguousarray(given), rays.ray, rays.centre, rays.slope, rays.length,
        *begin, *map(np.int64, layout),
    )  # fmt: skip


@cache
def _source(dtype: str) -> str:
    text = files("riesz_tomography").joinpath("projector.cu").read_text(encoding="utf-8")
    return f"typedef {'float' if dtype == 'float32' else 'double'} real;\n{text}"
