"""What the tests of NumPy functions share: agreement with NumPy in value, and of derivatives."""

import numpy as np
import pytest

import riesz


def _agrees(f, *x, order=2):
    """f of traced values has NumPy's value, shape and dtype; its derivatives pass their check."""
    x = tuple(map(np.asarray, x))
    expected, (got, _) = f(*x), riesz.vjp(f, *x)
    for e, g in zip(_several(expected), _several(got), strict=True):
        assert (np.shape(g), g.dtype) == (np.shape(e), e.dtype)
        np.testing.assert_allclose(g, e, rtol=1e-12 if e.dtype.itemsize > 4 else 1e-5, atol=1e-15)
    riesz.check_grads(f, *x, order=order)


def _several(y):
    return y if isinstance(y, tuple | list) else (y,)


@pytest.fixture
def agrees():
    return _agrees


@pytest.fixture
def rng():
    return np.random.default_rng(7)
