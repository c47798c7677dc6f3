"""The GPU benchmark, dry and small: every column that can run here does, with one gradient."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "benchmarks" / "gpu.py"


def run(*options):
    command = [sys.executable, str(SCRIPT), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def test_a_dry_run_measures_every_program(tmp_path):
    done = run("--dry", "--size", "1e-6", "--repeat", "1", "--report", str(tmp_path / "r.json"))
    assert done.returncode == 0, done.stderr
    assert "nothing here was measured on a GPU" in done.stdout
    report = json.loads((tmp_path / "r.json").read_text())
    assert len(report["programs"]) == 5
    for row in report["programs"].values():
        measured = {name: s for name, s in row["seconds"].items() if not isinstance(s, str)}
        assert {"numpy by hand", "riesz numpy", "riesz numpy compiled"} <= set(measured)
        assert not any("differs" in str(seconds) for seconds in row["seconds"].values())
