"""`out=`: kernels write there at once where they may; where not, the numbers are right too."""

import numpy as np
import pytest

import riesz
from riesz_backends.pycuda.arrays.array import Array

X, Y = np.linspace(-1, 1, 12).reshape(3, 4), np.linspace(2, 5, 4)


@pytest.fixture
def allocated(pycuda, monkeypatch):
    """The shapes of arrays that were allocated since."""
    shapes, empty = [], Array.empty

    def noted(shape, dtype):
        shapes.append(shape)
        return empty(shape, dtype)

    monkeypatch.setattr(Array, "empty", staticmethod(noted))
    return shapes


def on_device(*x):
    return [riesz.asarray(v.copy(), backend="pycuda") for v in x]


@pytest.mark.parametrize("call", [
    lambda m, x, y, z: m.add(x, y, out=z),
    lambda m, x, y, z: m.multiply(x, 2.0, out=z),
    lambda m, x, y, z: m.exp(x, out=z),
    lambda m, x, y, z: m.subtract(x, x[:, ::-1], out=z),
])  # fmt: skip
def test_elementwise(allocated, call):
    x, y, z = on_device(X, Y, np.zeros((3, 4)))
    expected = np.zeros((3, 4))
    call(np, X, Y, expected)
    before = len(allocated)
    assert call(np, x, y, z) is z
    assert len(allocated) == before
    np.testing.assert_allclose(riesz.to_numpy(z), expected, rtol=1e-15)


@pytest.mark.parametrize("method", ["__iadd__", "__isub__", "__imul__", "__itruediv__"])
def test_in_place(allocated, method):
    x, y = on_device(X, Y)
    expected, before = X.copy(), len(allocated)
    getattr(expected, method)(Y)
    assert getattr(x, method)(y) is x
    assert len(allocated) == before
    np.testing.assert_allclose(riesz.to_numpy(x), expected, rtol=1e-15)


@pytest.mark.parametrize("read", [
    lambda x: x[::-1], lambda x: x[:, ::-1], lambda x: x[:1],
])  # fmt: skip
def test_what_overlaps_is_read_before_it_is_written(pycuda, read):
    (x,) = on_device(X)
    expected = X.copy()
    np.add(expected, read(expected), out=expected)
    np.add(x, read(x), out=x)
    np.testing.assert_allclose(riesz.to_numpy(x), expected, rtol=1e-15)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
@pytest.mark.parametrize(
    ("axis", "keepdims"), [(0, False), (1, True), (None, False), ((0, 1), True)]
)
def test_reductions(allocated, name, axis, keepdims):
    (x,) = on_device(X)
    expected = getattr(np, name)(X, axis=axis, keepdims=keepdims)
    (z,) = on_device(np.zeros(np.shape(expected)))
    before = len(allocated)
    assert getattr(x, name)(axis=axis, keepdims=keepdims, out=z) is z
    assert len(allocated) == before
    np.testing.assert_allclose(riesz.to_numpy(z), expected, rtol=1e-14)


@pytest.mark.parametrize("f", [
    lambda x, z: np.matmul(x.T, x, out=z),
    lambda x, z: np.matmul(x[0], x.T, out=z[1, :3]),
    lambda x, z: np.matmul(x, x[0], out=z[1, :3]),
    lambda x, z: np.cumsum(x, axis=1, out=z[1:]),
    lambda x, z: np.cumsum(x.T, axis=0, out=z[:3].T),
    lambda x, z: np.cumprod(x, axis=1, out=x),
    lambda x, z: np.cumsum(x, out=z.reshape(-1)[:12]),
    lambda x, z: np.maximum.accumulate(x, axis=1, out=z[1:]),
])  # fmt: skip
def test_products_and_scans(allocated, f):
    x, z = on_device(X, np.zeros((4, 4)))
    expected, before = f(X.copy(), np.zeros((4, 4))), len(allocated)
    y = f(x, z)
    assert len(allocated) == before
    assert y.memory in (x.memory, z.memory)
    np.testing.assert_allclose(riesz.to_numpy(y), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("f", [
    lambda x, z: np.matmul(x, x.T, out=z[:3, :3]),
    lambda x, z: np.matmul(x, z, out=x),
    lambda x, z: np.cumsum(x, axis=0, out=z[:3]),
    lambda x, z: np.cumsum(x[:, ::-1], axis=1, out=x),
    lambda x, z: np.cumsum(x, axis=1, out=z[::-1][:3]),
])  # fmt: skip
def test_what_no_kernel_can_write_at_once_is_right(pycuda, f):
    Z = np.linspace(3, 4, 16).reshape(4, 4)
    x, z = on_device(X, Z)
    np.testing.assert_allclose(riesz.to_numpy(f(x, z)), f(X.copy(), Z.copy()), atol=1e-13)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places(allocated, name):
    x, z = on_device(X[::-1], np.zeros(3, np.int64))
    before = len(allocated)
    assert getattr(np, name)(x, axis=1, out=z) is z
    assert len(allocated) == before
    np.testing.assert_array_equal(riesz.to_numpy(z), getattr(np, name)(X[::-1], axis=1))


@pytest.mark.parametrize("target", [
    lambda: np.zeros((2, 3))[0], lambda: np.zeros(3, "float32"), lambda: np.zeros((3, 2))[:, 0],
])  # fmt: skip
def test_reductions_to_other_dtypes_and_strides(pycuda, target):
    (x,) = on_device(X)
    expected, host = np.sum(X, axis=1), target()
    whole = host.base if host.base is not None else host
    (z,) = on_device(whole)
    z = z if host.base is None else z[0] if host.strides == (8,) else z[:, 0]
    x.sum(axis=1, out=z)
    np.testing.assert_allclose(riesz.to_numpy(z), expected, rtol=1e-6, atol=1e-6)
    assert z.dtype == host.dtype


def test_a_reduction_into_what_it_reads(pycuda):
    (x,) = on_device(X)
    x.sum(axis=0, out=x[1])
    np.testing.assert_allclose(riesz.to_numpy(x)[1], X.sum(axis=0), atol=1e-15)


def test_a_compiled_reduction_allocates_what_it_hands_out_and_no_more(allocated):
    (x,) = on_device(X)
    f = riesz.compile(lambda x: np.sum(x, axis=0), backend="pycuda")
    f(x)
    before = len(allocated)
    np.testing.assert_allclose(riesz.to_numpy(f(x)), X.sum(axis=0), atol=1e-15)
    assert len(allocated) - before == 1


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin"])
def test_complex_numbers_have_no_order(pycuda, name):
    (x,) = on_device(X + 1j)
    with pytest.raises(riesz.UnsupportedOperator, match=f"{name} of complex numbers has no kernel"):
        getattr(x, name)()
