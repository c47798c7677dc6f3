"""What every registered operator brings to the suite; that it passes is `riesz conformance`'s part.

`tox run -e conformance-numpy,conformance-native` run all of it. Here every operator runs the checks
that need no differences, and a few run all of them.
"""

import numpy as np
import pytest

from riesz.conformance import Draw, run
from riesz.conformance.cell import Cell
from riesz.conformance.checks import AT_REFERENCES, CHECKS, adjoint_identity, metric
from riesz.conformance.points import missing
from riesz.registry import registry

registry.load()
OPERATORS = sorted(registry.operators)
FEW = ("tanh", "maximum", "where", "sum", "matmul", "getitem", "eigh", "fftn", "less")


@pytest.mark.parametrize("name", OPERATORS)
def test_has_samples_and_references(name):
    op = registry.operators[name]
    assert list(registry.samples[name](Draw(np.float64)))
    assert [reason for check in CHECKS if (reason := missing(check, op))] == []


@pytest.mark.parametrize("name", OPERATORS)
def test_values_references_and_adjoint(name):
    checks = (*AT_REFERENCES, metric, adjoint_identity)
    cell = Cell(registry.operators[name], registry.backends.get("numpy"), np.dtype(float), checks)
    results = list(cell.results())
    assert [result for result in results if result.status.bad] == []
    assert sum(result.checks for result in results) > 0 or registry.operators[name].constant


@pytest.mark.parametrize("name", FEW)
def test_a_few_pass_everything_in_every_dtype(name):
    assert run(["numpy"], [name], ["all"], minimum=50).problems() == []


@pytest.mark.parametrize("name", ["tanh", "sum"])
def test_a_few_pass_as_kernels(name):
    report = run(["native"], [name], ["float64"])
    assert report.problems() == []
    assert report.checks > 0 or report.backends["native"]["probe"]
