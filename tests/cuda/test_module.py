"""CUDA that others bring: `backend.module(source).function(name)`, on both GPU backends."""

import re
from pathlib import Path

import numpy as np
import pytest
from emulator import Module, absent

import riesz
from riesz.backend import backends, get_backend
from riesz.errors import InvalidType, UnsupportedOperator
from riesz_backends.cupy import CupyBackend
from riesz_backends.cupy.library import Library

PAGE = Path(__file__).parents[2] / "docs/write-a-plugin.md"
BLOCK = re.compile(r"^`riesz_gauss/cuda.py`\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SUM = """
extern "C" __global__ void riesz_test_sum(bool b, double *y, float f, const int *x, long long l,
                                          short s, double d, unsigned char c) {
  y[threadIdx.x] = double(b) + f + x[threadIdx.x] + l + s + d + c;
}
"""


class Raw:
    """One of CuPy's raw modules, its text compiled by the emulator; what was compiled is kept."""

    texts = ()

    def __init__(self, code, options):
        Raw.texts, self.module = (*Raw.texts, (code, options)), Module(code)

    def get_function(self, name):
        kernel = getattr(self.module, name)
        return lambda grid, block, arguments: kernel(*arguments, grid=grid, block=block)


class Arrays:
    """NumPy in the place of the module `cupy`."""

    RawModule = Raw

    def __getattr__(self, name):
        return getattr(np, name)


class EmulatedCupy(Library):
    arrays = Arrays()

    def probe(self):
        return None

    def to_numpy(self, x):
        return np.array(x)


class CupyOnEmulator(CupyBackend):
    name = "cupy on the emulator"

    def __init__(self):
        super().__init__(EmulatedCupy("numpy", "scipy"))


@pytest.fixture
def cupy():
    """CuPy's backend, whose arrays are NumPy's and whose kernels the emulator runs."""
    if absent() is not None:
        pytest.skip(absent())
    backend = CupyOnEmulator()
    backends.add(backend)
    with riesz.use_backend(backend.name):
        yield backend
    backends.remove(backend.name)


@pytest.fixture(params=["pycuda", "cupy"])
def backend(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (300, 2)])
def test_the_example_of_the_guide(backend, dtype, shape):
    example = {}
    exec(BLOCK.search(PAGE.read_text(encoding="utf-8"))[1], example)
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    y = riesz.to_numpy(example["forward"](backend.asarray(x)))
    assert y.dtype == dtype
    np.testing.assert_allclose(y, np.exp(-x * x / 2), rtol=8 * np.finfo(dtype).eps)
    with pytest.raises(UnsupportedOperator, match="int64"):
        example["forward"](backend.asarray(np.arange(3)))


def test_arguments_come_in_their_order_each_at_its_alignment(backend):
    x, y = backend.asarray(np.arange(3, dtype=np.int32)), backend.asarray(np.zeros(3))
    numbers = np.int64(2**40), np.int16(-3), np.float64(0.25), np.uint8(200)
    kernel = backend.module(SUM).function("riesz_test_sum")
    kernel((1,), (3,), np.bool_(True), y, np.float32(0.5), x, *numbers)
    expected = np.arange(3) + 1 + 0.5 + 2.0**40 - 3 + 0.25 + 200
    np.testing.assert_array_equal(backend.to_numpy(y), expected)


@pytest.mark.parametrize("wrong", [3, 0.5, None, [1.0], np.float16(1), np.complex128(1)])
def test_what_has_no_type_in_the_kernel_is_refused(backend, wrong):
    with pytest.raises(InvalidType, match=r"riesz_test_sum was given .*NumPy's scalars"):
        backend.module(SUM).function("riesz_test_sum")((1,), (1,), wrong)


def test_arrays_of_the_host_are_refused(pycuda):
    with pytest.raises(InvalidType, match="arrays of its backend"):
        pycuda.module(SUM).function("riesz_test_sum")((1,), (1,), np.zeros(3))


def test_a_text_is_compiled_once_and_when_it_is_needed(pycuda, monkeypatch):
    from riesz_backends.pycuda.device import device

    compiled, compile = [], device()._compile
    monkeypatch.setattr(device(), "_image", lambda text: compiled.append(text) or compile(text))
    text = f"{SUM}// this text alone\n"
    for _ in range(2):
        kernel = pycuda.module(text).function("riesz_test_sum")
    kernel((0,), (3,))
    assert not compiled
    x, y = pycuda.asarray(np.arange(3, dtype=np.int32)), pycuda.asarray(np.zeros(3))
    for _ in range(2):
        numbers = np.int64(0), np.int16(0), np.float64(0), np.uint8(0)
        kernel((1,), (3,), np.bool_(False), y, np.float32(0), x, *numbers)
    assert compiled == [text]


def test_cupy_is_given_the_text_as_it_is_once_and_the_options_of_pycuda(cupy, monkeypatch):
    from riesz_backends.pycuda.device import OPTIONS

    monkeypatch.setattr(Raw, "texts", ())
    for _ in range(2):
        cupy.module(SUM).function("riesz_test_sum")
    ((text, options),) = Raw.texts
    assert text == SUM
    assert [option.lstrip("-") for option in options] == [option.lstrip("-") for option in OPTIONS]


@pytest.mark.parametrize("name", ["numpy", "native"])
def test_backends_of_the_host_have_no_modules(name):
    with pytest.raises(UnsupportedOperator, match=f"{name}.*compiles no sources"):
        get_backend(name).module(SUM)
