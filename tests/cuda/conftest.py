"""The backend `pycuda`: on a GPU where there is one, else on the emulated driver."""

import os
import subprocess
import sys

import pytest
from emulator import driver

from riesz.backend import get_backend

PROBE = "import pycuda.driver as d; d.init(); print(d.Device(0).name())"
REQUIRE = "RIESZ_REQUIRE_PYCUDA"  # then a run without PyCUDA fails
route = pytest.StashKey[str]()


def real_device():
    """The name of a GPU, or None: asked in a process of its own, for a driver is found once."""
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def choose_route(config):
    name = real_device()
    if name is not None:
        return f"REAL: {name}"
    reason = driver.absent()
    if reason is not None:
        return f"NOT RUN: {reason}"
    driver.activate()
    os.environ["RIESZ_PYCUDA_POOL"] = "0"  # so that fresh memory holds NaN
    return f"EMULATED: {driver.NAME}"


@pytest.fixture(scope="session")
def pycuda(request):
    """The backend; what cannot run is skipped, or fails where the backend is required."""
    if route not in request.config.stash:
        request.config.stash[route] = choose_route(request.config)
        getattr(request.config, "workeroutput", {})["pycuda"] = request.config.stash[route]
    chosen = request.config.stash[route]
    if chosen.startswith("NOT RUN"):
        (pytest.fail if os.environ.get(REQUIRE) else pytest.skip)(chosen)
    return get_backend("pycuda")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what a process of pytest-xdist has found."""
    found = (getattr(node, "workeroutput", None) or {}).get("pycuda")
    if found:
        node.config.stash[route] = found


def pytest_terminal_summary(terminalreporter):
    """Say on what kernels ran."""
    chosen = terminalreporter.config.stash.get(route, "NOT RUN: no test asked for it")
    terminalreporter.write_line(f"pycuda {chosen}")
    if not chosen.startswith("REAL"):
        terminalreporter.write_line("no GPU code ran on a GPU in this run")
