"""The stored references are what their definitions give, and what both backends compute."""

import os
import subprocess
import sys
from pathlib import Path

MAKE = Path(__file__).parents[1] / "references/make.py"


def test_the_file_is_what_the_definitions_give():
    environment = os.environ | {"PYTHONSAFEPATH": ""}
    done = subprocess.run(
        [sys.executable, str(MAKE), "--check"], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "as defined\n", done.stdout + done.stderr
