"""The kernel tests against mutants of every file of CUDA: they must fail each.

    python tests/emulated.py python tests/cuda_mutation/run.py [FILE.cu ...]

A mutant that no test notices with threads in one order is tried in others, then under the race
checker or what finds accesses out of bounds. Status 1 if one survives that is not declared
equivalent, or if one that is declared does not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import kernel_texts
from cuda_mutation.equivalents import EQUIVALENTS
from cuda_mutation.sites import Mutant, mutants

from riesz_backends.pycuda.device import Device

TESTS = Path(__file__).parents[1]
ORDERS = ("forward", "reverse", "random:1")
GUARD = ("-> true", "-> false")
BOUNDS = ("undefined", "address")  # to whom shows what a guard kept from shared and other memory
LIMIT = 600  # seconds for the tests of one mutant: it may never end
ONE, NONE = "--mutant", "none"
LAUNCH = Device.launch


class Users:
    """A plugin of pytest: which tests launch kernels of which file."""

    def __init__(self, files: dict[str, str]) -> None:
        """`files`: their texts by name."""
        self.files, self.launched = files, set[str]()
        self.tests: dict[str, list[str]] = {name: [] for name in files}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        """Note what is launched while a test runs."""
        self.launched.clear()
        yield
        for name, body in self.files.items():
            if any(body in text for text in self.launched):
                self.tests[name].append(item.nodeid)

    @property
    def launch(self) -> Callable[..., None]:
        """`Device.launch`, noting the text; no bound method, for it becomes one of the device."""

        def launch(device: Device, text: str, *rest: Any, **options: Any) -> None:
            self.launched.add(text)
            LAUNCH(device, text, *rest, **options)

        return launch


def run(tests: list[str], launch: Callable[..., None], *plugins: Any) -> int:
    """Pytest's status at the first failure, with kernels launched by a function."""
    Device.launch = launch  # type: ignore[method-assign]
    try:
        options = ["-q", "-x", "-p", "no:cacheprovider", f"--rootdir={TESTS.parent}"]
        return int(pytest.main([*options, *tests], plugins))
    finally:
        Device.launch = LAUNCH  # type: ignore[method-assign]


def judged(mutant: Mutant, body: str, tests: list[str]) -> int:
    """The status of the tests with the mutant in the place of the file."""

    def launch(device: Device, text: str, *rest: Any, **options: Any) -> None:
        LAUNCH(device, text.replace(body, mutant.text), *rest, **options)

    return run(tests, launch)


def fails_in_order(mutant: Mutant, body: str, tests: list[str], order: str) -> bool:
    """Whether a test fails, in a copy of this process, which a mutant may crash or hold up."""
    child = os.fork()
    if child:
        return ended(child)
    os.environ["EMULATOR_ORDER"] = order
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    status = judged(mutant, body, tests)
    os._exit(1 if status else 0)


def ended(child: int) -> bool:
    """Whether a process fails, or does not end in time."""
    timer = threading.Timer(LIMIT, os.kill, (child, 9))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    return status != 0


@cache
def fails_under(sanitizer: str, key: str, tests: tuple[str, ...]) -> bool:
    """Whether a test fails in a process of a sanitizer's."""
    command = [sys.executable, str(TESTS / "emulated.py"), sys.executable, __file__]
    if sanitizer == "thread":
        command = ["setarch", "-R", *command]  # its shadow needs addresses where they always are
    env = os.environ | {"EMULATOR_SANITIZER": sanitizer, "LD_PRELOAD": ""}
    command += [ONE, key, *tests]
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode != 0


def killed_by(mutant: Mutant, body: str, tests: list[str]) -> str | None:
    """What notices it first, None if nothing does."""
    for order in ORDERS:
        if fails_in_order(mutant, body, tests, order):
            return order
    for sanitizer in BOUNDS if mutant.key.endswith(GUARD) else ("thread",):
        if fails_under(sanitizer, mutant.key, tuple(tests)):
            if fails_under(sanitizer, NONE, tuple(tests)):
                raise RuntimeError(f"The tests fail under {sanitizer} without a mutant.")
            return sanitizer
    return None


def one(key: str, tests: list[str]) -> int:
    """Run the tests with the mutant of a key, or with none."""
    if key == NONE:
        return run(tests, LAUNCH)
    files = kernel_texts.resources()
    every = (m for name, body in files.items() for m in mutants(name, body))
    mutant = next(m for m in every if m.key == key)
    return judged(mutant, files[mutant.file], tests)


def main(chosen: list[str]) -> int:
    """Run all mutants of some files, of all if none is named."""
    files = {n: t for n, t in kernel_texts.with_kernels().items() if not chosen or n in chosen}
    users = Users(files)
    if run(kernel_texts.tests(), users.launch, users):
        print("The tests fail without a mutant.")
        return 1
    wrong, count = 0, 0
    for name, body in files.items():
        for mutant in mutants(name, body):
            started = time.monotonic()
            killer = killed_by(mutant, body, users.tests[name])
            declared = EQUIVALENTS.get(mutant.key)
            wrong, count = wrong + ((killer is None) != (declared is not None)), count + 1
            told = killer or f"SURVIVES ({declared or 'not declared'})"
            print(f"{mutant.key}: {told}, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{count} mutants, {wrong} not as declared, {len(EQUIVALENTS)} declared equivalent")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == [ONE]:
        sys.exit(one(sys.argv[2], sys.argv[3:]))
    sys.exit(main(sys.argv[1:]))
