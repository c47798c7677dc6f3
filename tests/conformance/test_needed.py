"""docs/add-a-backend.md names the attributes of arrays that operators need: all of them."""

import re
import sys
from pathlib import Path

import loopback
import pytest
from loopback.array import Array
from test_suite import PART

from riesz.backend import backends
from riesz.conformance import run

ROOT = Path(__file__).parents[2]
WRITING = {"view"}  # where the namespace has `copyto`
OPTIONAL = {"flags", "is_lazy", "strides"}  # which are asked for, and may be missing


def named():
    """The names of the sentence on what is needed."""
    page = (ROOT / "docs" / "add-a-backend.md").read_text(encoding="utf-8")
    start = page.index("What Riesz needs of an array:")
    return set(re.findall(r"`(\w+)`", page[start : page.index(";", start)]))


@pytest.fixture
def watched(monkeypatch):
    """A device, and the attributes of its arrays that others have read."""
    backend, seen, here = loopback.Loopback("loopback_watched"), set(), loopback.__path__[0]

    def look(array, name):
        if not name.startswith("_") and here not in sys._getframe(1).f_code.co_filename:
            seen.add(name)
        return object.__getattribute__(array, name)

    monkeypatch.setattr(Array, "__getattribute__", look, raising=False)
    backends.add(backend)
    yield backend, seen
    backends.remove(backend.name)


def test_the_guide_names_all_that_is_needed(watched):
    backend, seen = watched
    run([backend], PART, ["float64"])
    assert {"reshape", "astype", "conj"} < seen
    assert seen - WRITING - OPTIONAL <= named()
