"""Tests that launch kernels, and the files that these are in: Riesz's own, and those of plugins."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import kernel_texts

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Suite:
    """`options`: pytest's; `files`: texts by name; `prints`: whether printed kernels are judged."""

    options: tuple[str, ...]
    files: dict[str, str]
    prints: bool = False

    @property
    def known(self) -> dict[str, str]:
        """The texts that are no printed ones."""
        return kernel_texts.resources() | self.files


def suites() -> dict[str, Suite]:
    """All of them, by name."""
    own = (*kernel_texts.tests(), f"--rootdir={ROOT}")
    found = {"riesz": Suite(own, kernel_texts.with_kernels(), prints=True)}
    for folder in sorted((ROOT / "plugins").iterdir()):
        resources = sorted((folder / package(folder.name)).rglob("*.cu"))
        if files := {file.name: file.read_text() for file in resources}:
            found[folder.name] = Suite(plugin(folder), files)
    return found


def package(name: str) -> str:
    """Under which name a distribution is imported."""
    return name.replace("-", "_")


def plugin(folder: Path) -> tuple[str, ...]:
    """How the tests of a plugin's kernels are run."""
    config = ("-c", str(folder / "pyproject.toml"), f"--rootdir={folder}")
    return (str(folder / "tests" / "test_cuda.py"), *config)


def absent(name: str) -> bool:
    """Whether a plugin is not installed."""
    return find_spec(package(name)) is None
