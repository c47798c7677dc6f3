"""The ways in which compiled programs are run: NumPy by steps, NumPy in blocks, kernels in C."""

import pytest

import riesz
from riesz.plan import blocks, fusion


def available():
    return [name for name in ("numpy", "native") if _runs(name)]


def _runs(name):
    try:
        return riesz.get_backend(name).probe() is None
    except riesz.BackendUnavailable:
        return False


@pytest.fixture(params=[*available(), "blocks"])
def backend_name(request, monkeypatch):
    """The name of a backend; `blocks` is numpy, with blocks so small that samples have several."""
    if request.param != "blocks":
        return request.param
    monkeypatch.setattr(blocks, "ENTRIES", 3)
    monkeypatch.setattr(fusion, "SMALLEST", 1)
    monkeypatch.setattr(fusion, "FEWEST", 1)
    return "numpy"
