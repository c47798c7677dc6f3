"""The namespace of the reference backend."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riesz.backend import get_backend
from riesz.errors import MissingExtra


@pytest.fixture
def xp():
    return get_backend("numpy").xp


def test_names_are_numpys_and_looked_up_once(xp):
    assert xp.tensordot is np.tensordot
    assert "tensordot" in vars(xp)
    assert xp.linalg.solve is np.linalg.solve
    assert xp.fft.rfft is np.fft.rfft
    with pytest.raises(AttributeError):
        xp.no_such_function  # noqa: B018
    assert not hasattr(xp, "__deepcopy__")


def test_some_of_scipy_is_there(xp):
    x = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(xp.fft.idct(xp.fft.dct(x)), x)
    np.testing.assert_allclose(xp.special.gammaln(x), [0, 0, np.log(6)], atol=1e-15)
    np.testing.assert_allclose(xp.linalg.expm(np.zeros((2, 2))), np.eye(2))
    L = np.array([[2.0, 0], [1, 1]])
    np.testing.assert_allclose(
        L @ xp.linalg.solve_triangular(L, np.ones(2), lower=True), np.ones(2)
    )


def test_scipy_is_imported_only_when_asked_for(site):
    result = site.python(
        """
        import sys, numpy as np, riesz.backend
        xp = riesz.backend.namespace(np.ones(2))
        xp.fft.fft, xp.linalg.solve, xp.sin, xp.scatter
        assert not any(name.startswith("scipy") for name in sys.modules)
        xp.special.erf
        assert "scipy.special" in sys.modules
        """
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["special.erf", "fft.dct", "linalg.expm"])
def test_without_scipy_the_extra_is_named(site, name):
    result = site.python(
        f"""
        import sys, riesz.backend
        sys.modules["scipy"] = None
        riesz.backend.get_backend("numpy").xp.{name}
        """
    )
    assert MissingExtra.__name__ in result.stderr
    assert "pip install 'riesz[scipy]'" in result.stderr


INDICES = [
    2,
    slice(1, None, 2),
    (slice(None), 0),
    (..., None),
    np.array([0, 0, 2]),
    [1, 1],
    (np.array([0, 0]), np.array([1, 1])),
    (slice(None), np.array([3, 3, 0])),
    (np.array(1), 2),
    np.array([True, False, True]),
    (np.arange(12).reshape(3, 4) % 2 == 0,),
    (np.array([True, False, True]), np.array([1, 1])),
]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_scatter_is_the_transpose_of_indexing(xp, index):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 4))
    a = rng.standard_normal(np.shape(x[index]))
    z = xp.scatter(a, index, x.shape)
    assert z.shape == x.shape
    np.testing.assert_allclose(np.vdot(z, x), np.vdot(a, x[index]), rtol=1e-14)


@given(st.lists(st.integers(-5, 4), max_size=20))
def test_scatter_adds_what_meets(indices):
    index = np.array(indices, dtype=int)
    z = get_backend("numpy").xp.scatter(np.ones(len(indices), np.float32), index, (5,))
    assert z.dtype == np.float32
    assert z.tolist() == [sum(i % 5 == k for i in indices) for k in range(5)]


def test_riesz_backends_is_a_namespace_package():
    assert getattr(sys.modules["riesz_backends"], "__file__", None) is None
