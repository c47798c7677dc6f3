"""linspace and its relatives between traced ends; numbers taken apart."""

import numpy as np
import pytest

import riesz


def test_linspace(agrees, rng):
    agrees(lambda a, b: np.linspace(a, b, 5), 1.0, 3.0)
    agrees(lambda a, b: np.linspace(a, b, 1), 1.0, 3.0)
    agrees(lambda a, b: np.linspace(a, b, 4, endpoint=False, axis=-1), rng.standard_normal(3), 3.0)
    agrees(lambda a, b: np.linspace(a, b, 4, retstep=True), rng.standard_normal(3), 3.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
def test_the_precision_of_the_ends_is_kept(dtype):
    x = np.array([1, 2], dtype)
    for f in (np.linspace, np.logspace):
        for ends in (lambda x: (x[0], x[1]), lambda x: (0, x), lambda x: (x, 2.0)):
            expected = f(*ends(x), 3)
            y, pullback = riesz.vjp(lambda x, f=f, ends=ends: f(*ends(x), 3), x)
            assert (y.dtype, pullback(expected).dtype) == (expected.dtype, dtype)
            np.testing.assert_allclose(y, expected, rtol=2e-3)


@pytest.mark.parametrize("endpoint", [True, False])
def test_geometric(agrees, endpoint):
    agrees(lambda a, b: np.logspace(a, b, 4, endpoint, base=2.0), 1.0, 3.0)
    agrees(lambda a, b: np.geomspace(a, b, 4, endpoint), 1.0, 3.0)
    agrees(lambda a, b: np.geomspace(a, b, 4, endpoint), -1.0, -3.0)
    agrees(lambda a, b: np.geomspace(a, b, 4, endpoint, axis=1), np.array([1.0, 2.0]), 3.0)
    with pytest.raises(riesz.InvalidType, match="geomspace"):
        riesz.vjp(lambda a: np.geomspace(a, 2.0), 1j)


def test_parts_of_a_number(agrees, rng):
    x = 3 * rng.standard_normal(5)
    for f in (np.modf, np.degrees, np.radians, lambda x: np.ldexp(x, 3)):
        agrees(f, x)
    agrees(np.divmod, x, rng.random(5) + 0.5)
    agrees(lambda x: np.frexp(x)[0], x)
