"""The kernel tests with threads in every order, and with kernels built by gcc's sanitizers.

    python tests/sanitized_cuda.py [WAY ...] [-- options of pytest]

`races` is the emulator's race checker: barriers and warp operations alone order threads.
Status 1 if a test fails in one way.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import kernel_texts

HERE = Path(__file__).parent
ORDERS = ("reverse", "random:1", "random:2")  # forward is that of the other runs
SANITIZERS = ("address", "undefined", "races")


def environment(way: str) -> dict[str, str]:
    """What makes kernels run in a way."""
    name = "EMULATOR_SANITIZER" if way in SANITIZERS else "EMULATOR_ORDER"
    return os.environ | {name: way, "RIESZ_REQUIRE_PYCUDA": "EMULATED"}


def command(way: str, options: list[str]) -> list[str]:
    """Pytest on the emulated driver."""
    python = [sys.executable, str(HERE / "emulated.py"), sys.executable]
    tests = [*kernel_texts.tests(), "-q", "-p", "no:cacheprovider", f"--rootdir={HERE.parent}"]
    return [*python, "-m", "pytest", *tests, *options]


def main(words: list[str]) -> int:
    """Run all ways, or those that are named; say how each ended."""
    end = words.index("--") if "--" in words else len(words)
    bad = 0
    for way in words[:end] or [*ORDERS, *SANITIZERS]:
        started = time.monotonic()
        done = subprocess.run(command(way, words[end + 1 :]), env=environment(way), check=False)
        bad += done.returncode != 0
        told = "failed" if done.returncode else "passed"
        print(f"=== {way}: {told} after {time.monotonic() - started:.0f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
