"""Products of sparse matrices on the CuPy backend, with scipy.sparse in the place of cupyx's."""

import sys
from types import ModuleType

import numpy as np
import pytest
import scipy.sparse

import riesz
from riesz.backend import backends
from riesz_backends.cupy import CupyBackend
from riesz_backends.cupy.library import Library

RNG = np.random.default_rng(4)
DTYPES = ("float32", "float64", "complex64", "complex128")


class Array(np.ndarray):
    """What lies on the device."""


class Device(ModuleType):
    """NumPy's functions on a class of their own; `moved` are the arrays that came from the host."""

    ndarray = Array

    def __init__(self):
        super().__init__("recording_device")
        self.moved = []

    def __getattr__(self, name):
        return getattr(np, name)

    def asarray(self, x, dtype=None):
        if not isinstance(x, Array):
            self.moved.append(np.shape(x))
        return np.asarray(x, dtype).view(Array)

    def ascontiguousarray(self, x, dtype=None):
        return np.ascontiguousarray(x, dtype).view(Array)

    def zeros(self, shape, dtype=float):
        return np.zeros(shape, dtype).view(Array)


class Recorded(CupyBackend):
    name = "cupy's transfers"

    def probe(self):
        return None

    def to_numpy(self, x):
        return np.array(x)


@pytest.fixture
def device(monkeypatch):
    module = Device()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    backend = Recorded(Library(module.__name__, "scipy"))
    backends.add(backend)
    with riesz.use_backend(backend):  # NumPy's owns such arrays too
        yield backend
    backends.remove(backend.name)


def random(shape, format, dtype="float64"):
    S = scipy.sparse.random_array(shape, density=0.3, format=format, rng=RNG)
    return (S * (1 + 0.5j) if np.dtype(dtype).kind == "c" else S).astype(dtype)


def numbers(shape, dtype="float64"):
    x = RNG.normal(size=shape)
    return (x + 1j * RNG.normal(size=shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def close(y, expected):
    y = riesz.to_numpy(y)
    assert (y.shape, y.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(y, expected, atol=200 * np.finfo(y.dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("format", ["csr", "csc", "coo"])
@pytest.mark.parametrize("shape", [(30, 8), (8, 30), (1, 1), (3, 0), (0, 3)])
def test_products(device, shape, format, dtype):
    (m, n), S = shape, random(shape, format, dtype)
    on = riesz.sparse(S)
    for x in (numbers(n, dtype), numbers((n, 5), dtype), numbers((4, 2 * n), dtype).T[::2]):
        close(on @ device.asarray(x), S.toarray() @ x)
        close(device.asarray(x.T) @ on.T, x.T @ S.toarray().T)
    y = numbers(m, dtype)
    close(on.H @ device.asarray(y), S.toarray().conj().T @ y)


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_derivatives(device, format):
    S, x = random((9, 6), format, "complex128"), numbers((6, 2), "complex128")

    def f(data, x):
        return np.sum(np.abs(riesz.sparse(S, data) @ x) ** 4)

    given = S.data, x
    moved = tuple(map(device.asarray, given))
    for g in (riesz.grad(f, (0, 1)), lambda *v: riesz.hvp(f, v, v)):
        for found, expected in zip(g(*moved), g(*given), strict=True):
            close(found, expected)


def test_entries_at_one_place_add_up(device):
    S = scipy.sparse.coo_array((np.ones(3), ([1, 0, 1], [1, 0, 1])), shape=(2, 2))
    data = device.asarray(np.array([1.0, 10.0, 100.0]))
    y = riesz.sparse(S, data=data) @ device.asarray(np.array([2.0, 3.0]))
    close(y, np.array([20.0, 303.0]))


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_places_and_entries_are_moved_once(device, format):
    S, moved, counts = random((9, 6), format), device.modules.arrays.moved, []
    matrix, data, x, y = riesz.sparse(S), *map(device.asarray, (S.data, numbers(6), numbers(9)))
    for _ in range(3):
        moved.clear()
        riesz.grad(lambda x: np.sum((matrix @ x) ** 2))(x)
        riesz.grad(lambda data: np.sum((riesz.sparse(matrix, data) @ x) ** 2))(data)
        y @ matrix
        counts.append(len(moved))
    assert counts[0] > 0
    assert counts[1:] == [0, 0]
