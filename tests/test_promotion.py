"""A traced program computes what NumPy computes: the same values in the same dtype."""

import operator
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riesz import grad, hvp, jvp, vjp

BINARY = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "//": operator.floordiv, "%": operator.mod, "<": operator.lt,
    "==": operator.eq, "maximum": np.maximum, "hypot": np.hypot, "arctan2": np.arctan2,
    "logaddexp": np.logaddexp, "power": np.power, "copysign": np.copysign,
    "where": lambda x, y: np.where(np.array([True, False]), x, y),
}  # fmt: skip
REAL_ONLY = {"//", "%", "maximum", "hypot", "arctan2", "logaddexp", "copysign", "<"}

POINTS = {
    "float64": np.array([0.5, 1.5]),
    "float32": np.array([0.5, 1.5], np.float32),
    "complex64": np.array([0.5 + 1j, 1.5], np.complex64),
    "complex128": np.array([0.5 + 1j, 1.5]),
    "float64 ()": np.array(0.7),
    "float32 ()": np.array(0.7, np.float32),
    "np.float32": np.float32(0.7),
    "np.float64": np.float64(0.7),
}
PARTNERS = {
    "int": 2, "negative int": -1, "float": 1.25, "bool": True, "complex": 1.5 + 0.5j,
    "np.float32": np.float32(1.25), "np.float64": np.float64(1.25), "np.int64": np.int64(2),
    "np.bool": np.True_, "float32 ()": np.array(1.25, np.float32), "float64 ()": np.array(1.25),
    "int32": np.array([2, 1], np.int32), "bool array": np.array([True, True]),
    "float32": np.array([1.25, 2.5], np.float32), "float64": np.array([1.25, 2.5]),
    "complex64": np.array([1.25j, 2.5], np.complex64), "column": np.ones((3, 1), np.float16),
    "list": [1.25, 2.5],
}  # fmt: skip


def plain(f, *x):
    """What NumPy says, or None where it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return f(*x)
        except TypeError:
            return None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, at negative bases
@pytest.mark.parametrize("partner", PARTNERS.values(), ids=PARTNERS)
@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("reflected", [False, True], ids=["x y", "y x"])
def test_promotion_of_two_operands(name, partner, reflected):
    def f(x):
        return BINARY[name](partner, x) if reflected else BINARY[name](x, partner)

    for label, point in POINTS.items():
        if name in REAL_ONLY and "c" in (np.asarray(v).dtype.kind for v in (point, partner)):
            continue
        expected = plain(f, point)
        if not hasattr(expected, "dtype"):  # NumPy refuses, or it is a list of Python's
            continue
        y, dy = jvp(f, point, np.ones_like(point))
        assert (y.dtype, np.shape(y)) == (expected.dtype, np.shape(expected)), label
        assert_allclose(y, expected, rtol=1e-6, err_msg=label)
        assert dy.dtype == y.dtype, label
        assert np.array_equal(by_reverse(f, point), y, equal_nan=y.dtype.kind != "b"), label


def by_reverse(f, point):
    """The value; the covector that comes back must live in the point's space."""
    y, back = vjp(lambda x: (f(x), x * 1), point)
    covector = back((np.ones_like(y[0]), np.zeros_like(point)))
    assert (covector.dtype, covector.shape) == (np.asarray(point).dtype, np.shape(point))
    return y[0]


UNARY = {
    "sin": np.sin, "exp": np.exp, "sqrt": np.sqrt, "square": np.square, "abs": np.abs,
    "negative": np.negative, "reciprocal": np.reciprocal, "tanh": np.tanh, "log1p": np.log1p,
    "conj": np.conj, "real": np.real, "sign": np.sign, "sinc": np.sinc, "angle": np.angle,
    "x**2": lambda x: x**2, "x**0": lambda x: x**0, "x**-1": lambda x: x**-1,
    "x**0.5": lambda x: x**0.5, "2**x": lambda x: 2**x, "2.0**x": lambda x: 2.0**x,
    "x/2": lambda x: x / 2, "1/x": lambda x: 1 / x, "added": lambda x: sum([x, x, x]),
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "var": np.var, "std": np.std,
    "cumsum": np.cumsum, "norm": np.linalg.norm, "fft": lambda x: np.fft.fft(np.atleast_1d(x)),
    "x[0]": lambda x: x[..., 0] if x.ndim else x,
    "single": lambda x: x.astype(np.float32 if x.dtype.kind == "f" else np.complex64),
    "integer": lambda x: np.real(x).astype(int) * 1.5,
    "where": lambda x: np.where(np.real(x) > 0.6, x, 0),
    "stack": lambda x: np.stack([x, x]), "dot": lambda x: np.dot(x, x),
    "outer": lambda x: np.outer(x, x), "clip": lambda x: np.clip(np.real(x), 0.6, 1.0),
    "round": lambda x: np.round(x, 1) + x,
}  # fmt: skip


@pytest.mark.parametrize("f", UNARY.values(), ids=UNARY)
@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_dtype_of_one_operand(f, point):
    expected = plain(f, point)
    y, dy = jvp(f, point, np.ones_like(point))
    assert y.dtype == expected.dtype
    assert np.shape(y) == np.shape(expected)
    assert_allclose(y, expected, rtol=1e-6)
    assert dy.dtype == y.dtype if y.dtype.kind in "fc" else True
    assert by_reverse(f, point).dtype == expected.dtype


@pytest.mark.parametrize("f", UNARY.values(), ids=UNARY)
@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
def test_second_order_keeps_single_precision(f, dtype):
    x = np.array([0.5, 1.5], dtype)

    def scalar(x):
        y = f(x)
        return np.sum(np.real(y) + 2 * np.imag(y)).astype(np.float32)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(scalar)(x).dtype == dtype
        assert hvp(scalar, x, x).dtype == dtype


def test_two_traced_operands_of_different_precision():
    x32, x64 = POINTS["float32"], POINTS["float64"]
    y, back = vjp(np.multiply, x32, x64)
    assert y.dtype == np.float64
    assert [g.dtype for g in back(np.ones(2))] == [np.float32, np.float64]
    y, dy = jvp(np.multiply, (x32, x64), (x32, x64))
    assert y.dtype == dy.dtype == np.float64


def test_integer_array_of_a_traced_program_stays_integer():
    def f(x):
        k = (x > 1).astype(int) + np.argmax(x)
        assert type(k) is np.ndarray
        assert k.dtype.kind == "i"
        return np.sum(x * k)

    assert_allclose(grad(f)(POINTS["float64"]), [1, 2])
