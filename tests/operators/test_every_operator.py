"""Every registered operator, at every sample, in every dtype: the checks of the suite."""

import numpy as np
import pytest
import scipy.special

from riesz.conformance import Draw
from riesz.conformance.checks import CHECKS
from riesz.registry import registry

registry.load()
OPERATORS = sorted(registry.operators)
REAL, COMPLEX = ("float32", "float64"), ("complex64", "complex128")

#: (operator, check, dtype) that must fail, and why.
EXPECTED = {
    ("float_power", "precision_kept", "float32"): "NumPy computes it in double, always",
    ("polygamma", "precision_kept", "float32"): "SciPy computes it in double, always",
    ("lambertw_branch", "precision_kept", "float32"): "SciPy computes it in double, always",
    ("lambertw_branch", "precision_kept", "complex64"): "SciPy computes it in double, always",
}
ONE = np.float32(1)
for _name, _value in {
    "gammainc": scipy.special.gammainc(2.0, ONE),
    "gammaincc": scipy.special.gammaincc(2.0, ONE),
    "wofz": scipy.special.wofz(ONE),
}.items():
    if _value.dtype not in ("float32", "complex64"):
        EXPECTED[_name, "precision_kept", "float32"] = "this release of SciPy computes it in double"


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
