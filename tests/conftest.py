"""What all tests share: reproducible Hypothesis runs, and a word about what a run left out."""

import os
from contextlib import suppress

import pytest

with suppress(ImportError):
    from hypothesis import settings

    settings.register_profile("riesz", deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("riesz")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that the default run does not collect, unless they were asked for."""
    if not any("benchmarks" in argument for argument in terminalreporter.config.args):
        terminalreporter.write_line("left out: tests/benchmarks (tox run -e bench)")
