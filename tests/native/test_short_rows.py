"""Rows shorter than the processor's vectors: the rest of a row is computed as a vector too."""

import numpy as np
import pytest

import riesz

pytestmark = pytest.mark.skipif(
    riesz.get_backend("native").probe() is not None, reason="no C compiler"
)
LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 23, 31, 32, 33, 63, 65]


def several(x, c):
    """Entries, a sum, a product and both extrema of one kernel, with a broadcast number."""
    y = np.exp(-x * c) * np.sin(x + c)
    found = (y, np.sum(y * y), np.prod(1 + 0.1 * y))
    return (*found, np.max(y), np.min(y)) if x.size else found


def close(found, expected, dtype):
    for a, b in zip(found, expected, strict=True):
        assert np.asarray(a).dtype == np.asarray(b).dtype
        np.testing.assert_allclose(a, b, rtol=50 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps)


def numbers(n, dtype):
    return np.random.default_rng(n).standard_normal(n).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("step", [1, -1, 3])
def test_entries_sums_and_extrema(dtype, step):
    c = np.asarray(0.7, dtype)
    for n in LENGTHS:
        x = numbers(n * abs(step), dtype)[::step]
        close(riesz.compile(several, "native")(x, c), several(x, c), dtype)


def test_gradients():
    f = riesz.value_and_grad(lambda x: np.sum(np.tanh(x) * np.exp(np.sin(x))))
    for n in LENGTHS[1:]:
        x = numbers(n, np.float64)
        close(riesz.compile(f, "native")(x), f(x), np.float64)


def test_functions_of_numbers_in_two_precisions():
    def f(x):
        return np.exp(x), np.exp(x.astype(np.float64)), np.sum(np.cos(x.astype(np.float64)))

    for n in LENGTHS:
        x = numbers(n, np.float32)
        close(riesz.compile(f, "native")(x), f(x), np.float32)


def test_nan_stays_in_its_entry_and_nothing_is_written_beyond_the_last():
    compiled = riesz.compile(lambda x: (np.exp(x), np.max(np.exp(x))), "native")
    for n in LENGTHS[2:]:
        x = numbers(n, np.float64)
        x[n // 2] = np.nan
        y, largest = compiled(x)
        np.testing.assert_array_equal(np.isnan(y), np.isnan(x))
        assert np.isnan(largest)


def test_a_row_of_every_length_gives_the_sum_of_its_entries_in_any_place():
    """The rest of a row is added after the vectors before it: no entry twice, none left out."""
    for n in LENGTHS:
        for k in range(n):
            x = np.full(n, -np.inf)
            x[k] = 0.0
            assert riesz.compile(lambda x: np.sum(np.exp(x)), "native")(x) == 1
