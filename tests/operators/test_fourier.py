"""The Fourier family as NumPy spells it: n, s, axes, norm, odd lengths, real and complex."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue

NORMS = [None, "ortho", "forward"]
OF_REAL = ("rfft", "ihfft", "rfftn", "rfft2")


def function(name, draw):
    if name in OF_REAL and draw(1).dtype.kind == "c":
        pytest.skip("of real arrays")
    return getattr(np.fft, name)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 4, 5, 8])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_along_one_axis(name, n, norm, draw, differentiates):
    f = function(name, draw)
    differentiates(lambda x: f(x, n, norm=norm), draw(2, 5), order=1)
    differentiates(lambda x: f(x, n, axis=0, norm=norm), draw(4, 2), order=2)


@pytest.mark.filterwarnings("ignore:`axes` should not be `None`")
@pytest.mark.parametrize(
    ("s", "axes"),
    [(None, None), ((4, 5), None), ((3, 4), (0, 1)), ((4, 3), (1, 0)), ((5,), (1,)),
     (None, (2, 0, 1)), ((-1, 4), (0, 2))],
)  # fmt: skip
@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
def test_along_several(name, s, axes, draw, differentiates):
    f = function(name, draw)
    for norm in NORMS:
        differentiates(lambda x, norm=norm: f(x, s, axes, norm), draw(3, 4, 2), order=1)


@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2"])
def test_of_images(name, draw, differentiates):
    f = function(name, draw)
    differentiates(f, draw(2, 3, 4))
    differentiates(lambda x: f(x, s=(3, 3), axes=(0, 1), norm="ortho"), draw(3, 4, 2))


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
def test_shifts(name, draw, differentiates):
    f = getattr(np.fft, name)
    differentiates(f, draw(3, 4))
    differentiates(lambda x: f(x, 1), draw(3, 5))
    differentiates(lambda x: f(x, axes=(0, -1)), draw(3, 4, 5))


@pytest.mark.parametrize("n", [4, 5])
def test_imaginary_parts_that_irfft_ignores_have_no_derivative(n):
    z = np.fft.rfft(np.arange(float(n)))
    g = riesz.grad(lambda z: np.sum(np.sin(np.fft.irfft(z, n))))(z)
    assert g[0].imag == 0
    assert n % 2 or g[-1].imag == 0
    assert np.all(g[1 : 1 + (n - 1) // 2].imag != 0)


def test_single_precision_is_kept():
    x = np.ones(5, np.float32)
    for f in (np.fft.fft, np.fft.rfft, np.fft.irfft, np.fft.hfft):
        y, pull = riesz.vjp(f, x)
        assert (y.dtype, pull(y).dtype) == (f(x).dtype, np.float32)


def test_refusals():
    x = np.ones(4)
    with pytest.raises(InvalidType, match="out="):
        riesz.vjp(lambda x: np.fft.fft(x, out=np.empty(4, complex)), x)
    with pytest.raises(InvalidValue, match="ortho"):
        riesz.vjp(lambda x: np.fft.fft(x, norm="orthogonal"), x)


def test_transforms_of_real_arrays_refuse_complex_ones():
    with pytest.raises(InvalidType, match="real arguments"):
        riesz.vjp(np.fft.rfft, np.ones(4) + 0j)
