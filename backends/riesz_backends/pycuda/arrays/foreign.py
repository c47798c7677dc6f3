"""Arrays that other libraries hold on the device, seen without a copy.

`__cuda_array_interface__` tells where an array lies; that kernels may read it so is checked here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz_backends.cuda.layout import contiguous
from riesz_backends.pycuda.arrays.array import DTYPES, Array
from riesz_backends.pycuda.device import device

ORDERED = (None, 1, 2)  # streams whose work is done before that of the default stream begins


class Foreign:
    """Memory of another library, whose owner is kept alive."""

    __slots__ = ("_address", "_owner", "readonly")

    def __init__(self, owner: Any, address: int, readonly: bool) -> None:
        """`owner`: the array that was given."""
        self._owner, self._address, self.readonly = owner, address, readonly

    def __int__(self) -> int:
        """Where it begins."""
        return self._address


def seen(x: Any) -> Array:
    """The array on the device that `x` is; InvalidType or InvalidValue if kernels cannot read it.

    What another stream still computes is waited for.
    """
    told = x.__cuda_array_interface__
    shape, dtype = tuple(told["shape"]), _dtype(told)
    strides = told.get("strides") or contiguous(shape, dtype.itemsize)
    address, readonly = told["data"]
    if told.get("mask") is not None:
        raise InvalidType("An array with a mask is given; pass the mask as an array of its own.")
    _check_aligned(dtype, strides, address or 0)
    _wait(told.get("stream"))
    return Array(Foreign(x, address or 0, bool(readonly)), shape, dtype, tuple(strides))


def _dtype(told: Any) -> np.dtype[Any]:
    dtype: np.dtype[Any] = np.dtype(told["typestr"])
    if dtype not in DTYPES:
        known = ", ".join(sorted(map(str, DTYPES)))
        raise InvalidType(f"An array of dtype {dtype} is given; the kernels take {known}.")
    return dtype


def _check_aligned(dtype: np.dtype[Any], strides: Any, address: int) -> None:
    if any(s % dtype.itemsize for s in strides) or address % dtype.itemsize:
        raise InvalidValue(
            f"The entries of an array of {dtype} lie at {address:#x} with strides {strides}, which "
            f"are no multiples of {dtype.itemsize}: give a copy of it."
        )


def _wait(stream: Any) -> None:
    if stream == 0:
        raise InvalidValue("__cuda_array_interface__ has the stream 0, which could be any.")
    if stream not in ORDERED:
        with device().current():
            device().driver.Context.synchronize()
