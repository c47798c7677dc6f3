"""Random numbers on the device, for tests and benchmarks: Philox 4x32-10, a generator of counters.

Entry by entry, what comes depends on `seed` and `start` alone, not on the number of threads or
on what was drawn before. A counter gives 16 bytes, so an array of n bytes uses ceil(n / 16) of
them: give the next one as `start` to go on.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz_backends.cuda.layout import Shape
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.device import THREADS, Parameter, device, number, pointer

COUNTER = 16  # bytes that one gives


def bits(n: int, seed: int, start: int = 0) -> Array:
    """`n` words of 32 random bits each."""
    return _draw((n,), np.dtype(np.uint32), seed, start, ())


def uniform(shape: int | Shape, seed: int, dtype: Any = np.float64, start: int = 0) -> Array:
    """Numbers equally likely in [0, 1), multiples of 2^-24 or 2^-53; parts of complex ones."""
    return _numbers(shape, seed, dtype, start, normal=0)


def normal(shape: int | Shape, seed: int, dtype: Any = np.float64, start: int = 0) -> Array:
    """Numbers of mean 0 and variance 1; so are both parts of complex ones."""
    return _numbers(shape, seed, dtype, start, normal=1)


def _numbers(shape: int | Shape, seed: int, dtype: Any, start: int, normal: int) -> Array:
    shape, dtype = (shape,) if isinstance(shape, int) else tuple(shape), np.dtype(dtype)
    if dtype.kind not in "fc":
        raise InvalidType(f"Random numbers are of a real or complex dtype, not {dtype}: use bits.")
    parts = 1 + (dtype.kind == "c")
    real = np.dtype(f"f{dtype.itemsize // parts}")
    y = _draw((math.prod(shape) * parts,), real, seed, start, (number(normal, np.int32),))
    return y.view(dtype).reshape(shape)


def _draw(
    shape: Shape, dtype: np.dtype[Any], seed: int, start: int, more: tuple[Parameter, ...]
) -> Array:
    if not (0 <= seed < 1 << 64 and 0 <= start < 1 << 128):
        raise InvalidValue(
            f"seed={seed} and start={start}, but a seed is an integer of 64 bits without sign, and "
            "the first counter one of 128."
        )
    y = Array.empty(shape, dtype)
    if y.size:
        words = [y.size, start % (1 << 64), start >> 64, seed]
        counter = Parameter(8, "", np.array(words, np.uint64).tobytes())
        blocks = -(-y.nbytes // (COUNTER * THREADS))
        name = f"riesz_random_{dtype.name}"
        device().launch(_text(), name, (blocks,), [pointer(y), counter, *more])
    return y


@cache
def _text() -> str:
    return files("riesz_backends.pycuda").joinpath("random.cu").read_text()
