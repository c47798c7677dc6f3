"""The kernel tests on a GPU under NVIDIA's compute-sanitizer, where the CUDA toolkit has it.

    python tests/compute_sanitizer.py [options of pytest]

memcheck finds accesses outside of allocations, racecheck races in shared memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import kernel_texts

TOOLS = ("memcheck", "racecheck")


def main(options: list[str]) -> int:
    """Run both tools; the first status that is not 0."""
    found = shutil.which("compute-sanitizer")
    if found is None:
        print("compute-sanitizer NOT RUN: it is not on the PATH (it comes with the CUDA toolkit)")
        return 0
    env = os.environ | {"RIESZ_PYCUDA_POOL": "0"}  # each array is an allocation of its own
    tests = [sys.executable, "-m", "pytest", "-q", *kernel_texts.tests(), *options]
    for tool in TOOLS:
        command = [found, "--tool", tool, "--error-exitcode", "99", *tests]
        if status := subprocess.run(command, env=env, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
