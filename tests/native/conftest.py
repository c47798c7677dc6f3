"""The backend, and clusters to give it."""

import pytest
from clusters import Case

from riesz.backend import get_backend
from riesz.errors import BackendUnavailable


@pytest.fixture(scope="session")
def native():
    """The backend, where there is a compiler."""
    try:
        return get_backend("native")
    except BackendUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def case():
    """Makes a `Case`."""
    return Case


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Tests neither use nor fill the user's cache."""
    from riesz_backends.native.library import libraries

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIESZ_CACHE", str(tmp_path_factory.mktemp("cache")))
        for name in ("cache", "toolchain"):
            vars(libraries).pop(name, None)
        yield
