"""The stored reference values are those that the definitions give."""

import runpy
from pathlib import Path


def test_the_file_is_what_the_script_writes(capsys):
    make = runpy.run_path(str(Path(__file__).parent / "references/make.py"))
    assert make["main"](["--check"]) == 0
    assert capsys.readouterr().out == "as declared\n"
