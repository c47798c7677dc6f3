"""The conformance suite and loops on `native` with every kernel built by gcc's sanitizers.

    python tests/sanitized.py [options of riesz conformance]

A read or write outside an array, or undefined behaviour, ends the process: status 1. First a source
that writes outside is run, which must be caught.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LOOPS = Path(__file__).parent / "plan" / "test_repetition.py"
FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
FAULT = """
from riesz_backends.native import build
build("int beyond(i64 n) { char x[8] = {0}; volatile i64 k = n; return x[k]; }").beyond(8)
"""


def library(name: str) -> str:
    """Where gcc keeps a library of its own."""
    asked = ["gcc", f"-print-file-name={name}"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def environment(cache: str) -> dict[str, str]:
    """What Python needs to load what the sanitizers built."""
    preload = f"{library('libasan.so')} {library('libubsan.so')}"
    options = {"CC": f"gcc {FLAGS}", "LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0"}
    return os.environ | options | {"RIESZ_CACHE": cache, "PYTHONMALLOC": "malloc"}


def main(options: list[str]) -> int:
    """Run the fault, then the suite and the loops; the worse of their statuses."""
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache)
        caught = subprocess.run(
            [sys.executable, "-c", FAULT], env=env, capture_output=True, text=True, check=False
        )
        if not caught.returncode or "out of bounds" not in caught.stderr:
            print(f"The planted fault was not caught:\n{caught.stderr}", file=sys.stderr)
            return 1
        suite = ["riesz.cli", "conformance", "--backend", "native", *options]
        commands = [suite, ["pytest", "-q", "-p", "no:faulthandler", str(LOOPS)]]
        runs = [
            subprocess.run([sys.executable, "-m", *command], env=env, check=False)
            for command in commands
        ]
        return max(run.returncode & 255 for run in runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
