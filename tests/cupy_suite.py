"""The conformance suite on the code of `cupy`: NumPy in CuPy's place, raw kernels on the emulator.

    python tests/cupy_suite.py [OPERATOR ...]

In float64, of all operators if none is named. What CuPy is expected to fail may pass here, where
NumPy and SciPy are. Status 1 if anything else is bad, or too little ran.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from raw_kernels import raw_cupy

from riesz.backend import backends
from riesz.conformance.report import line
from riesz.conformance.result import Status
from riesz.conformance.runner import run

MINIMUM = 4400  # results of all operators


def main(operators: list[str]) -> int:
    """Run, and print what is bad."""
    backend = raw_cupy()
    backends.add(backend)
    report = run([backend], operators or None, ["float64"])
    results = [r for r in report.results if r.status is not Status.UNEXPECTED_PASS]
    bad = [line(r) for r in results if r.status.bad]
    print(*bad, *report.routes(), sep="\n")
    print(f"{report.checks} checks, {len(results)} results, {len(bad)} of them bad")
    return 1 if bad or (not operators and len(results) < MINIMUM) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
