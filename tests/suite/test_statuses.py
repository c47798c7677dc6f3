"""Seven statuses, never merged; what fails a run and what does not."""

import json
import types
from importlib.metadata import EntryPoint

import numpy as np
import pytest

import riesz
from riesz.conformance import Report, Result, Status, run, sample
from riesz.conformance.declared import Declared, matches, read_failures
from riesz.conformance.sample import DECLARED
from riesz.loader import Plugin
from riesz.registry import registry
from riesz_backends.numpy import NumpyBackend

DOUBLE = ["float64"]
TRANSPOSES = {"adjoint_identity", "double_transpose"}


def by_check(report, status):
    return {result.check for result in report.results if result.status is status}


def test_a_right_operator_passes(right):
    report = run(["numpy"], [right], DOUBLE)
    assert not report.failed
    assert report.counts()[Status.PASSED] == len(report.results) > 10
    assert report.checks > 20


def test_a_forgotten_factor_is_found_and_told(halved):
    report = run(["numpy"], [halved], DOUBLE)
    assert report.failed
    failed = {r.check: r for r in report.results if r.status is Status.FAILED}
    assert set(failed) >= TRANSPOSES
    assert "(scaled by 0.5)" in failed["adjoint_identity"].reason
    assert failed["adjoint_identity"].error > failed["adjoint_identity"].tolerance
    assert "metric" not in failed


def test_an_expected_failure_does_not_fail_the_run(declaring, halved):
    found = run(["numpy"], [halved], DOUBLE)
    failing = [r.key for r in found.results if r.status is Status.FAILED]
    report = run([declaring(failing)], [halved], DOUBLE)
    assert not report.failed
    assert len(by_check(report, Status.EXPECTED_FAILURE)) == len(failing)
    expected = next(r for r in report.results if r.status is Status.EXPECTED_FAILURE)
    assert "https://example.org" in expected.reason


def excepted(x):
    """Samples of x^3 with a forgotten factor: one as it is, one declared to show that."""
    yield sample(x.positive(3)).except_for("adjoint_identity", "half of it is meant")


def test_a_sample_may_declare_that_a_check_fails_there(halved, right, monkeypatch):
    for op in (halved, right):
        monkeypatch.setitem(DECLARED, op.name, excepted)
    found = {r.check: r for r in run(["numpy"], [halved], DOUBLE).results}
    result = found["adjoint_identity"]
    assert (result.status, result.checks) == (Status.EXPECTED_FAILURE, 1)
    assert "half of it is meant" in result.reason
    assert result.error > result.tolerance
    assert found["double_transpose"].status is Status.FAILED  # of which nothing was declared


def test_a_sample_that_declares_a_failure_which_is_none_fails_the_run(right, monkeypatch):
    monkeypatch.setitem(DECLARED, right.name, excepted)
    report = run(["numpy"], [right], DOUBLE)
    assert by_check(report, Status.UNEXPECTED_PASS) == {"adjoint_identity"}
    assert report.failed


def test_a_failure_where_none_is_declared_stays_one(halved, monkeypatch):
    def both(x):
        yield from excepted(x)
        yield sample(x.positive(2))

    monkeypatch.setitem(DECLARED, halved.name, both)
    assert "adjoint_identity" in by_check(run(["numpy"], [halved], DOUBLE), Status.FAILED)


def test_any_stands_for_what_fails_among_all(declaring, halved):
    report = run([declaring(["halved_cubed:*:float64"])], [halved], DOUBLE)
    assert not report.failed
    assert by_check(report, Status.EXPECTED_FAILURE) >= TRANSPOSES
    assert "metric" in by_check(report, Status.PASSED)


def test_an_unexpected_pass_fails_the_run(declaring, right):
    report = run([declaring(["cubed_for_tests:metric:float64"])], [right], DOUBLE)
    assert by_check(report, Status.UNEXPECTED_PASS) == {"metric"}
    assert report.failed


@pytest.mark.parametrize(
    "key",
    ["unheard_of:metric:float64", "cubed_for_tests:unheard_of:float64", "cubed_for_tests:*:float64",
     "cubed_for_tests:precision_of_values:float64"],
)  # fmt: skip
def test_a_stale_declaration_fails_the_run(declaring, right, key):
    report = run([declaring([key])], [right], DOUBLE)
    assert [r.reason for r in report.results if r.status.bad and "stale" in r.reason]
    assert report.failed


def test_a_declaration_of_what_was_not_run_is_not_stale(declaring, right):
    key = "tanh:metric:float64", "cubed_for_tests:metric:float32"
    assert not run([declaring(key)], [right], DOUBLE).failed


def test_declarations_may_come_from_a_file(tmp_path, halved):
    file = tmp_path / "expected.json"
    entry = {"reason": "known", "link": "https://example.org/1"}
    file.write_text(json.dumps({"halved_cubed:*:*": entry}))
    assert not run(["numpy"], [halved], DOUBLE, expected=read_failures(file)).failed


@pytest.mark.parametrize("text", ["[]", "no json", '{"a:b:c": {"reason": "no link"}}', '{"a": {}}'])
def test_a_file_that_cannot_be_used_says_why(tmp_path, text):
    file = tmp_path / "expected.json"
    file.write_text(text)
    with pytest.raises(riesz.InvalidValue):
        read_failures(file)


def test_a_loosened_tolerance_has_a_reason_in_the_report(declaring, halved):
    found = run(
        [declaring(tolerances=[("halved_cubed:adjoint_identity:*", 1e13)])], [halved], DOUBLE
    )
    result = next(r for r in found.results if r.check == "adjoint_identity")
    assert (result.status, result.tolerance, result.reason) == (Status.PASSED, 10.0, "a test")
    with pytest.raises(riesz.InvalidValue, match="factor"):
        Declared(tolerances={"a:b:c": {"reason": "no factor"}})


def test_an_undeclared_dtype_is_unsupported(declaring, right):
    backend = declaring(capabilities=NumpyBackend.capabilities - {"float32"})
    result = run([backend], [right], ["float32"]).results[-1]
    assert result.status is Status.UNSUPPORTED
    assert "float32" in result.reason
    assert not result.status.bad


@pytest.mark.parametrize("name", ["float32", "complex128", "fft", "linalg", "special"])
def test_a_capability_that_is_there_and_not_declared_fails_the_run(declaring, right, name):
    backend = declaring(capabilities=NumpyBackend.capabilities - {name})
    report = run([backend], [right], DOUBLE)
    assert report.failed
    assert by_check(report, Status.UNEXPECTED_PASS) == {"capabilities"}
    assert report.problems()[0].startswith("unexpected-pass: *:capabilities:*")
    assert name in report.problems()[0]


def test_a_capability_that_an_optional_package_brings_is_not_asked_for_without_it(declaring, right):
    class Bare:
        def __getattr__(self, name):
            if name == "special":
                raise riesz.MissingExtra("A special function", "SciPy", "scipy")
            return getattr(NumpyBackend.xp, name)

    backend = declaring()
    backend.xp = Bare()
    assert not run([backend], [right], DOUBLE).failed


def test_a_capability_that_is_declared_and_missing_fails_the_run(declaring, right):
    backend = declaring()
    backend.xp = types.SimpleNamespace(asarray=np.asarray, square=np.square, multiply=np.multiply)
    report = run([backend], [right], DOUBLE)
    missing = [r.reason for r in report.results if r.check == "capabilities"]
    assert [reason.split()[2] for reason in missing] == ["fft", "linalg", "special"]
    assert by_check(report, Status.FAILED) >= {"capabilities"}


@pytest.mark.parametrize("error", [riesz.UnsupportedOperator, NotImplementedError])
def test_a_missing_kernel_is_unsupported(right, error):
    @riesz.operator
    class cubed_for_tests:
        def forward(xp, x):
            raise error("no such kernel here")

        def adjoint(xp, a, Y, x):
            return a

        def metric(X):
            return X

    report = run(["numpy"], [cubed_for_tests], DOUBLE)
    assert not report.failed
    reasons = [r.reason for r in report.results if r.status is Status.UNSUPPORTED]
    assert reasons
    assert all("no such kernel here" in reason for reason in reasons)


def test_an_absent_backend_fails_only_where_it_is_required(declaring, right):
    backend = declaring(probe="there is no such device")
    report = run([backend], [right], DOUBLE)
    assert [(r.status, r.reason) for r in report.results] == [
        (Status.ABSENT, "there is no such device")
    ]
    assert not report.failed
    strict = Report(**{**vars(report), "required": ("declaring",)})
    assert strict.failed
    assert "there is no such device" in strict.problems()[0]


def test_a_backend_that_does_not_load_is_an_error(monkeypatch):
    def broken(name):
        raise riesz.PluginError(f"{name} imports what is not there")

    monkeypatch.setattr(registry.backends, "load", broken)
    report = run(["native"], ["tanh"], DOUBLE)
    assert [(r.status, r.backend) for r in report.results] == [(Status.ERROR, "native")]
    assert report.failed
    assert "imports what is not there" in report.problems()[0]


def test_a_broken_plugin_harms_nothing_and_is_named(monkeypatch):
    registry.load()
    broken = Plugin(EntryPoint("mine", "my_module", "riesz.plugins"), "broken", "a syntax error")
    monkeypatch.setattr(registry.plugins, "all", lambda: [broken])
    report = run(["numpy"], ["tanh"], DOUBLE)
    assert not report.failed
    assert any("mine" in line and "a syntax error" in line for line in report.left_out)


def test_too_few_checks_fail_the_run(right):
    assert run(["numpy"], [right], DOUBLE, minimum=10**6).failed
    assert not run(["numpy"], [right], DOUBLE, minimum=10).failed


def test_an_operator_without_samples_fails():
    @riesz.elementwise
    def unsampled_for_tests(m, x):
        return x * x, 2 * x

    assert "unsampled_for_tests" not in DECLARED
    report = run(["numpy"], [unsampled_for_tests], DOUBLE)
    assert report.failed
    assert "no samples" in report.problems()[0]


def test_an_error_of_the_operator_is_a_failure_with_its_message(right):
    @riesz.operator
    class cubed_for_tests:
        def forward(xp, x):
            raise ZeroDivisionError("of my own")

        def adjoint(xp, a, Y, x):
            return a

        def metric(X):
            return X

    report = run(["numpy"], [cubed_for_tests], DOUBLE)
    assert by_check(report, Status.FAILED) >= {"adjoint_identity", "metric", "purity"}
    assert any("ZeroDivisionError: of my own" in r.reason for r in report.results)


def test_unknown_names_are_refused():
    with pytest.raises(riesz.BackendUnavailable, match="nonesuch"):
        run(["nonesuch"])
    with pytest.raises(riesz.UnsupportedOperator, match="tahn"):
        run(["numpy"], ["tahn"])
    with pytest.raises(riesz.InvalidValue, match="float65"):
        run(["numpy"], ["tanh"], ["float65"])


def test_a_report_survives_json(halved):
    report = run(["numpy"], [halved], DOUBLE)
    assert Report.from_json(json.loads(json.dumps(report.to_json(), allow_nan=False))) == report


@pytest.mark.parametrize("error", [None, 0.0, 1e-3, float("inf")])
def test_a_result_survives_json(error):
    result = Result("f", "numpy", "metric", "float64", Status.FAILED, error, 0.0, "why", 3)
    again = Result.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False)))
    assert again == result
    assert type(again.status) is Status


def test_fields_of_the_json_are_those_of_the_design(right):
    plain = run(["numpy"], [right], DOUBLE).to_json()
    assert set(plain) == {
        "suite", "riesz", "python", "platform", "date", "seconds", "backends", "required",
        "left_out", "results",
    }  # fmt: skip
    assert set(plain["results"][0]) == {
        "operator", "backend", "check", "dtype", "status", "error", "tolerance", "reason", "checks",
    }  # fmt: skip


def test_what_a_run_leaves_out_is_said(right):
    lines = "\n".join(run(["numpy"], [right]).left_out)
    assert "float32, complex64" in lines
    assert "operators: not asked for" in lines
    assert "native" in lines


def test_results_do_not_depend_on_the_number_of_processes():
    operators = ["tanh", "sum", "matmul", "less"]
    alone, together = (run(["numpy"], operators, DOUBLE, workers=n) for n in (1, 2))
    assert alone.results == together.results
    assert alone.checks > 100


def test_several_processes_need_what_they_can_find(declaring, right):
    with pytest.raises(riesz.InvalidValue, match="workers=1"):
        run(["numpy"], [right], DOUBLE, workers=2)
    with pytest.raises(riesz.InvalidValue, match="workers=1"):
        run([declaring()], ["tanh"], DOUBLE, workers=2)


def test_any_matches():
    assert matches("sum:*:float64", "sum:metric:float64")
    assert not matches("sum:*:float64", "mean:metric:float64")
    assert not matches("sum:*:float64", "sum:metric:float32")


def test_check_operator_takes_an_operator_or_its_name(right):
    for op in (right, "tanh"):
        results = riesz.check_operator(op, dtypes=DOUBLE)
        assert {str(result.status) for result in results} == {"passed"}
    assert {r.dtype for r in riesz.check_operator("sum")} == {
        str(np.dtype(t)) for t in ("f4", "f8", "c8", "c16")
    }
