"""One run of pytest for all mutants: each is judged in a copy of the process.

So tests are collected once. They run once as they are, to note which texts each launches, and then,
with each mutant in the place of the text, those that launch it until one fails.

    python tests/cuda_mutation/judge.py REQUEST.json

The request, which the answer is added to: see `Request`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from cuda_mutation.sites import Mutant, mutants, printed
from cuda_mutation.suites import suites

from riesz_backends.pycuda.device import Device

COMPILING = 5  # seconds, about: tests that need few texts come first
LIMIT = 120  # seconds for a test, and twenty times what it took: a mutant may never end
ERROR = 99
RUN = Device.run


@dataclass
class Request:
    """What is asked; `tests`, `keys`: only those, all if there are none; `answer`: by keys."""

    suite: str
    files: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=lambda: ["forward"])
    processes: int = 1
    options: list[str] = field(default_factory=list)
    answer: dict[str, dict[str, Any]] = field(default_factory=dict)


class Judge:
    """A plugin of pytest."""

    def __init__(self, request: Request) -> None:
        """The request is answered when the tests have run."""
        self.request, self.suite = request, suites()[request.suite]
        self.texts: dict[pytest.Item, set[str]] = {}
        self.seconds: dict[pytest.Item, float] = {}
        self.launched: set[str] = set()
        self.running: dict[int, tuple[Mutant, float]] = {}
        self.mutant: Mutant | None = None
        self.failed = False

    def watch(self) -> None:
        """Every launch goes through here."""

        def run(device: Device, text: str, *rest: Any, **options: Any) -> None:
            self.launched.add(text)
            RUN(device, self.mutant.of(text) if self.mutant else text, *rest, **options)

        Device.run = run  # type: ignore[method-assign]

    # --- what pytest calls -----------------------------------------------------------------------

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Those that are asked for."""
        if self.request.tests:
            items[:] = [item for item in items if item.nodeid in set(self.request.tests)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note what a test launches and how long it takes."""
        started = time.monotonic()
        self.launched = set()
        done = yield
        self.texts[item], self.seconds[item] = self.launched, time.monotonic() - started
        return done  # type: ignore[return-value]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test fails."""
        self.failed |= report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        """Judge, when all tests have passed."""
        done = yield
        for mutant in () if self.failed else self.mutants():
            while len(self.running) >= self.request.processes:
                self.wait()
            self.start(mutant)
        while self.running:
            self.wait()
        return done  # type: ignore[return-value]

    # --- mutants ---------------------------------------------------------------------------------

    def mutants(self) -> Iterator[Mutant]:
        """Those that are asked for."""
        for mutant in self.every():
            chosen = not self.request.files or mutant.file in self.request.files
            if chosen and (not self.request.keys or mutant.key in self.request.keys):
                yield mutant

    def every(self) -> Iterator[Mutant]:
        """All: of files, then of what is printed."""
        for name, body in self.suite.files.items():
            yield from mutants(name, body)
        if self.suite.prints:
            yield from printed(set().union(*self.texts.values()), self.suite.known.values())

    def users(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that launch what is changed: of each function the fastest, then the others."""
        cost = {}
        for item, texts in self.texts.items():
            if changed := sum(mutant.before in text for text in texts):
                cost[item] = self.seconds[item] + COMPILING * changed
        found = sorted(cost, key=cost.__getitem__)
        first = fastest(found)
        return [*first, *(item for item in found if item not in first)]

    def start(self, mutant: Mutant) -> None:
        """Begin to judge it, in a copy of this process, which it may crash or hold up."""
        sys.stdout.flush()
        if child := os.fork():
            self.running[child] = mutant, time.monotonic()
            return
        status = ERROR
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            self.mutant = mutant
            status = self.verdict(self.users(mutant))
        finally:
            os._exit(status)

    def verdict(self, tests: list[pytest.Item]) -> int:
        """The number of the first order in which a test fails, 0 if none does."""
        seconds = dict(self.seconds)
        for number, order in enumerate(self.request.orders, 1):
            os.environ["EMULATOR_ORDER"] = order
            tests = fastest(tests) if number > 1 else tests
            for item, following in zip(tests, [*tests[1:], None], strict=False):
                signal.alarm(LIMIT + 20 * int(seconds[item]))  # which ends the process
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    return number
        return 0

    def wait(self) -> None:
        """Note how one ended."""
        child, status = os.wait()
        mutant, started = self.running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        if code == ERROR:
            raise RuntimeError(f"{mutant.key} could not be judged.")
        orders = self.request.orders
        killer = None if code == 0 else orders[code - 1] if 0 < code <= len(orders) else ended(code)
        tests = [] if killer else [item.nodeid for item in self.users(mutant)]
        found = {"killer": killer, "seconds": time.monotonic() - started, "tests": tests}
        self.request.answer[mutant.key] = found
        print(f"{mutant.key}: {killer or '-'}, {found['seconds']:.0f} s", flush=True)


def fastest(tests: list[pytest.Item]) -> list[pytest.Item]:
    """The first one of each function."""
    found: dict[str, pytest.Item] = {}
    for item in tests:
        found.setdefault(item.nodeid.partition("[")[0], item)
    return list(found.values())


def ended(code: int) -> str:
    """How a process ended that no test ended."""
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def main(file: Path) -> int:
    """Answer a request; pytest's status."""
    request = Request(**json.loads(file.read_text()))
    judge = Judge(request)
    judge.watch()
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys"]
    status = int(pytest.main([*judge.suite.options, *options, *request.options], [judge]))
    file.write_text(json.dumps(asdict(request)))
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
