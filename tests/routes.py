"""On what GPU code ran in a run of the tests: REAL, EMULATED, or NOT RUN and the reason."""

import subprocess
import sys
from functools import cache

import pytest
from emulator import driver

from riesz.conformance.report import NO_GPU

BACKENDS = ("pycuda", "cupy")
PROBE = "import sys; from riesz.backend import backends; print(backends.load(sys.argv[1]).route())"
noted = pytest.StashKey[dict]()


def probed(name):
    """The route of a backend, asked in a process of its own: a driver is found once."""
    done = subprocess.run([sys.executable, "-c", PROBE, name], capture_output=True, text=True)
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return lines[-1] if done.returncode == 0 else f"NOT RUN: {(lines or ['no answer'])[-1]}"


@cache
def chosen():
    """That of pycuda in this process: a GPU where there is one, else the emulated driver."""
    found = probed("pycuda")
    if found.startswith("NOT RUN") and driver.absent() is None:
        driver.activate()
        return f"EMULATED: {driver.NAME}"
    reason = driver.absent() if found.startswith("NOT RUN") else None
    return f"{found}; {reason}" if reason else found


def note(config, name, route):
    """Remember what has run, also from a process of pytest-xdist."""
    config.stash.setdefault(noted, {})[name] = route
    getattr(config, "workeroutput", {})["routes"] = config.stash[noted]


def take(node):
    """What a process of pytest-xdist has noted."""
    for name, route in (getattr(node, "workeroutput", None) or {}).get("routes", {}).items():
        note(node.config, name, route)


def lines(config):
    """A line for each backend, and one where no GPU code ran on a GPU."""
    found = {name: _not_asked(name) for name in BACKENDS} | config.stash.get(noted, {})
    told = [f"{name} {route}" for name, route in found.items()]
    real = any(route.startswith("REAL") for route in found.values())
    return told if real else [*told, NO_GPU]


def _not_asked(name):
    found = probed(name)
    return found if found.startswith("NOT RUN") else "NOT RUN: no test asked for it"
