"""The README's examples and those of the docstrings run."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_readme_run():
    text = README.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) == 4
    names = {"__name__": "readme"}
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(README), "exec"), names)


@pytest.mark.parametrize("name", ["reduction", "metric"])
def test_docstrings(name):
    done = doctest.testmod(importlib.import_module(f"riesz_kernels.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
