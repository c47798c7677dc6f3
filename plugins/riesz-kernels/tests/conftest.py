"""What the tests share: the backends, points, and the dense form that results are compared with."""

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pytest

import riesz

RIESZ = Path(__file__).parents[3] / "tests"  # of the repository of Riesz, with the emulated driver
PROFILES = {
    "gaussian": lambda t: np.exp(-t / 2),
    "laplacian": lambda t: np.exp(-np.sqrt(t)),
    "cauchy": lambda t: 1 / (1 + t),
    "energy": lambda t: -np.sqrt(t),
    "matern12": lambda t: np.exp(-np.sqrt(t)),
    "matern32": lambda t: (1 + np.sqrt(3 * t)) * np.exp(-np.sqrt(3 * t)),
    "matern52": lambda t: (1 + np.sqrt(5 * t) + 5 / 3 * t) * np.exp(-np.sqrt(5 * t)),
}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Tests neither use nor fill the user's cache; those of one run share what they compile."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIESZ_CACHE", str(folder / "riesz"))
        yield


class Elsewhere:
    """Where Riesz's repository is not around this one."""

    @pytest.fixture
    def pycuda(self):
        pytest.skip("no emulated driver: it is a part of Riesz's repository, which this is not in")


def pytest_configure(config):
    """Take the fixture `pycuda` from Riesz's repository: a GPU, or else the emulated driver."""
    file, provider = RIESZ / "cuda/conftest.py", Elsewhere()
    if file.is_file():
        sys.path.append(str(RIESZ))
        spec = importlib.util.spec_from_file_location("riesz_cuda", file)
        provider = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(provider)
    config.pluginmanager.register(provider, "riesz_cuda")


@pytest.fixture(params=["numpy", "native"])
def backend(request):
    """Computes on each backend in turn."""
    try:
        with riesz.use_backend(request.param):
            yield request.param
    except riesz.BackendUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(params=PROFILES)
def kernel(request):
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def dense():
    """dense(kernel, x, y, scale): the N x M matrix, as a program of NumPy."""

    def matrix(kernel, x, y, scale=1.0):
        D = (x[:, None] - y[None]) / scale
        return PROFILES[kernel](np.sum(D * D, axis=-1))

    return matrix
