"""The suite against operators, backends and metrics that are wrong on purpose."""

import pytest
from faults import BACKENDS, METRICS, OPERATORS, operators

from riesz.backend import backends
from riesz.conformance import check_operator, geometry
from riesz.conformance.checks import CHECKS


def name_of(fault):
    return getattr(fault.subject, "name", None) or fault.subject.__name__


def exactly(fault, results, fewest=None):
    """The checks that must fail do, with a word on why; every other one has run and passed."""
    assert {str(r.status) for r in results} <= {"passed", "failed"}
    failed = {(r.check, r.dtype) for r in results if r.status == "failed"}
    assert failed == {(check, dtype) for check, in_ in fault.fails.items() for dtype in in_}
    reasons = [r.reason for r in results if r.status == "failed"]
    assert not fault.said or any(fault.said in reason for reason in reasons), reasons
    assert all(r.checks for r in results if r.status == "passed")
    assert len(results) >= (fewest or fault.fewest)


@pytest.mark.parametrize("fault", OPERATORS, ids=name_of)
def test_operator(fault):
    exactly(fault, check_operator(fault.subject))


@pytest.mark.parametrize("fault", BACKENDS, ids=name_of)
def test_backend(fault):
    backend = fault.subject()
    backends.add(backend)
    try:
        exactly(fault, check_operator(fault.operator, backend), fewest=30)
    finally:
        backends.remove(backend.name)


@pytest.mark.parametrize("fault", METRICS, ids=name_of)
def test_metric(fault, monkeypatch):
    monkeypatch.setattr(geometry, "METRICS", (lambda x: fault.subject(3.0),))
    exactly(fault, check_operator(operators.sound_square))


def test_every_check_catches_something_or_is_caught_elsewhere():
    """The checks of what an operator alone decides are all in the table."""
    caught = {check for fault in (*OPERATORS, *BACKENDS, *METRICS) for check in fault.fails}
    known = {check.__name__ for check in CHECKS}
    assert caught <= known
    assert known == caught
    assert sum(bool(fault.fails) for fault in (*OPERATORS, *BACKENDS, *METRICS)) >= 12
