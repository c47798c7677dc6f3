"""Distributions made for a test: real metadata and modules in a folder on the path."""

import importlib.metadata
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

OPERATOR = """
class Operator:
    __riesz_registers__ = "operator"
    family, kind = "test", "elementwise"

    def __init__(self, name, doc=""):
        self.name, self.__doc__, self.__module__ = name, doc, __name__


class Function:
    __riesz_registers__ = "function"

    def __init__(self, names, functions=()):
        self.names, self.functions, self.__module__ = names, functions, __name__

    def __call__(self, *x):
        return self.names
"""


@dataclass
class Site:
    """A folder of distributions."""

    path: Path

    def install(
        self, distribution: str, entries: dict[str, str], group: str = "riesz.plugins"
    ) -> None:
        """Write the metadata of a distribution with entry points `entries` (name -> value)."""
        info = self.path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        lines = [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
        (info / "entry_points.txt").write_text("\n".join(lines))

    def write(self, module: str, source: str) -> None:
        """Write a module."""
        path = self.path / f"{module.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))

    def plugin(self, name: str, source: str, distribution: str = "") -> None:
        """Install the plugin `name`: one module of that name in a distribution of its own."""
        self.write(name, OPERATOR + textwrap.dedent(source))
        self.install(distribution or f"dist-{name}", {name: name})

    def lister(self, group: str) -> Iterable[EntryPoint]:
        """List the entry points of the distributions here, and of no others."""
        found = importlib.metadata.distributions(path=[str(self.path)])
        return [entry for d in found for entry in d.entry_points.select(group=group)]

    def python(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `code` in a fresh Python that has these distributions, in that environment."""
        return self.run("-c", textwrap.dedent(code), **environment)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python with `arguments`."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RIESZ_")}
        return subprocess.run(
            [sys.executable, *arguments],
            env=clean | {"PYTHONPATH": str(self.path)} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty folder of distributions, on the path during the test; no RIESZ_ variable is set."""
    for variable in [name for name in os.environ if name.startswith("RIESZ_")]:
        monkeypatch.delenv(variable)
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
