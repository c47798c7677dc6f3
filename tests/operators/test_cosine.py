"""The cosine and sine transforms, found by rules as xp.fft.dct, with SciPy's signatures."""

import numpy as np
import pytest

from riesz.errors import InvalidValue
from riesz.registry import registry

fft = pytest.importorskip("scipy.fft")
registry.load()
NAMES = ["dct", "idct", "dst", "idst"]


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize("type", [1, 2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_every_type_and_norm(name, type, norm, draw, differentiates):
    f, reference = registry.names[f"fft.{name}"], getattr(fft, name)
    for keywords in ({}, {"n": 4, "axis": 0}, {"n": 6, "axis": 1}):
        differentiates(
            lambda x, k=keywords: f(x, type, norm=norm, **k), draw(3, 5),
            reference=lambda x, k=keywords: reference(x, type, norm=norm, **k), order=1,
        )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_along_several_axes(name, draw, differentiates):
    f, reference = registry.names[f"fft.{name}n"], getattr(fft, f"{name}n")
    for keywords in ({}, {"s": (4, 3)}, {"axes": (0, 2)}, {"s": 4, "axes": 0, "norm": "ortho"}):
        differentiates(
            lambda x, k=keywords: f(x, **k), draw(3, 4, 2),
            reference=lambda x, k=keywords: reference(x, **k),
        )  # fmt: skip


def test_refusals():
    x = np.ones(4)
    with pytest.raises(InvalidValue, match="1, 2, 3, 4"):
        registry.names["fft.dct"](x, type=5)
    with pytest.raises(InvalidValue, match="orthogonalize"):
        registry.names["fft.dct"](x, orthogonalize=True)
