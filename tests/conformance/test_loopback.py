"""The strict device itself: what its arrays refuse, and that every crossing is counted."""

import loopback
import numpy as np
import pytest
import scipy.special

import riesz
from riesz.backend import Backend
from riesz.backend.base import as_backend
from riesz.errors import MixedBackends, UnsupportedOperator

X = np.array([0.5, 1.0, 2.0])


@pytest.fixture
def x(device):
    return device.backend.asarray(X)


def test_it_is_a_backend_like_a_strangers():
    assert as_backend(loopback.double, "loopback") is loopback.double
    assert isinstance(loopback.single, Backend)
    assert "float64" not in loopback.single.capabilities


@pytest.mark.parametrize(
    "leak",
    [np.asarray, np.array, list, float, bool, int, memoryview, lambda x: x.tolist(),
     lambda x: float(x[0]), lambda x: 1 if x[0] > 0 else 0, lambda x: range(x.size)[x[0]],
     scipy.special.erf, lambda x: np.ones(3) * x, lambda x: x * np.ones(3),
     lambda x: x[np.array([0, 1])], lambda x: x[[0, 1]], lambda x: np.where(np.ones(3), x, x),
     lambda x: np.concatenate([x, np.ones(2)]), lambda x: x.__iadd__(np.ones(3))],
)  # fmt: skip
def test_nothing_leaves_or_enters_by_itself(device, x, leak):
    with device.transfers() as crossed:
        if leak is list:
            assert all(isinstance(v, device.backend.array) for v in leak(x))
        else:
            with pytest.raises((TypeError, AttributeError)):
                leak(x)
    assert crossed == loopback.Transfers()


def test_crossings_are_counted(device, x):
    with device.transfers() as crossed:
        y = device.backend.asarray(X)
        device.backend.xp.array([1.0, 2.0])
        device.backend.to_numpy(y)
        x[0].item()
    assert crossed == loopback.Transfers(up=2, down=1, scalars=1)


def test_what_is_copied_to_the_host_is_not_a_view(device, x):
    y = device.backend.to_numpy(x)
    y[:] = 0
    np.testing.assert_array_equal(device.backend.to_numpy(x), X)


def test_numpys_functions_work_on_its_arrays(device, x):
    y = np.linalg.norm(np.stack([np.sin(x), x + 1.0]), axis=0)
    expected = np.linalg.norm(np.stack([np.sin(X), X + 1.0]), axis=0)
    np.testing.assert_array_equal(device.backend.to_numpy(y), expected)
    assert y.device == "loopback:0"


def test_broadcast_views_are_read_only(device, x):
    with pytest.raises(ValueError, match="read-only"):
        device.backend.xp.broadcast_to(x, (2, 3))[0] = 0.0


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_a_device_without_double_precision(single, dtype):
    x = single.backend.asarray(np.ones(2, "float32"))
    for make in (lambda: single.backend.xp.zeros(3), lambda: x.astype(dtype),
                 lambda: single.backend.asarray(np.ones(2, dtype))):  # fmt: skip
        with pytest.raises(UnsupportedOperator, match="no dtype"):
            make()


def test_two_devices_do_not_mix(device, single, x):
    y = single.backend.asarray(np.ones(3, "float32"))
    with pytest.raises(TypeError):
        x + y
    with pytest.raises(MixedBackends, match=r"'loopback'.*'loopback_single'"):
        riesz.grad(lambda x: np.sum(x * y))(x)
