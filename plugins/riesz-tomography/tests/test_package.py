"""What a user gets: examples that run, a plugin that loads, a package that imports little."""

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import riesz_tomography
from riesz_tomography import backproject, project

README = Path(__file__).parents[1] / "README.md"
MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(riesz_tomography.__path__, "riesz_tomography.")
    if not found.name.endswith("__main__")
)


@pytest.mark.parametrize("name", ["riesz_tomography", *MODULES])
def test_examples_of_the_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("op", [project, backproject])
def test_examples_of_the_operators(op):
    names = vars(riesz_tomography).copy()
    examples = doctest.DocTestParser().get_doctest(op.__doc__, names, op.name, None, None)
    assert len(examples.examples) == 3
    assert doctest.DocTestRunner().run(examples).failed == 0


def test_examples_of_the_readme():
    blocks = re.findall(
        r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert blocks
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)


def test_the_plugin_is_found():
    words = [sys.executable, "-m", "riesz.cli", "plugins", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert '"riesz-tomography"' in done.stdout
    assert "broken" not in done.stdout


def test_importing_it_imports_no_scipy_matplotlib_or_compiler():
    heavy = {"scipy", "matplotlib", "rich", "mpmath", "riesz_backends.native.compiler"}
    code = f"import sys, riesz_tomography; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
