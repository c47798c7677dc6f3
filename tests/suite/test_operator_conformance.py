"""`OperatorConformance` in somebody's plain pytest file: no conftest, no fixtures."""

import pytest

from riesz.conformance import OperatorConformance

RIGHT = """
from riesz.conformance import OperatorConformance

class TestMine(OperatorConformance):
    operators = ("tanh", "less")
    dtypes = ("float64",)
"""
WRONG = """
import riesz
from riesz.conformance import OperatorConformance, sample, samples

@samples("doubled")
def numbers(draw):
    yield sample(draw(3))

@riesz.linear
class doubled:
    def forward(xp, x):
        return 2 * x

    def adjoint(xp, a, X):
        return a

    def metric(X):
        return X

class TestMine(OperatorConformance):
    operators = (doubled,)
"""


def outcomes(tmp_path, text, *options):
    """How a run of pytest on a file of its own ends, by test."""
    file = tmp_path / f"test_{tmp_path.name}.py"
    file.write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    seen = Recorder()
    words = [
        str(file),
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir",
        str(tmp_path),
    ]
    pytest.main([*words, *options], plugins=[seen])
    return seen.outcomes


class Recorder:
    def __init__(self):
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            self.outcomes[report.nodeid.partition("[")[2].rstrip("]")] = report.outcome


def test_a_right_operator(tmp_path):
    found = outcomes(tmp_path, RIGHT)
    assert found["tanh-numpy-adjoint_identity-float64"] == "passed"
    assert found["less-numpy-second_identity-float64"] == "skipped"  # it is constant
    assert "failed" not in found.values()


def test_a_wrong_operator(tmp_path):
    found = outcomes(tmp_path, WRONG)
    assert found["doubled-numpy-adjoint_identity-float64"] == "failed"
    assert found["doubled-numpy-adjoint_identity-complex64"] == "failed"
    assert found["doubled-numpy-metric-float64"] == "passed"


def test_an_absent_backend_is_skipped_with_its_reason(tmp_path, declaring):
    from riesz.conformance.operator_conformance import results

    class Absent(OperatorConformance):
        operators = ("tanh",)
        backends = (declaring(probe="there is no such device"),)

    cells = list(Absent()._cells())
    assert {r.reason for cell in cells for r in results(cell)} == {"there is no such device"}


def test_no_operators_is_an_error():
    class Empty(OperatorConformance):
        pass

    with pytest.raises(ValueError, match="names no operators"):
        list(Empty()._cells())
