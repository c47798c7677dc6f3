"""What all tests share: reproducible Hypothesis runs, and a word about what a run left out."""

import os
from contextlib import suppress

import pytest

with suppress(ImportError):
    from hypothesis import settings

    settings.register_profile("riesz", deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("riesz")


LEFT_OUT = {
    "benchmarks": "bench", "browser": "browser", "guides": "guides", "mutation": "mutation",
}  # fmt: skip


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that the default run does not collect, unless they were asked for."""
    for folder, environment in LEFT_OUT.items():
        if not any(folder in argument for argument in terminalreporter.config.args):
            terminalreporter.write_line(f"left out: tests/{folder} (tox run -e {environment})")
