"""Every function of the vocabulary in C means what NumPy and SciPy mean by it."""

import itertools

import numpy as np
import pytest
from riesz.formula.c_rules import LOGICAL, RULES
from riesz.formula.vocabulary import COMPARISONS, SPECIAL

TWO = frozenset(
    "add subtract multiply divide power less less_equal greater greater_equal equal not_equal "
    "logical_and logical_or logical_xor maximum minimum fmax fmin hypot arctan2 logaddexp "
    "logaddexp2 copysign fmod remainder floor_divide heaviside nextafter float_power xlogy "
    "xlog1py".split()
)
REAL = sorted({*RULES["f"], *LOGICAL, "power"} - {"softplus"})
COMPLEX = sorted({*RULES["c"], "power", "logical_not", "logical_and"})
INTEGER = sorted({*RULES["i"], *LOGICAL} - {"imag"})
BOOLEAN = sorted({*RULES["b"], *LOGICAL} - {"real", "conj", "imag"})
# Sharp bends and large numbers, where library and library differ by more than roundings.
UNEVEN = {"gamma": 1e-12, "gammaln": 1e-11, "log_expit": 1e-13, "sinc": 1e-11}
FREE_OF_SIGN = frozenset("maximum minimum fmax fmin".split())  # of zero: NumPy's own varies


def numbers(dtype):
    """Ordinary numbers of every size, then the special ones."""
    ordinary = [0.25, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.6, 10.0, 33.25, 170.0, 1e-3, 1e-9, 1e5]
    extreme = np.finfo(dtype)
    special = [0.0, np.inf, extreme.max, extreme.tiny, extreme.smallest_subnormal, extreme.eps]
    x = np.array([*ordinary, *special], dtype)
    random = np.random.default_rng(0).normal(size=200).astype(dtype) * 3
    return np.concatenate([x, -x, [np.nan], random]).astype(dtype)


def operands(name, x):
    """All pairs for a function of two arguments."""
    if name not in TWO:
        return (x,)
    pairs = np.array(list(itertools.product(x, x))[::7], x.dtype)
    return tuple(np.ascontiguousarray(pairs[:, i]) for i in range(2))


def assert_agree(y, expected, name, rtol):
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(np.isnan(y), np.isnan(expected))
    np.testing.assert_allclose(y, expected, rtol=UNEVEN.get(name, rtol), atol=0)
    if name not in FREE_OF_SIGN and y.dtype.kind == "f":
        zero = (y == 0) & (expected == 0)
        np.testing.assert_array_equal(np.signbit(y[zero]), np.signbit(expected[zero]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", REAL)
def test_real(native, case, name, dtype):
    x = operands(name, numbers(dtype))
    given = case(lambda m, *x: getattr(m, name)(*x), x)
    (y,) = given.run(native)
    assert_agree(y, given.expected[0], name, 16 * np.finfo(dtype).eps)
