"""Reference values that a plugin brings; a registered operator without them fails the suite."""

import json

import pytest

import riesz
from riesz.conformance import Status, run
from riesz.registry import Registry, registry

ONE = {"shape": [], "of": "float64", "entries": [1.5]}
CUBE = {"shape": [], "of": "float64", "entries": [3.375]}
SLOPE = {"shape": [], "of": "float64", "entries": [6.75]}
UNIT = {"shape": [], "of": "float64", "entries": [1.0]}


def written(folder, name, g=SLOPE):
    case = {"x": [ONE], "a": [UNIT], "y": [CUBE], "g": [g], "active": [0], "entrywise": True}
    file = folder / "cubes.json"
    file.write_text(json.dumps({"operators": {name: {"cases": [case]}}}))
    return file


@pytest.fixture
def registered(right, monkeypatch):
    registry.load()
    monkeypatch.setitem(registry.operators, right.name, right)
    return right


def results(op, check):
    return [r for r in run(["numpy"], [op], ["float64"]).results if r.check == check]


def test_a_registered_operator_needs_references(registered):
    (result,) = results(registered, "reference_values")
    assert result.status is Status.FAILED
    assert "add_references" in result.reason


@pytest.mark.parametrize("whole_folder", [True, False])
def test_references_are_used(registered, tmp_path, monkeypatch, whole_folder):
    file = written(tmp_path, registered.name)
    place = tmp_path if whole_folder else file
    monkeypatch.setitem(registry.references, str(place), place)
    for check in ("reference_values", "reference_covectors"):
        (result,) = results(registered, check)
        assert (result.status, result.checks) == (Status.PASSED, 1)


def test_a_difference_from_the_references_is_found(registered, tmp_path, monkeypatch):
    file = written(tmp_path, registered.name, g=ONE)
    monkeypatch.setitem(registry.references, str(file), file)
    (result,) = results(registered, "reference_covectors")
    assert result.status is Status.FAILED
    assert "scaled by 4.5" in result.reason


def test_a_registry_takes_a_path_and_gives_it_back(tmp_path):
    own = Registry(lister=lambda group: [])
    own.add_references(str(written(tmp_path, "f")))
    assert list(own.references) == [str(tmp_path / "cubes.json")]
    with pytest.raises(riesz.InvalidValue, match="neither a file nor a folder"):
        own.add_references(tmp_path / "nowhere.json")
