"""The transforms of the backend `pycuda` are those of NumPy and SciPy, up to rounding."""

from itertools import permutations

import numpy as np
import pytest
import scipy.fft

import riesz
from riesz.errors import InvalidType, InvalidValue
from riesz.scipy import fft, signal

random = np.random.default_rng(0)
DTYPES = ["float32", "float64", "complex64", "complex128"]
NORMS = [None, "backward", "ortho", "forward"]
ULPS = 3  # times log2(n): the error allowed
SHORT = [*range(1, 41), 45, 64, 72, 97, 120, 127]
LONG = [1024, 2048, 2187, 3125, 3600, 4096, 8192, 9000]  # a block has room for 2048 or 1024
BLUESTEIN = [1021, 2401, 2310, 4099]


def numbers(shape, dtype):
    x = random.normal(size=shape)
    return (x + 1j * random.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)


@pytest.fixture
def agrees(pycuda):
    """Whether a transform on the device gives what a library gives on the host, in double."""

    def check(name, x, *args, library=np.fft, **keywords):
        y = getattr(pycuda.xp.fft, name)(riesz.asarray(x, backend="pycuda"), *args, **keywords)
        wide = x.astype(np.result_type(x.dtype, np.float64))
        expected = getattr(library, name)(wide, *args, **keywords)
        single = x.dtype in (np.float32, np.complex64)
        kind = expected.dtype.kind
        assert y.dtype == {"f": ("f8", "f4"), "c": ("c16", "c8")}[kind][single]
        assert y.shape == expected.shape
        error = np.linalg.norm(riesz.to_numpy(y) - expected)
        allowed = ULPS * np.finfo(y.dtype).eps * max(1, np.log2(max(x.size, 1)))
        assert error <= allowed * np.linalg.norm(expected)

    return check


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["fft", "ifft"])
def test_lengths(agrees, name, dtype):
    for n in (*SHORT, *LONG, *BLUESTEIN):
        agrees(name, numbers((2 if n < 1000 else 1, n), dtype))


@pytest.mark.parametrize(("n", "place"), [(2, 1), (16, 0)])
def test_an_infinite_entry_is_not_multiplied_with_one(pycuda, n, place):
    x = np.zeros(n)
    x[place] = np.inf  # times 1 + 0i it would be NaN in its imaginary part
    y = pycuda.xp.fft.fft(riesz.asarray(x, backend="pycuda"))
    np.testing.assert_array_equal(riesz.to_numpy(y), np.fft.fft(x))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lengths_of_real_transforms(agrees, dtype):
    for n in (*SHORT, *LONG, *BLUESTEIN, 8198, 16384):
        x = numbers(n, dtype)
        agrees("rfft", x)
        agrees("irfft", np.fft.rfft(x), n)
        agrees("irfft", numbers(n // 2 + 1, "complex64" if dtype == "float32" else "complex128"), n)


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [4, 5, 6, 7, 12, 13, None])
def test_norms_cut_and_padded_lengths(agrees, name, norm, n):
    real = name in ("rfft", "ihfft")
    for length in (2, 6, 7, 8):
        agrees(name, numbers((2, length), "float64" if real else "complex128"), n, norm=norm)


@pytest.mark.parametrize("shape", [(5,), (3, 8), (4, 1, 6), (6, 5, 3, 2), (2, 3, 2, 4, 3)])
def test_every_axis_of_any_strides(pycuda, shape):
    for axis in range(-len(shape), len(shape)):
        for order in list(permutations(range(len(shape))))[:24:5]:
            x = numbers(shape, "complex128")
            view = riesz.asarray(x, backend="pycuda").transpose(order)[..., ::-1]
            expected = x.transpose(order)[..., ::-1]
            for name in ("fft", "irfft"):
                if name == "fft" or expected.shape[axis] > 1:
                    y = getattr(pycuda.xp.fft, name)(view, axis=axis)
                    np.testing.assert_allclose(
                        riesz.to_numpy(y), getattr(np.fft, name)(expected, axis=axis), atol=1e-13
                    )
            y = pycuda.xp.fft.rfft(view.imag, axis=axis)
            expected = np.fft.rfft(expected.imag, axis=axis)
            np.testing.assert_allclose(riesz.to_numpy(y), expected, atol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_long_lines_along_the_first_axis(agrees, dtype):
    for n in (6000, 8191):
        agrees("fft", numbers((n, 3), dtype), axis=0)
        agrees("ifft", numbers((2, n, 2), dtype), axis=1, norm="ortho")


def test_three_passes(agrees):
    agrees("fft", numbers(2**19, "complex64"))
    agrees("rfft", numbers(3**5 * 2**11, "float64"))


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
@pytest.mark.parametrize("norm", NORMS)
def test_several_axes(agrees, name, norm):
    x = numbers((6, 5, 8), "float64" if name == "rfftn" else "complex128")
    for axes in (None, (0,), (0, 2), (-1, 0, 1)):
        agrees(name, x, None, axes, norm=norm)
        if axes:
            agrees(name, x, (7, 4, 9)[: len(axes)], axes, norm=norm)


@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2"])
def test_two_axes(agrees, name):
    x = numbers((3, 6, 5), "float32" if name == "rfft2" else "complex64")
    agrees(name, x)
    agrees(name, x, (4, 8))


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
def test_shifts(agrees, name):
    agrees(name, numbers((5, 4), "float64"))
    agrees(name, numbers((5, 4), "complex64"), 1)


@pytest.mark.parametrize("name", ["dct", "dst", "idct", "idst"])
@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_cosine_and_sine_transforms(agrees, name, kind):
    lengths = (*range(2, 18), 64, 101, 2048)
    for n in lengths:
        for norm in NORMS[1:] if n < 10 else ["ortho"]:
            agrees(name, numbers((2, n), "float64"), kind, norm=norm, library=scipy.fft)
    agrees(name, numbers((6, 5, 2), "float32"), kind, axis=0, library=scipy.fft)
    agrees(name, numbers((6, 5, 2), "complex128"), kind, axis=1, library=scipy.fft)
    agrees(name, numbers((3, 6), "complex64"), kind, n=4, library=scipy.fft)
    agrees(name, numbers((3, 6), "float64"), kind, n=9, library=scipy.fft)


@pytest.mark.parametrize("dtype", ["bool", "int32", "uint8"])
def test_integers_are_transformed_in_double(agrees, dtype):
    x = random.integers(0, 2, size=(3, 6)).astype(dtype)
    for name in ("fft", "rfft", "irfft"):
        agrees(name, x)


def test_no_lines_and_no_entries(agrees):
    agrees("fft", numbers((0, 5), "float64"))
    agrees("rfft", numbers((3, 0, 4), "float64"))
    agrees("irfft", numbers((0, 5), "complex64"))
    agrees("fft", numbers((2, 0), "complex128"), 3)
    with pytest.raises(InvalidValue, match="at least 1"):
        agrees("fft", numbers((2, 0), "float64"))
    with pytest.raises(InvalidValue, match="norm='half'"):
        agrees("fft", numbers(4, "float64"), norm="half")
    with pytest.raises(InvalidType, match="rfft takes real numbers"):
        agrees("rfft", numbers(4, "complex128"))


@pytest.mark.parametrize("n", [8, 7, 5000])
def test_out(pycuda, n):
    fft, x = pycuda.xp.fft, riesz.asarray(numbers((2, n), "complex128"), backend="pycuda")
    expected = np.fft.fft(riesz.to_numpy(x))
    for out in (pycuda.xp.empty((2, n), "c16"), pycuda.xp.empty((n, 2), "c16").T, x):
        assert fft.fft(x, out=out) is out
        np.testing.assert_allclose(riesz.to_numpy(out), expected, atol=1e-11)


def test_entries_of_a_line_reach_no_other_line(pycuda):
    """NaN in one line: the others, which share its blocks, are as without it."""
    x = numbers((40, 12), "complex128")
    expected = np.fft.fft(x)
    x[7] = np.nan
    y = riesz.to_numpy(pycuda.xp.fft.fft(riesz.asarray(x, backend="pycuda")))
    assert np.isnan(y[7]).all()
    np.testing.assert_allclose(np.delete(y, 7, 0), np.delete(expected, 7, 0), atol=1e-13)


def test_equal_calls_give_equal_bits(pycuda):
    x = riesz.asarray(numbers((3, 4099), "complex64"), backend="pycuda")
    first, second = (riesz.to_numpy(pycuda.xp.fft.fft(x)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_tables_are_kept_and_give_way(pycuda, monkeypatch):
    from riesz_backends.pycuda.arrays import constant
    from riesz_backends.pycuda.device import device

    x = riesz.asarray(numbers(97, "complex128"), backend="pycuda")
    expected = riesz.to_numpy(pycuda.xp.fft.fft(x))
    kept = dict(device().constants)
    pycuda.xp.fft.fft(x)
    assert all(device().constants[key] is kept[key] for key in kept)
    monkeypatch.setattr(constant, "ROOM", 4000)
    pycuda.xp.fft.fft(riesz.asarray(numbers(89, "complex128"), backend="pycuda"))
    assert sum(a.nbytes for a in device().constants.values()) <= 4000
    np.testing.assert_array_equal(riesz.to_numpy(pycuda.xp.fft.fft(x)), expected)


X = random.normal(size=(6, 7))
PROGRAMS = [
    lambda x: np.sum(np.abs(np.fft.fft(x, 9, axis=0)) ** 4),
    lambda x: np.sum(np.fft.irfft2(np.fft.rfft2(x) ** 2, s=x.shape) ** 2),
    lambda x: np.sum(np.fft.hfft(x, axis=1) ** 3) + np.sum(np.abs(np.fft.ihfft(x, 5)) ** 2),
    lambda x: np.sum(np.fft.fftshift(np.fft.ifftn(x, norm="ortho")).imag ** 2 * x),
    lambda x: np.sum(fft.dct(x, 3, axis=0) ** 3 * fft.idst(x, 1, norm="ortho")),
    lambda x: np.sum(signal.fftconvolve(x, x[:3, 1:3], "same") ** 2),
]


def same(f, *x):
    """f on the device gives what it gives on the host."""
    found = riesz.to_numpy(f(*(riesz.asarray(v, backend="pycuda") for v in x)))
    expected = f(*x)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("f", PROGRAMS)
def test_derivatives(pycuda, f):
    same(riesz.grad(f), X)
    same(lambda x: riesz.hvp(f, x, x), X)
    same(riesz.compile(riesz.grad(f)), X)


@pytest.mark.parametrize("boundary", ["periodic", "neumann", "dirichlet", ("periodic", "neumann")])
@pytest.mark.parametrize("order", [1, -0.5])
def test_gradients_in_sobolev_metrics(pycuda, boundary, order):
    metric = riesz.Sobolev(order, spacing=0.5, boundary=boundary)
    same(riesz.grad(lambda x: np.sum(x**4), metric=metric), X)
    same(lambda x: riesz.Space(x.shape, x.dtype, metric).norm(x), X)
