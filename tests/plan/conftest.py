"""The backends on which compiled programs are tested: those of NumPy's arrays that can run here."""

import pytest

import riesz


def available():
    return [name for name in ("numpy", "native") if _runs(name)]


def _runs(name):
    try:
        return riesz.get_backend(name).probe() is None
    except riesz.BackendUnavailable:
        return False


@pytest.fixture(params=available())
def backend_name(request):
    return request.param
