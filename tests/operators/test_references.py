"""Every operator against values and covectors computed in high precision, by none of its rules."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import riesz
from riesz.conformance.reference import (
    distance,
    reference_covectors,
    reference_values,
    references,
)
from riesz.conformance.reference_format import decode, encode
from riesz.registry import registry

registry.load()
OPERATORS = sorted(n for n, op in registry.operators.items() if op.__module__.startswith("riesz."))
REFERENCES = references(files("riesz.conformance") / "references")
MAKE = Path(__file__).parents[1] / "references/make.py"

#: Operators of complex arguments whose references are real, and why.
REAL_RULE = {"absolute": "the modulus of a complex number is the operator `modulus`"}


@dataclass(frozen=True)
class Fraction:
    """A static parameter as a plugin may have it."""

    numerator: float
    rest: tuple[object, ...]


def test_every_operator_has_a_reference():
    assert [name for name in OPERATORS if name not in REFERENCES] == []


def test_every_reference_has_an_operator():
    assert [name for name in REFERENCES if name not in registry.operators] == []


def test_every_operator_with_a_derivative_has_reference_covectors():
    without = [name for name, found in REFERENCES.items() if not any(r.g for r in found)]
    assert [name for name in without if not registry.operators[name].constant] == []


def test_every_operator_of_complex_numbers_has_a_complex_reference():
    def is_complex(reference):
        return any(x.dtype.kind == "c" for x in (*reference.x, *reference.g))

    known = {name for name, found in REFERENCES.items() if any(map(is_complex, found))}
    real = {n for n, op in registry.operators.items() if op.real_only or op.constant}
    assert set(OPERATORS) - real - known == set(REAL_RULE)


def test_a_wrong_sign_is_found():
    assert not planted(lambda m, x: (m.tanh(x), m.tanh(x) ** 2 - 1), "tanh").passed


def test_a_wrong_digit_is_found():
    faulty = planted(lambda m, x: (m.sin(x), (1 + 1e-13) * m.cos(x)), "sin")
    assert 100 < faulty.error < 1000


def test_a_forgotten_conjugate_is_found():
    @riesz.multilinear
    class matmul:
        def forward(xp, x, y):
            return xp.matmul(x, y)

        def adjoint(xp, a, x, y):
            return a @ y.swapaxes(-1, -2), x.conj().swapaxes(-1, -2) @ a

        def metric(X, Y):
            return registry.operators["matmul"].metric(X, Y)

    square = [r for r in REFERENCES["matmul"] if all(x.ndim == 2 for x in r.x)]
    kinds = {r.x[1].dtype.kind: reference_covectors(matmul, r, "float64").passed for r in square}
    assert kinds == {"f": True, "c": False}


def test_a_wrong_value_is_found():
    reference = REFERENCES["sum"][4]
    faulty = replace(reference, y=(reference.y[0] * (1 + 1e-14),))
    assert not reference_values(registry.operators["sum"], faulty, "float64").passed


def planted(formula, name):
    """What the references of an operator find wrong with another formula."""
    faulty = riesz.elementwise(formula)
    found = [reference_covectors(faulty, r, "float64") for r in REFERENCES[name] if r.entrywise]
    return max(found, key=lambda finding: finding.error)


@pytest.mark.parametrize(
    ("given", "expected", "entrywise", "error"),
    [
        ([1.0, 2.0], [1.0, 1.0], True, 1.0),
        ([10.0, 0.5], [10.0, 1.0], False, 0.05),
        ([np.nan], [np.nan], True, 0.0),
        ([np.nan, 1.0], [1.0, 1.0], True, np.inf),
        ([np.inf], [np.inf], True, 0.0),
        ([1.0], [1.0, 1.0], True, np.inf),
        ([1 + 1j], [1.0], True, 1.0),
        ([True], [False], True, np.inf),
        ([], [], True, 0.0),
    ],
)
def test_distance(given, expected, entrywise, error):
    found = distance(np.array(given), np.array(expected), entrywise)
    assert found == error or (error == np.inf and found > 1e30)


@pytest.mark.parametrize(
    "value",
    [
        (1, (2.5, None)), slice(1, None, -2), Ellipsis, np.dtype("complex64"), "full", True,
        np.array([[1.5, -0.0]]), np.zeros((2, 0)), np.array(1 - 2j), np.array([True, False]),
        np.arange(3), np.array([np.nan, np.inf, -np.inf]), np.array([0.1, 1 / 3]),
        Fraction(0.1, (True, None)),
    ],
)  # fmt: skip
def test_format_keeps_every_digit(value):
    again = decode(encode(value))
    assert type(again) is type(value)
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype
        np.testing.assert_array_equal(again, value, strict=True)
    else:
        assert again == value


def test_the_files_are_small():
    stored = files("riesz.conformance.references").iterdir()
    assert sum(len(f.read_bytes()) for f in stored) < 1_500_000


def test_the_files_are_what_the_definitions_give():
    environment = {**os.environ, "PYTHONSAFEPATH": ""}  # the definitions lie beside the script
    done = subprocess.run(
        [sys.executable, str(MAKE), "--check"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
