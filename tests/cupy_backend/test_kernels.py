"""Plans on the CuPy backend: its launches of raw kernels, on the emulator in CuPy's place."""

import numpy as np
import pytest
import scipy.special
from clusters import Case
from emulator import absent

import riesz
from riesz.backend import backends
from riesz_backends.cuda.source import OPTIONS
from riesz_backends.cupy import backend
from riesz_backends.cupy.special import LACKING, REAL_ONLY

if absent() is not None:
    pytest.skip(str(absent()), allow_module_level=True)

from raw_kernels import RawModule, raw_cupy

X = np.random.default_rng(3).normal(size=(40, 50))


@pytest.fixture
def raw():
    made = raw_cupy()
    backends.add(made)
    yield made
    backends.remove(made.name)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.sin(x) * np.exp(-(x**2)) / (1 + x**2)),
        lambda x: np.sum(np.log(np.sum(np.exp(x), axis=1)) ** 2),
        lambda x: np.sum((np.roll(x, 1, 0) - 2 * x + np.roll(x, -1, 1)) ** 2) * 0.5,
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_value_and_gradient(raw, f, dtype):
    F = riesz.value_and_grad(lambda x: np.real(f(x)))
    x = raw.asarray(X.astype(dtype))
    compiled = riesz.compile(F, backend=raw.name)
    value, gradient = compiled(x)
    expected = F(X.astype(dtype))
    tolerance = 2000 * np.finfo(dtype).eps
    np.testing.assert_allclose(value, expected[0], rtol=tolerance)
    np.testing.assert_allclose(gradient, expected[1], rtol=tolerance, atol=tolerance)
    assert "everything is fused" in compiled.explain(x)


@pytest.mark.parametrize("name", [*LACKING, *REAL_ONLY])
def test_special_functions_that_cupy_has_not(raw, name):
    """Of arrays, of numbers and arrays, broadcast; in both precisions."""
    x = np.linspace(0.2, 0.9, 4)
    z = x + 0.5j if name in REAL_ONLY else x
    given = (x[:, None], z) if name in ("iv", "ive", "jv", "kv", "kve", "yv") else (z,)
    for width in (4, 8):
        v = [y.astype(f"{y.dtype.kind}{width * (1 + (y.dtype.kind == 'c'))}") for y in given]
        expected = getattr(scipy.special, name)(*v)
        found = getattr(raw.xp.special, name)(*map(raw.asarray, v))
        assert (type(found), found.dtype) == (type(raw.asarray(x)), expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=100 * np.finfo(v[-1].dtype).eps)


@pytest.mark.parametrize("name", ["iv", "jv", "kv"])
def test_orders_may_be_numbers(raw, name):
    """As the rules of i1, j1 and k1 give them."""
    x = np.linspace(0.2, 0.9, 4)
    for v in (2, 2.5):
        found = getattr(raw.xp.special, name)(v, raw.asarray(x))
        np.testing.assert_allclose(found, getattr(scipy.special, name)(v, x), rtol=1e-13)
    assert getattr(raw.xp.special, name).func.kernel.cache_info().currsize == 2


def test_kernels_are_compiled_together_and_once(raw):
    def f(x):
        return np.sum(np.cosh(np.sum(x, axis=0) / 9)) + np.sum(np.sum(np.cosh(x), axis=1) ** 2)

    x, before = raw.asarray(X), len(RawModule.texts)
    for _ in range(2):
        value, _ = riesz.compile(riesz.value_and_grad(f), backend=raw.name)(x)
    np.testing.assert_allclose(value, f(X))
    assert len(RawModule.texts) - before <= 1


def test_the_module_that_cupy_has_takes_what_is_given():
    """With CuPy installed (no GPU needed): a raw module with these options, compiled when used."""
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    case = Case(lambda m, x: m.exp(x) * 2, [X])
    assert backend.refusal(case.cluster) is None
    (source,) = backend.compile(case.cluster).sources
    text = backend.launcher.texts.text(source)
    assert cupy.RawModule(code=text, options=OPTIONS).options == OPTIONS
