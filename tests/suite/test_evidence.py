"""Evidence tells what a run has executed, and whether kernels have changed since."""

import json

import evidence
import kernel_texts
import pytest

from riesz.backend import backends
from riesz.conformance import Report, run


@pytest.fixture
def report(monkeypatch):
    monkeypatch.setattr(kernel_texts, "digest", lambda: "of now")
    backend = backends.load("pycuda")
    monkeypatch.setattr(type(backend), "report", lambda self: {"driver": "13.0", "device": "D"})
    found = run(["numpy"], ["tanh"], ["float64"])
    about = {"probe": None, "library": "pycuda 1", "route": "REAL: Some GPU 9 (compute 9.0)"}
    return Report(**{**vars(found), "backends": {"pycuda": about}})


def test_it_holds_what_the_report_says(report, tmp_path):
    file = evidence.write(report, tmp_path)
    found = json.loads(file.read_text())
    assert file.name == f"{report.date[:10]}-some-gpu-9.json"
    assert (found["route"], found["checks"]) == ("REAL", report.checks)
    assert found["versions"]["driver"] == "13.0"
    assert found["results"] == {"passed": len(report.results)}
    assert found["operators_passed"] == 1


def test_without_evidence_the_line_says_so(tmp_path):
    assert "never executed on a GPU" in evidence.line(tmp_path)


def test_emulated_evidence_is_none_of_a_gpu(report, tmp_path):
    about = {"pycuda": report.backends["pycuda"] | {"route": "EMULATED: a CPU, not a GPU"}}
    evidence.write(Report(**{**vars(report), "backends": about}), tmp_path)
    assert evidence.last_real(tmp_path) is None


def test_a_changed_kernel_shows(report, tmp_path, monkeypatch):
    evidence.write(report, tmp_path)
    assert evidence.line(tmp_path).startswith("kernels: as last executed on a GPU, Some GPU 9")
    monkeypatch.setattr(evidence, "sources", lambda: "of another source")
    assert "as last executed" in evidence.line(tmp_path)
    monkeypatch.setattr(kernel_texts, "digest", lambda: "of another kernel")
    assert "CHANGED since" in evidence.line(tmp_path)
