"""Geometries of every kind, and backends."""

import numpy as np
import pytest
from hypothesis import settings

import riesz
from riesz_tomography import Fan, Parallel

settings.register_profile("tomography", deadline=None, max_examples=60)
settings.load_profile("tomography")

KINDS = {
    "parallel": Parallel(
        np.linspace(-0.3, 3.4, 11), 19, 0.8, shape=(12, 15), pixel=0.7, offset=0.3
    ),
    "flat": Fan(
        np.linspace(0, 6, 9), 17, 1.1, shape=(11, 8), source_origin=15.0, origin_detector=4.0
    ),
    "curved": Fan(np.linspace(0, 6, 9), 17, shape=9, source_origin=8.0, curved=True, offset=-0.5),
}


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


@pytest.fixture
def rng():
    return np.random.default_rng(11)
