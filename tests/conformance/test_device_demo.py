"""`riesz demo --backend NAME` computes on that backend, whose arrays are not NumPy's."""

import json

import pytest

import riesz

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from riesz.cli import main
from riesz.demo.command import PROBLEMS


@pytest.mark.parametrize("name", PROBLEMS)
def test_data_of_the_problem_are_on_the_device(device, name):
    with riesz.use_backend(device.backend):
        problem = PROBLEMS[name](8, None, 0)
        value = problem.f(problem.start)
    assert isinstance(problem.start, device.backend.array)
    assert isinstance(value, device.backend.array)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_demo_on_a_strict_device(device, name, tmp_path, capsys):
    def rows(backend):
        words = f"demo --problem {name} --size 16 --iterations 4 --json --backend {backend}"
        assert main([*words.split(), "--out", str(tmp_path / "demo.png")]) == 0
        return json.loads(capsys.readouterr().out)

    for row, expected in zip(rows(device.backend.name), rows("numpy"), strict=True):
        assert row["steps"] == expected["steps"]
        assert row["objective"] == pytest.approx(expected["objective"], rel=1e-9)
