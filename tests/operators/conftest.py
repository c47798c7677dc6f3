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


@pytest.fixture(params=["real", "complex"])
def draw(request):
    """draw(*shape): standard normal entries, real or complex."""
    rng = np.random.default_rng(3)

    def standard_normal(*shape):
        real, imag = rng.standard_normal(shape), rng.standard_normal(shape)
        return np.asarray(real + 1j * imag if request.param == "complex" else real)

    return standard_normal


@pytest.fixture
def differentiates():
    """check(f, *x): traced values as f (or `reference`) gives them; derivatives of two orders."""

    def check(f, *x, reference=None, order=2):
        expected, (got, _) = (reference or f)(*x), riesz.vjp(f, *x)
        for e, g in zip(_several(expected), _several(got), strict=True):
            assert (np.shape(g), g.dtype) == (np.shape(e), e.dtype)
            np.testing.assert_allclose(g, e, rtol=1e-9, atol=1e-11)
        riesz.check_grads(f, *x, order=order)

    return check
