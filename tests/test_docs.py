"""Every example in the documentation runs: fenced blocks of the pages, doctests of the modules."""

import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import riesz
import riesz_backends

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
WITHOUT_EXAMPLE = {"scipy", "hookimpl"}  # a module; what pluggy made, shown in write-a-plugin.md
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def modules() -> Iterator[str]:
    """The name of every module that ships."""
    yield "riesz"
    for package in (riesz, riesz_backends):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.endswith("__main__"):
                yield found.name


def check(test: doctest.DocTest) -> None:
    """Run one group of `>>>` examples; its failures name file and line."""
    report: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test, out=report.append)
    assert not report, "".join(report)


@pytest.fixture
def namespace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    """A module of its own for a page's examples, run from an empty folder."""
    monkeypatch.chdir(tmp_path)
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    return vars(module)


@on_every_page
def test_page_examples_run(page: Path, namespace: dict[str, object]) -> None:
    text = page.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        line = text.count("\n", 0, block.start(2))
        if block[1] == "pycon":
            parser = doctest.DocTestParser()
            test = parser.get_doctest(block[2], namespace, page.name, str(page), line)
            test.globs = namespace
            check(test)
        else:
            exec(compile("\n" * line + block[2], str(page), "exec"), namespace)


@on_every_page
def test_page_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", list(modules()))
def test_doctests(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for test in doctest.DocTestFinder().find(importlib.import_module(name)):
        check(test)


@pytest.mark.parametrize("name", riesz.__all__)
def test_every_public_name_has_an_example(name: str) -> None:
    public = getattr(riesz, name)
    error = isinstance(public, type) and issubclass(public, riesz.RieszError)
    assert error or name in WITHOUT_EXAMPLE or ">>>" in (inspect.getdoc(public) or "")
