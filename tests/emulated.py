"""A command whose PyCUDA finds the emulated driver, in all processes that it starts.

    python tests/emulated.py riesz conformance --backend pycuda --require pycuda

EMULATOR_ORDER and EMULATOR_SANITIZER say how kernels run: see tests/emulator.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from emulator import driver


def main(command: list[str]) -> int:
    """Run it; its status, or 1 if there can be no emulated driver here."""
    reason = driver.absent()
    if reason is not None:
        print(f"pycuda NOT RUN: {reason}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="emulated-nvcc-") as folder:
        env = driver.environment(Path(folder))
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
