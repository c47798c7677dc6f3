"""The command: what it prints, draws and refuses."""

import json
import struct
import subprocess
import sys

import pytest

from riesz_tomography.demo import main

SMALL = ["--size", "32", "--angles", "12", "--steps", "14"]


@pytest.mark.parametrize("beam", ["parallel", "fan"])
def test_numbers_and_figure(beam, tmp_path, capsys):
    out = tmp_path / "figure.png"
    assert main([*SMALL, "--beam", beam, "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    L2, H1 = told["metrics"]
    assert (L2["metric"], H1["metric"]) == ("L2", "H1")
    for row in (L2, H1):
        assert row["objectives"] == sorted(row["objectives"], reverse=True)
        assert len(row["errors"]) == 15
        assert row["errors"][row["steps"]] == row["error"] < told["filtered_error"]
        assert row["best_error"] == min(row["errors"])
    assert H1["error"] < L2["error"]  # of this phantom, these angles, this noise
    assert H1["steps"] > L2["steps"]
    width, height = struct.unpack(">II", out.read_bytes()[16:24])
    assert width > 1500
    assert height > 900


def test_table_and_lesson(tmp_path, capsys):
    main([*SMALL, "--backend", "numpy", "--out", str(tmp_path / "figure.png")])
    said = " ".join(capsys.readouterr().out.split())
    assert "time per step" in said
    assert "times the steps of L2" in said
    assert str(tmp_path) in said.replace(" ", "")


def test_too_few_steps_are_said(tmp_path, capsys):
    arguments = ["--size", "32", "--angles", "12", "--steps", "1"]
    main([*arguments, "--out", str(tmp_path / "figure.png")])
    assert "not reached within 1 steps" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "3"], "16 pixels"),
        (["--angles", "1"], "2 angles"),
        (["--steps", "0"], "--steps is 0"),
        (["--out", "figure.jpg"], "PNG"),
        (["--out", "no/such/folder.png"], "folder"),
        (["--lengthscale", "-1"], "lengthscale"),
        (["--backend", "abacus"], "abacus"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments, words, capsys):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_python_m(tmp_path):
    words = [
        sys.executable,
        "-m",
        "riesz_tomography.demo",
        *SMALL,
        "--out",
        str(tmp_path / "a.png"),
    ]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.png").exists()
