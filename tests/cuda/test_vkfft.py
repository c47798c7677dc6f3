"""VkFFT in the place of our transforms: a stand-in with pyvkfft's interface, computed by NumPy.

It reads and writes the device's memory as PyCUDA's arrays do. The real pyvkfft, which nvcc builds,
does not run here.
"""

import inspect
import sys
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

import riesz
from riesz.errors import MissingExtra
from riesz_backends.pycuda.fourier.fft import CHOSEN

random = np.random.default_rng(12)


class VkFFTApp:
    """pyvkfft 2025.1's, as far as it is asked: rows that lie one after another."""

    runs: ClassVar[list[tuple]] = []

    def __init__(
        self, shape, dtype: type, ndim=None, inplace=True, stream=None, norm=1, r2c=False,
        dct=False, dst=False, axes=None, strides=None, tune_config=None, r2c_odd=False,
        verbose=False, **kwargs,
    ):  # fmt: skip
        if shape[-1] == 1:
            raise RuntimeError("No axis is actually transformed")
        assert (ndim, inplace, norm, axes, strides, kwargs) == (1, False, 1, None, None, {})
        assert r2c == (dtype in (np.float32, np.float64))
        self.shape, self.dtype, self.r2c = shape, dtype, r2c

    def _half(self):
        return (self.shape[0], self.shape[1] // 2 + 1)

    def fft(self, src, dest=None):
        assert int(src.gpudata) != int(dest.gpudata)
        assert (src.shape, src.dtype) == (self.shape, self.dtype)
        assert dest.shape == (self._half() if self.r2c else self.shape)
        dest.set((np.fft.rfft if self.r2c else np.fft.fft)(src.get()).astype(dest.dtype))
        self.runs.append(("fft", self.shape, self.dtype))
        return dest

    def ifft(self, src, dest=None):
        assert int(src.gpudata) != int(dest.gpudata)
        assert (dest.shape, dest.dtype) == (self.shape, self.dtype)
        x = src.get()
        if self.r2c:
            assert src.shape == self._half()
            assert not x[:, 0].imag.any()  # what VkFFT makes of others is nowhere said
            y = np.fft.irfft(x, self.shape[1])
        else:
            y = np.fft.ifft(x)
        dest.set(y.astype(dest.dtype))
        self.runs.append(("ifft", self.shape, self.dtype))
        return dest


@pytest.fixture
def vkfft(pycuda, monkeypatch):
    from riesz_backends.pycuda import vkfft

    package, module = ModuleType("pyvkfft"), ModuleType("pyvkfft.cuda")
    module.VkFFTApp = VkFFTApp
    monkeypatch.setitem(sys.modules, "pyvkfft", package)
    monkeypatch.setitem(sys.modules, "pyvkfft.cuda", module)
    VkFFTApp.runs.clear()
    vkfft.use_vkfft()
    yield pycuda
    vkfft.use_own()


def numbers(shape, dtype):
    x = random.normal(size=shape)
    return (x + 1j * random.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)


def own(function, *x):
    """What our own kernels compute."""
    chosen = dict(CHOSEN)
    CHOSEN.clear()
    try:
        return function(*x)
    finally:
        CHOSEN.update(chosen)


def agree(function, *x):
    """That both give arrays of one dtype and shape, equal but for rounding."""
    x = [riesz.asarray(v, backend="pycuda") for v in x]
    found, expected = function(*x), own(function, *x)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    found, expected = riesz.to_numpy(found), riesz.to_numpy(expected)
    bound = 30 * np.finfo(found.dtype).eps * max(1, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(found, expected, rtol=0, atol=bound)


@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("name", ["fft", "ifft", "irfft", "rfft", "hfft", "ihfft"])
def test_transforms_of_one_axis(vkfft, name, dtype, norm):
    if name in ("rfft", "ihfft") and dtype[0] == "c":
        return
    f = getattr(vkfft.xp.fft, name)
    for shape, n, axis in [((3, 8), None, -1), ((8, 3), 5, 0), ((2, 5, 3), 7, 1), ((4,), 1, 0)]:
        agree(lambda x, n=n, axis=axis: f(x, n, axis, norm), numbers(shape, dtype))
    assert {way for way, *_ in VkFFTApp.runs} <= {"fft", "ifft"}
    assert len(VkFFTApp.runs) == 3


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "irfft2"])
def test_transforms_of_several_axes(vkfft, name):
    x = numbers((4, 3, 6), "float64" if name == "rfftn" else "complex128")
    agree(getattr(vkfft.xp.fft, name), x)
    assert len(VkFFTApp.runs) == (2 if name.endswith("2") else 3)


def test_views_and_arrays_without_entries(vkfft):
    fft = vkfft.xp.fft
    agree(lambda x: fft.fft(x.T[::-1, ::2]), numbers((5, 9), "complex64"))
    agree(lambda x: fft.rfft(x.imag, axis=0), numbers((4, 3), "complex128"))
    agree(lambda x: fft.ifft(x, 4), numbers((0, 3), "complex128"))


def test_equal_plans_are_made_once(vkfft):
    plan = CHOSEN["fft"].__self__.plan
    x = riesz.asarray(numbers((2, 6), "complex64"), backend="pycuda")
    for _ in range(3):
        vkfft.xp.fft.fft(vkfft.xp.fft.ifft(x))
    assert plan.cache_info().misses == 1


def test_derivatives_and_compiled_programs(vkfft):
    kernel = numbers((6, 8), "float64")

    def f(x):
        return np.sum(np.fft.irfft2(np.fft.rfft2(x) * np.fft.rfft2(x * x)) ** 2)

    agree(riesz.grad(f), kernel)
    runs = len(VkFFTApp.runs)
    x = riesz.asarray(kernel, backend="pycuda")
    compiled = riesz.compile(riesz.grad(f))
    assert np.allclose(riesz.to_numpy(compiled(x)), riesz.to_numpy(riesz.grad(f)(x)))
    assert len(VkFFTApp.runs) > runs
    agree(compiled, kernel)


def test_complex_numbers_are_no_real_ones(vkfft):
    with pytest.raises(riesz.InvalidType, match="use fft"):
        vkfft.xp.fft.rfft(riesz.asarray(numbers(4, "complex64"), backend="pycuda"))


def test_it_is_off_until_it_is_asked_for(pycuda):
    from riesz_backends.pycuda.vkfft import use_own, use_vkfft

    assert not CHOSEN
    use_vkfft(VkFFTApp)
    assert set(CHOSEN) == {"fft", "ifft", "rfft", "irfft"}
    use_own()
    VkFFTApp.runs.clear()
    pycuda.xp.fft.fft(riesz.asarray(np.ones(4), backend="pycuda"))
    assert not VkFFTApp.runs


def test_without_pyvkfft_it_says_what_to_install(pycuda, monkeypatch):
    from riesz_backends.pycuda.vkfft import use_vkfft

    monkeypatch.setitem(sys.modules, "pyvkfft", None)
    with pytest.raises(MissingExtra, match=r"pyvkfft.*pip install 'riesz\[vkfft\]'"):
        use_vkfft()
    assert not CHOSEN


def test_the_interface_is_that_of_an_installed_pyvkfft():
    """With pyvkfft installed: its class has the parameters of the stand-in."""
    cuda = pytest.importorskip("pyvkfft.cuda", reason="pyvkfft is not installed")
    for name in ("__init__", "fft", "ifft"):
        theirs = inspect.signature(getattr(cuda.VkFFTApp, name)).parameters
        assert set(inspect.signature(getattr(VkFFTApp, name)).parameters) <= set(theirs)
