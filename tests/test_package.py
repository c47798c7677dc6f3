"""The package as a whole: what importing it costs, what it exports, how it is cut into pieces."""

import ast
import importlib
import importlib.resources
import importlib.util
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

import riesz
import riesz.conformance

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for root in ("core", "backends") for path in (ROOT / root).rglob("*.py"))
HEAVY = {
    "cupy", "hypothesis", "jax", "matplotlib", "mpmath", "numba", "pycuda", "pytest", "rich",
    "riesz_backends", "scipy", "torch",
}  # fmt: skip


def functions() -> Iterator[tuple[str, int]]:
    """Where each function of the source tree stands, and its length in lines."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                yield where, (node.end_lineno or node.lineno) - node.lineno + 1


def test_importing_riesz_imports_nothing_the_user_did_not_ask_for() -> None:
    show = "import sys, riesz; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", show], check=True, capture_output=True, text=True
    )
    assert {name.partition(".")[0] for name in loaded.stdout.split()} & HEAVY == set()


def test_public_names_are_the_documented_ones() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `riesz\.(\w+)", page, re.MULTILINE)) == set(riesz.__all__)


def test_every_public_name_has_its_docstring_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    names = re.findall(r"^\.\. auto\w+:: riesz\.(\w+)$", page, re.MULTILINE)
    assert sorted(names) == sorted(set(riesz.__all__) - {"scipy"})


@pytest.mark.parametrize("name", riesz.__all__)
def test_public_name_is_there_and_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(riesz, name))


@pytest.mark.parametrize("name", riesz.__all__)
def test_no_module_bears_the_name_of_a_public_object(name: str) -> None:
    # Importing such a module would put it in the object's place.
    if not inspect.ismodule(getattr(riesz, name)):
        assert importlib.util.find_spec(f"riesz.{name}") is None


@pytest.mark.parametrize("name", riesz.conformance.__all__)
def test_no_later_import_hides_a_name_of_the_suite(name: str) -> None:
    for found in pkgutil.walk_packages(riesz.conformance.__path__, "riesz.conformance."):
        importlib.import_module(found.name)
    assert not inspect.ismodule(getattr(riesz.conformance, name))


def test_types_are_shipped() -> None:
    assert importlib.resources.files(riesz).joinpath("py.typed").is_file()


def test_functions_are_short() -> None:
    lengths = sorted(functions(), key=lambda found: found[1])
    lines = [length for _, length in lengths]
    longest = "\n".join(f"{length:4d} {where}" for where, length in lengths[-20:])
    assert median(lines) <= 6, longest
    assert quantiles(lines, n=20)[-1] <= 30, longest


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
