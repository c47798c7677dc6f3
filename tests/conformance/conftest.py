"""The strict devices, known to Riesz while the tests of this folder run."""

import loopback
import numpy as np
import pytest

from riesz.backend import backends
from riesz.tree import tree_map


class OnDevice:
    """Programs on a device against the same programs on NumPy."""

    def __init__(self, backend):
        self.backend, self.transfers = backend, backend.device.counted

    def put(self, tree):
        """A tree whose NumPy arrays lie on the device."""
        return tree_map(lambda x: self.backend.asarray(x) if is_host(x) else x, tree)

    def get(self, tree):
        """A tree whose arrays lie on the host; one that lay there before is an error."""
        return tree_map(self._get, tree)

    def _get(self, x):
        assert not is_host(x), f"{x!r} lies on the host"
        return self.backend.to_numpy(x) if isinstance(x, self.backend.array) else x


def is_host(x):
    return isinstance(x, np.ndarray | np.generic)


@pytest.fixture(scope="module", params=["double", "single", "bare"])
def any_device(request):
    yield from _known(getattr(loopback, request.param))


@pytest.fixture(scope="module")
def device():
    yield from _known(loopback.double)


@pytest.fixture(scope="module")
def single():
    yield from _known(loopback.single)


@pytest.fixture(scope="module")
def bare():
    yield from _known(loopback.bare)


@pytest.fixture(scope="module")
def returning():
    yield from _known(loopback.returning)


def _known(backend):
    backends.add(backend)
    try:
        yield OnDevice(backend)
    finally:
        backends.remove(backend.name)
