"""Every registered operator, at every sample, in every dtype: the checks of the conformance suite."""

import numpy as np
import pytest

from riesz.conformance import Draw
from riesz.conformance.checks import CHECKS
from riesz.registry import registry

registry.load()
OPERATORS = sorted(registry.operators)
REAL, COMPLEX = ("float32", "float64"), ("complex64", "complex128")

#: (operator, check, dtype) that must fail, and why.
EXPECTED = {
    ("float_power", "precision_kept", "float32"): "NumPy computes it in double, always",
    **{
        (name, "precision_kept", dtype): "SciPy computes it in double, always"
        for name, dtype in (
            ("gammainc", "float32"), ("gammaincc", "float32"), ("polygamma", "float32"),
            ("wofz", "float32"), ("lambertw_branch", "float32"), ("lambertw_branch", "complex64"),
        )
    },
}


def cells():
    for name in OPERATORS:
        dtypes = REAL if registry.operators[name].real_only else REAL + COMPLEX
        for check in CHECKS:
            for dtype in dtypes:
                reason = EXPECTED.get((name, check.__name__, dtype))
                marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
                yield pytest.param(name, check, dtype, marks=marks,
                                   id=f"{name}-{check.__name__}-{dtype}")  # fmt: skip


@pytest.mark.parametrize(("name", "check", "dtype"), list(cells()))
def test_check(name, check, dtype):
    dtype = np.dtype(dtype)
    for number, sample in enumerate(registry.samples[name](Draw(dtype))):
        finding = check(registry.operators[name], sample, dtype)
        assert finding is None or finding.passed, f"sample {number}, {finding}\n{sample}"


@pytest.mark.parametrize("name", OPERATORS)
def test_has_samples(name):
    assert name in registry.samples
    assert list(registry.samples[name](Draw(np.float64)))


def test_expected_failures_name_something_that_runs():
    run = {(cell.values[0], cell.values[1].__name__, cell.values[2]) for cell in cells()}
    assert set(EXPECTED) <= run
