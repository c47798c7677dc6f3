"""A wheel of riesz, and strangers who install it."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from .guide import Stranger

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder with the wheel of riesz, as an index would offer it."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def stranger(wheels, tmp_path_factory):
    """An empty folder and a fresh environment, the same ones for the tests of a module."""
    place = tmp_path_factory.mktemp("stranger")
    venv.create(place / "environment", with_pip=True)
    (place / "folder").mkdir()
    return Stranger(place / "folder", place / "environment", wheels)
