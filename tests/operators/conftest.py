"""What the NumPy-level tests share: random arrays, and the check of a program's derivatives."""

import numpy as np
import pytest

import riesz


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
    """check(f, *x): traced values as f gives them, dtypes too; derivatives of two orders."""

    def check(f, *x, reference=None, order=2):
        expected = _results((reference or f)(*x))
        values = _results(riesz.vjp(lambda *x: tuple(_results(f(*x))), *x)[0])
        for value, y in zip(values, expected, strict=True):
            assert (value.shape, value.dtype) == (y.shape, y.dtype)
            np.testing.assert_allclose(value, y, rtol=1e-9, atol=1e-11)
        riesz.check_grads(lambda *x: tuple(_results(f(*x))), *x, order=order)

    return check


def _results(y):
    return list(y) if isinstance(y, tuple) else [y]
