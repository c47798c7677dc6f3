"""The backend `pycuda`: on a GPU where there is one, else on the emulated driver."""

import os

import kernel_texts
import pytest
import routes

from riesz.backend import get_backend

REQUIRE = "RIESZ_REQUIRE_PYCUDA"  # then a run without PyCUDA fails


@pytest.fixture(scope="session")
def pycuda(request):
    """The backend; what cannot run is skipped, or fails where the backend is required."""
    if kernel_texts.RECORD in os.environ:
        return get_backend("pycuda")
    chosen = request.config.stash.get(routes.noted, {}).get("pycuda")
    if chosen is None:
        chosen = routes.chosen()
        routes.note(request.config, "pycuda", chosen)
    if chosen.startswith("NOT RUN"):
        (pytest.fail if os.environ.get(REQUIRE) else pytest.skip)(chosen)
    return get_backend("pycuda")
