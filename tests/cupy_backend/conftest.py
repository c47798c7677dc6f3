"""CuPy's backend with NumPy in its place."""

import importlib.util
from pathlib import Path

import pytest
import routes

from riesz.backend import backends

HERE = Path(__file__).parent


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


emulated_module = load("emulated")


@pytest.fixture(scope="module")
def emulated(request):
    backend = emulated_module.CupyOnNumpy()
    routes.note(request.config, backend.name, backend.route())
    backends.add(backend)
    yield backend
    backends.remove(backend.name)
