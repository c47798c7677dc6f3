"""`riesz conformance`: what it prints and writes, and its exit status."""

import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from riesz.cli import main
from riesz.cli.conformance import print_report
from riesz.conformance import Report, Status
from riesz.conformance.junit import junit

COMMON = ["conformance", "--backend", "numpy", "--dtype", "float64"]


def conformance(*words):
    return main([*COMMON, *words])


def test_passes_and_prints_counts_by_family(capsys):
    assert conformance("--operator", "tanh", "sum") == 0
    printed = capsys.readouterr().out
    assert "elementary" in printed
    assert "reduction" in printed
    assert "checks executed" in printed
    assert "left out: float32, complex64" in printed or "left out: complex128" in printed
    assert printed.rstrip().endswith("passed")


def test_a_run_without_a_check_has_not_passed(capsys):
    assert conformance("--operator", "tanh", "--json") == 0
    report = Report.from_json(json.loads(capsys.readouterr().out))
    print_report(replace(report, results=[]))
    assert capsys.readouterr().out.rstrip().endswith("nothing was checked")


def test_a_family_stands_for_its_operators(capsys):
    assert conformance("--operator", "activation", "--json") == 0
    report = Report.from_json(json.loads(capsys.readouterr().out))
    assert len({result.operator for result in report.results}) > 2


def test_writes_reports(tmp_path, capsys):
    places = {word: tmp_path / f"report.{word}" for word in ("report", "html", "junit")}
    options = [text for word, path in places.items() for text in (f"--{word}", str(path))]
    assert conformance("--operator", "tanh", *options) == 0
    report = Report.from_json(json.loads(places["report"].read_text()))
    assert report.counts()[Status.PASSED] > 10
    assert "tanh" in places["html"].read_text()
    assert Xml.parse(places["junit"]).getroot().tag == "testsuites"


def test_a_required_backend_that_is_nobodys_is_a_usage_error(capsys):
    assert conformance("--operator", "tanh", "--require", "nonesuch") == 2
    assert "nonesuch" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--operator", "tahn"], ["--dtype", "float65"], ["--report", "/nowhere/at/all/r.json"],
     ["--expected", "/nowhere.json"]],
)  # fmt: skip
def test_usage_errors_exit_with_2(words, capsys):
    assert main(["conformance", "--backend", "numpy", *words]) == 2
    assert "riesz: error:" in capsys.readouterr().err


def test_a_name_that_is_nobodys_is_answered_with_what_there_is(capsys):
    assert conformance("--operator", "fouriers") == 2
    said = capsys.readouterr().err
    for words in ("--operator 'fouriers'", "'fourier'", "distributions riesz", "pip install .",
                  "riesz plugins", "riesz operators"):  # fmt: skip
        assert words in said


def test_failures_exit_with_1_and_are_named(tmp_path, capsys):
    assert conformance("--operator", "tanh", "--minimum", "1000000") == 1
    file = tmp_path / "expected.json"
    entry = {"reason": "no longer", "link": "https://example.org"}
    file.write_text(json.dumps({"tanh:metric:float64": entry}))
    assert conformance("--operator", "tanh", "--expected", str(file)) == 1
    printed = capsys.readouterr().out
    assert "1000000 required" in printed
    assert "unexpected-pass: tanh:metric:float64 on numpy" in printed
    assert printed.rstrip().endswith("FAILED")


def test_several_processes_from_the_command(capsys):
    assert conformance("--operator", "tanh", "less", "-n", "2", "--json") == 0
    together = Report.from_json(json.loads(capsys.readouterr().out))
    assert conformance("--operator", "tanh", "less", "--json") == 0
    assert Report.from_json(json.loads(capsys.readouterr().out)).results == together.results


def test_junit_has_a_test_for_each_result(halved, declaring):
    from riesz.conformance import run

    failing = declaring(["halved_cubed:adjoint_identity:float64"])
    report = run([failing], [halved], ["float64"])
    report = Report(**{**vars(report), "minimum": 10**6})
    suites = {s.get("name"): s for s in Xml.fromstring(junit(report))}
    assert int(suites["declaring"].get("tests")) == len(report.results)
    kinds = [len(suites["declaring"].findall(f"testcase/{k}")) for k in ("failure", "skipped")]
    counts = report.counts()
    assert kinds == [counts[Status.FAILED], counts[Status.EXPECTED_FAILURE]]
    assert kinds[0] > 0
    assert "1000000" in suites["run"].find("testcase/failure").get("message")
