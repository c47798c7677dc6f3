"""The kernel tests against mutants of all CUDA, in files and printed: they must fail each.

    python tests/cuda_mutation/run.py [-n PROCESSES] [FILE.cu ...] [-- options of pytest]

`printed` in the place of a file: the kernels that Python prints. A mutant that no test notices with
threads in one order is tried in others, then under what finds accesses out of bounds and races.
Status 1 if one survives that is not declared equivalent, or if one that is declared does not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from cuda_mutation.equivalents import EQUIVALENTS
from cuda_mutation.judge import Request
from cuda_mutation.sites import PRINTED
from cuda_mutation.suites import absent, suites

TESTS = Path(__file__).parents[1]
ORDERS = ("forward", "reverse", "random:1")
SANITIZERS = ("address", "races", "undefined")  # those that kill most come first
SURVIVES = "SURVIVES"


class TestsFail(RuntimeError):
    """They must pass without a mutant."""


def answered(request: Request, sanitizer: str = "") -> dict[str, dict[str, Any]]:
    """What becomes of each mutant, on the emulated driver with kernels of a sanitizer's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "request.json"
        file.write_text(json.dumps(asdict(request)))
        command = [sys.executable, TESTS / "emulated.py", sys.executable]
        command += [TESTS / "cuda_mutation" / "judge.py", file]
        env = os.environ | {
            "EMULATOR_SANITIZER": sanitizer, "LD_PRELOAD": "", "OPENBLAS_NUM_THREADS": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": folder,
        }  # fmt: skip
        if subprocess.run(command, env=env, check=False).returncode:
            raise TestsFail(f"The tests fail without a mutant {sanitizer}")
        return json.loads(file.read_text())["answer"]  # type: ignore[no-any-return]


def judged(request: Request) -> dict[str, dict[str, Any]]:
    """What becomes of each mutant, under sanitizers too if it survives and should not."""
    found = answered(request)
    for sanitizer in SANITIZERS:
        left = {k: one for k, one in found.items() if not one["killer"] and k not in EQUIVALENTS}
        if not left:
            break
        tests = sorted({test for one in left.values() for test in one["tests"]})
        asked = replace(request, keys=list(left), tests=tests, orders=["forward"])
        for key, one in answered(asked, sanitizer).items():
            found[key]["killer"] = one["killer"] and sanitizer
            found[key]["seconds"] += one["seconds"]
    return found


def lines(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What became of the mutants of every file."""
    for file in dict.fromkeys(key.partition(":")[0] for key in found):
        own = {key: one for key, one in found.items() if key.partition(":")[0] == file}
        killers = Counter(one["killer"] or outcome(key) for key, one in own.items())
        told = ", ".join(f"{killer} {n}" for killer, n in sorted(killers.items()))
        seconds = sum(one["seconds"] for one in own.values())
        yield f"{file}: {len(own)} mutants: {told}; {seconds:.0f} s"


def outcome(key: str) -> str:
    """What a survivor is called."""
    return "equivalent" if key in EQUIVALENTS else SURVIVES


def main(words: list[str]) -> int:
    """Run all mutants of some files, of all if none is named."""
    end = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("-n", dest="processes", type=int, default=os.cpu_count())
    given = parser.parse_args(words[:end])
    found: dict[str, dict[str, Any]] = {}
    for name, suite in suites().items():
        if given.files and not {*suite.files, *[PRINTED] * suite.prints} & {*given.files}:
            continue
        if absent(name):
            print(f"{name} NOT RUN: it is not installed")
            continue
        request = Request(name, given.files, orders=list(ORDERS), processes=given.processes)
        request.options = words[end + 1 :]
        found |= judged(request)
    wrong = [key for key, one in found.items() if (key in EQUIVALENTS) != (not one["killer"])]
    print(*lines(found), *(f"not as declared: {key}" for key in wrong), sep="\n")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
