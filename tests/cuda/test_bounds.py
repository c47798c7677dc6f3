"""Kernels where the last block has threads to spare: none of them may touch memory.

The emulator finds what is written beyond an allocation; sizes are no multiples of a block's.
"""

import numpy as np
import pytest

import riesz

SIZES = [1, 5, 257, 700]


def on_device(x):
    return riesz.asarray(x, backend="pycuda")


@pytest.mark.parametrize("n", SIZES)
def test_assigning_at_indices(pycuda, n):
    x, places = np.arange(2.0 * n), np.random.default_rng(0).permutation(2 * n)[:n]
    y = on_device(x)
    y[on_device(places)] = on_device(-np.arange(1.0, n + 1))
    x[places] = -np.arange(1.0, n + 1)
    np.testing.assert_array_equal(riesz.to_numpy(y), x)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_adding_at_indices(pycuda, n, dtype):
    x = np.zeros(max(n // 3, 1), dtype)
    places = np.random.default_rng(0).integers(0, len(x), n)
    y = on_device(x)
    pycuda.xp.add_at(y, on_device(places), on_device(np.ones(n, dtype)))
    np.add.at(x, places, np.ones(n, dtype))
    np.testing.assert_array_equal(riesz.to_numpy(y), x)


@pytest.mark.parametrize("n", SIZES)
def test_gathering(pycuda, n):
    x = np.random.default_rng(0).normal(size=2 * n)
    places = np.random.default_rng(0).integers(0, 2 * n, n)
    np.testing.assert_array_equal(riesz.to_numpy(on_device(x)[on_device(places)]), x[places])


@pytest.mark.parametrize("n", SIZES)
def test_rows_of_reductions_and_scans(pycuda, n):
    x = np.random.default_rng(0).integers(-3, 4, (n, 3)).astype(float)
    for f in (lambda x: np.sum(x, axis=1), np.sum, lambda x: np.cumsum(x, axis=0)):
        np.testing.assert_array_equal(riesz.to_numpy(f(on_device(x))), f(x))
