"""What all tests share: reproducible Hypothesis runs, and a word about what a run left out."""

import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

with suppress(ImportError):
    from hypothesis import settings

    settings.register_profile("riesz", deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("riesz")


# Not where strangers follow a guide, nor where a browser looks at a page: no kernel is known there.
KERNELS = all(map(find_spec, ("riesz", "scipy")))
LEFT_OUT = {
    "benchmarks": "bench", "browser": "browser", "guides": "guides", "mutation": "mutation",
}  # fmt: skip


@pytest.fixture(autouse=True)
def same_numbers(request: pytest.FixtureRequest) -> None:
    """A module's generator begins anew with each test: none depends on those that ran before."""
    for name in ("RNG", "rng", "random"):
        bits = getattr(getattr(request.module, name, None), "bit_generator", None)
        if bits is not None:
            bits.state = vars(request.module).setdefault("_first_state", bits.state)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over on what GPU code a process of pytest-xdist has run."""
    if KERNELS:
        import routes

        routes.take(node)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on what GPU code ran, and name the tests that only are collected when asked for."""
    if KERNELS:
        import evidence
        import routes

        for line in [*routes.lines(terminalreporter.config), evidence.line()]:
            terminalreporter.write_line(line)
    for folder, environment in LEFT_OUT.items():
        if not any(folder in Path(argument).parts for argument in terminalreporter.config.args):
            terminalreporter.write_line(f"left out: tests/{folder} (tox run -e {environment})")


@pytest.fixture
def device():
    """The name of a backend whose arrays are not the host's, registered for one test."""
    from tests.conformance import loopback

    from riesz.backend import backends

    backends.add(loopback.double)
    yield loopback.double.name
    backends.remove(loopback.double.name)
