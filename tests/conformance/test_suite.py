"""The conformance suite on the strict devices: a part; the rest is `tox run -e full-loopback`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import loopback
import numpy as np
import pytest

from riesz.backend import backends
from riesz.conformance import run
from riesz.conformance.cell import Cell
from riesz.conformance.compiled import compiled, compiled_covector
from riesz.registry import registry

HERE = Path(__file__).parent
PART = (
    "add divide where power clip tanh erf astype sum mean var prod max cumsum getitem "
    "index_set scatter concatenate transpose roll zero_pad matmul einsum fftn irfftn dct solve "
    "eigh cholesky det logsumexp softmax locally_constant quantile_place"
).split()
COMPILED = (compiled, compiled_covector)


@pytest.mark.parametrize("name", PART)
def test_operator(name, device):
    report = run([device.backend], [name], ["float64", "complex64"])
    assert [r for r in report.results if r.status in ("failed", "error", "absent")] == []
    assert sum(r.checks for r in report.results if r.status == "passed") >= 10


@pytest.mark.parametrize("name", ["tanh", "sum", "where", "index_set", "irfftn", "clip", "solve"])
def test_operator_without_double_precision(name, single):
    report = run([single.backend], [name], ["float32", "float64"])
    assert [r for r in report.results if r.status in ("failed", "error", "absent")] == []
    refused = {r.dtype for r in report.results if r.status == "unsupported"}
    assert refused == {"float64"}
    assert sum(r.checks for r in report.results if r.status == "passed") >= 10


@pytest.mark.parametrize("name", PART)
def test_compiled_where_nothing_is_written(name, returning):
    """A plan calls functions that only return: no `out=`, no `copyto`, no memory of its own."""
    op, dtype = registry.operator(name), np.dtype("float64")
    results = list(Cell(op, returning.backend, dtype, COMPILED).results())
    assert {str(r.status) for r in results} == {"passed"}
    assert sum(r.checks for r in results) > 1


def test_what_a_library_has_not_implemented_is_unsupported():
    """For some dtypes, say: NotImplementedError is enough."""
    backend = loopback.Loopback("loopback_of_reals")
    arctan = backend.xp.arctan

    def of_reals(x, **options):
        if x.dtype.kind == "c":
            raise NotImplementedError("no arctan of complex numbers")
        return arctan(x, **options)

    backend.xp.arctan = of_reals
    backends.add(backend)
    try:
        results = run([backend], ["arctan"], ["float64", "complex128"]).results
    finally:
        backends.remove(backend.name)
    assert {str(r.status) for r in results if r.dtype == "float64"} == {"passed"}
    assert not any(r.status.bad for r in results)
    refused = [r for r in results if r.status == "unsupported"]
    assert len(refused) > 10
    said = "arctan cannot run on the backend 'loopback_of_reals': no arctan of complex numbers"
    assert all(r.reason.startswith(said) for r in refused)


def riesz(command):
    """What the command prints, with the strict devices installed."""
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{HERE / 'installed'}"}
    done = subprocess.run(
        [sys.executable, "-m", "riesz.cli", *command.split()],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_by_its_entry_point():
    """As a stranger's backend: found, required, and every check run by the command."""
    command = "conformance --backend loopback --require loopback --operator tanh --json"
    assert '"loopback"' in riesz(command)


def test_the_table_of_operators_says_what_a_backend_lacks():
    rows = json.loads(riesz("operators --backend loopback_bare --family fourier --json"))
    kernels = {row["name"]: row["kernels"] for row in rows}
    assert kernels["fftn"] == ["unsupported"]
    assert kernels["resize_corner"] == ["generic"]
    assert all("loopback_bare" in row["reason"] for row in rows if "reason" in row)
