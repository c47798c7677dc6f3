"""Geometries of every kind, and backends."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import riesz
from riesz_tomography import Fan, Geometry, Parallel, backproject, project

settings.register_profile("tomography", deadline=None, max_examples=60)
settings.load_profile("tomography")

RIESZ = Path(__file__).parents[3] / "tests"  # of the repository of Riesz, with the emulated driver
EXACT = {"float64": 1e-12, "complex128": 1e-12, "float32": 1e-5, "complex64": 1e-5}
KINDS = {
    "parallel": Parallel(
        np.linspace(-0.3, 3.4, 11), 19, 0.8, shape=(12, 15), pixel=0.7, offset=0.3
    ),
    "flat": Fan(
        np.linspace(0, 6, 9), 17, 1.1, shape=(11, 8), source_origin=15.0, origin_detector=4.0
    ),
    "curved": Fan(np.linspace(0, 6, 9), 17, shape=9, source_origin=8.0, curved=True, offset=-0.5),
}


def geometries() -> st.SearchStrategy:
    """Any beam over any small image."""
    number = st.floats(-7, 7, allow_subnormal=False)
    common = {
        "angles": st.lists(
            st.one_of(number, st.sampled_from([0.0, np.pi / 4, np.pi / 2, np.pi])),
            min_size=1,
            max_size=5,
        ),
        "detectors": st.integers(1, 9),
        "spacing": st.floats(0.05, 3),
        "shape": st.tuples(st.integers(1, 9), st.integers(1, 9)),
        "pixel": st.floats(0.2, 2),
        "offset": st.floats(-3, 3),
    }
    fan = {
        "source_origin": st.floats(20, 60),
        "origin_detector": st.floats(0, 10),
        "curved": st.booleans(),
    }
    return st.one_of(st.builds(Parallel, **common), st.builds(Fan, **common, **fan))


st.register_type_strategy(Geometry, geometries())


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


@pytest.fixture(scope="session")
def matrices():
    """What the operators do to unit vectors: W, and what should be its transpose."""

    def find(geometry, backend=None, dtype="float64"):
        n, m = np.prod(geometry.shape), np.prod(geometry.sinogram_shape)
        images = np.eye(n, dtype=dtype).reshape(n, *geometry.shape)
        sinograms = np.eye(m, dtype=dtype).reshape(m, *geometry.sinogram_shape)
        W = project(riesz.asarray(images, backend), geometry=geometry)
        V = backproject(riesz.asarray(sinograms, backend), geometry=geometry)
        return riesz.to_numpy(W).reshape(n, m).T, riesz.to_numpy(V).reshape(m, n).T

    return find


@pytest.fixture(params=KINDS)
def geometry(request):
    return KINDS[request.param]


@pytest.fixture(params=["numpy", "native"])
def backend(request):
    try:
        with riesz.use_backend(request.param):
            yield request.param
    except riesz.BackendUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(params=EXACT)
def dtype(request):
    return request.param


@pytest.fixture
def exact(dtype):
    """How far the dot test may be from 0."""
    return EXACT[dtype]


@pytest.fixture
def drawn(dtype, rng):
    """drawn(shape): numbers of that dtype."""

    def draw(shape):
        imaginary = 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else 0
        return (rng.standard_normal(shape) + imaginary).astype(dtype)

    return draw


@pytest.fixture
def rng():
    return np.random.default_rng(11)
