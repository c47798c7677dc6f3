"""Compiled equals eager in blocks: the checks of the suite, with blocks smaller than samples.

As steps and as kernels, `riesz conformance` compares them on each backend.
"""

import numpy as np
import pytest

from riesz.conformance.cell import Cell
from riesz.conformance.compiled import (
    compiled,
    compiled_covector,
    compiled_second,
    compiled_tangent,
)
from riesz.plan import blocks, fusion
from riesz.registry import registry

registry.load()
CHECKS = (compiled, compiled_tangent, compiled_covector, compiled_second)


@pytest.mark.parametrize("dtype", ["float64", "complex64"])
@pytest.mark.parametrize("name", sorted(registry.operators))
def test_compiled_equals_eager(name, dtype, monkeypatch):
    monkeypatch.setattr(blocks, "ENTRIES", 3)
    monkeypatch.setattr(fusion, "SMALLEST", 1)
    monkeypatch.setattr(fusion, "FEWEST", 1)
    op, backend = registry.operators[name], registry.backends.get("numpy")
    if op.real_only and dtype.startswith("c"):
        dtype = "float32"
    results = list(Cell(op, backend, np.dtype(dtype), CHECKS).results())
    assert [result for result in results if result.status.bad] == []
