"""What the driver is told about a kernel: a table of integers with the layout of driver.c."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.plan.cluster import Cluster, Load, Result
from riesz.plan.joining import identity_number
from riesz_backends.native.library import libraries
from riesz_backends.native.source import AXES, Source, is_constant, sums_inside

HEADER = object.__basicsize__  # bytes before the fields of an object: ndarray's begin there
ITEMS = tuple.__basicsize__
THRESHOLD = 2_000_000  # additions, about 50 us: below it a second thread costs more than it helps
FOREIGN = ord(">" if sys.byteorder == "little" else "<")
NONE = (0,) * AXES


def driver_source() -> str:
    """The driver, for this interpreter."""
    text = files("riesz_backends.native").joinpath("driver.c").read_text()
    return f"#define HEADER {HEADER}\n#define ITEMS {ITEMS}\n{text}"


@cache
def driver() -> ctypes.CDLL:
    """The loaded driver."""
    library = libraries.load(driver_source())
    library.riesz_run.argtypes = (ctypes.c_void_p, ctypes.py_object, ctypes.py_object)
    library.riesz_run.restype = ctypes.c_int64
    library.riesz_repeat.argtypes = (
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.c_void_p,
    )
    library.riesz_repeat.restype = ctypes.c_int64
    library.riesz_threads.restype = ctypes.c_int64
    return library


def address(library: ctypes.CDLL, name: str) -> int:
    """Where a function of a library is."""
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


def pack(cluster: Cluster, source: Source, contiguous: ctypes.CDLL) -> Any:
    """The table of a cluster, without the versions that are built when first needed."""
    reductions = [r for r in cluster.results if r.reduce]
    domain = [n for n in cluster.domain if n != 1]
    head = [
        address(contiguous, "riesz_loops"), 0, 0, address(contiguous, "riesz_combine"),
        id(np.ndarray), id(tuple), FOREIGN,
        len(cluster.results), len(cluster.results) + len(cluster.loads),
        len(reductions), any(r.reduce[0] in ("max", "min") for r in reductions if r.reduce),
        source.cost, THRESHOLD, source.narrow, source.called, len(domain), *_padded(domain),
    ]  # fmt: skip
    body = [word for r in cluster.results for word in _result(r, cluster)]
    body += [word for x in cluster.loads for word in _load(x, cluster)]
    return (ctypes.c_int64 * (len(head) + len(body)))(*map(int, head), *map(int, body))


def _result(result: Result, cluster: Cluster) -> list[int]:
    axes = list(range(len(cluster.domain)))
    reduced: tuple[int, ...] = ()
    if result.reduce:
        _, reduced, keepdims = result.reduce
        axes = [-1 if i in reduced else i for i in axes if keepdims or i not in reduced]
    inner = 0 if sums_inside(result, cluster) else result.dtype.itemsize
    start = np.zeros(16, np.uint8)
    start[: result.dtype.itemsize] = np.array([identity_number(result)], result.dtype).view(
        np.uint8
    )
    shape = result.shape(cluster.domain)
    words = [int(bool(result.reduce)), result.dtype.num, result.dtype.itemsize, inner]
    words += _array(shape, axes, cluster)
    return [*words, 1, *NONE, *NONE, *start.view(np.int64).tolist()]


def _load(load: Load, cluster: Cluster) -> list[int]:
    first = len(cluster.domain) - len(load.shape)
    axes = [
        -1 if n == 1 and load.shifts is None else i for i, n in enumerate(load.shape, start=first)
    ]
    inner = 0 if is_constant(load, cluster) else load.dtype.itemsize
    kept = [i for i, n in enumerate(cluster.domain) if n != 1]
    shifts = [load.shifts[i] for i in kept] if load.shifts else []
    lengths = [load.shape[i] for i in kept] if load.shifts else []
    words = [0, load.dtype.num, load.dtype.itemsize, inner, *_array(load.shape, axes, cluster)]
    return [*words, int(load.wraps), *_padded(shifts), *_padded(lengths), 0, 0]


def _array(shape: tuple[int, ...], axes: list[int], cluster: Cluster) -> list[int]:
    """Number of axes, lengths, and the axis of the domain (without those of length 1) of each."""
    place = {i: k for k, i in enumerate(i for i, n in enumerate(cluster.domain) if n != 1)}
    return [len(shape), *_padded(shape), *_padded([place.get(i, -1) for i in axes])]


def _padded(words: Any) -> list[int]:
    return [*words, *[0] * (AXES - len(words))]
