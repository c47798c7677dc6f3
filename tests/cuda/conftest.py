"""The backend `pycuda`: on a GPU where there is one, else on the emulated driver."""

import os

import kernel_texts
import pytest
import routes

from riesz.backend import get_backend

REQUIRE = "RIESZ_REQUIRE_PYCUDA"  # then a run without PyCUDA fails; REAL: one without a GPU


@pytest.fixture(scope="session")
def pycuda(request):
    """The backend; what cannot run is skipped, or fails where the backend is required."""
    if kernel_texts.RECORD in os.environ:
        return get_backend("pycuda")
    chosen = request.config.stash.get(routes.noted, {}).get("pycuda")
    if chosen is None:
        chosen = routes.chosen()
        routes.note(request.config, "pycuda", chosen)
    required = os.environ.get(REQUIRE)
    if chosen.startswith("NOT RUN"):
        (pytest.fail if required else pytest.skip)(chosen)
    if required == "REAL" and not chosen.startswith("REAL"):
        pytest.fail(f"a GPU is required: {chosen}")
    return get_backend("pycuda")
