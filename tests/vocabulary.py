"""Arguments on which the functions of the vocabulary are compared with NumPy's and SciPy's."""

import itertools

import numpy as np

from riesz.formula.c_rules import LOGICAL, RULES

TWO = frozenset(
    "add subtract multiply divide power less less_equal greater greater_equal equal not_equal "
    "logical_and logical_or logical_xor maximum minimum fmax fmin hypot arctan2 logaddexp "
    "logaddexp2 copysign fmod remainder floor_divide heaviside nextafter float_power xlogy "
    "xlog1py".split()
)
REAL = sorted({*RULES["f"], *LOGICAL, "power"} - {"softplus"})
COMPLEX = sorted({*RULES["c"], "power", "logical_not", "logical_and"})
INTEGER = sorted({*RULES["i"], *LOGICAL})
BOOLEAN = sorted({*RULES["b"], *LOGICAL} - {"real", "conj", "imag"})
# Roundings of the argument that the function magnifies, in units of the last place.
UNEVEN = {"erfc": 256, "ndtr": 512, "gammaln": 256, "cpower": 256, "tan": 64}
FREE_OF_SIGN = frozenset("maximum minimum fmax fmin cosm1".split())  # of zero: NumPy's own varies


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


def reals(name, dtype):
    """Arguments for a function of real numbers."""
    x = numbers(dtype)
    if name == "gammaln":  # SciPy's is infinite below the smallest normal number
        x = x[(np.abs(x) >= np.finfo(dtype).tiny) | (x == 0)]
    return operands(name, x)


def integers(name, dtype):
    """Small and extreme integers; all pairs for a function of two arguments."""
    info = np.iinfo(dtype)
    x = [0, 1, 2, 3, 5, 7, 100, info.max, info.max - 1, info.min, info.min + 1]
    x = np.array([*x, *(-n for n in x[:7] if info.min)], dtype)
    if name not in TWO:
        return (x,)
    pairs = np.array(list(itertools.product(x, x)), dtype)
    return tuple(np.ascontiguousarray(pairs[:, i]) for i in range(2))


def booleans(name):
    """All truth values, or pairs of them."""
    x = (np.array([False, False, True, True]), np.array([False, True, False, True]))
    return x if name in TWO else x[:1]


def complex_numbers(dtype):
    parts = [0.0, 0.5, -1.25, 3.0, -20.0, 1e-3]
    return np.array([complex(a, b) for a in parts for b in parts], dtype)


def complexes(name, dtype):
    """Arguments for a function of complex numbers."""
    x = complex_numbers(dtype)
    if name in ("log", "arctanh", "arctan"):
        x = x[x != 0]
    x = operands(name, x)
    return (x[0][x[0] != 0], x[1][x[0] != 0]) if name == "power" else x


@np.errstate(all="ignore")
def assert_agree(y, expected, name):
    assert y.dtype == expected.dtype
    kind = {"b": "b", "i": "i", "c": "f"}.get(y.dtype.kind, y.dtype.kind)
    if kind != "f":
        np.testing.assert_array_equal(y, expected)
        return
    rtol = UNEVEN.get(name, 16) * np.finfo(y.dtype).eps
    for part, wanted in ((y.real, expected.real), (y.imag, expected.imag)):
        np.testing.assert_array_equal(np.isnan(part), np.isnan(wanted))
        scale = np.abs(expected) if y.dtype.kind == "c" else np.abs(wanted)
        finite = np.isfinite(scale) & np.isfinite(part)
        np.testing.assert_array_equal(part[~finite], wanted[~finite])
        last = 2 * np.finfo(y.dtype).smallest_subnormal
        assert np.all(np.abs(part[finite] - wanted[finite]) <= rtol * scale[finite] + last)
    if name not in FREE_OF_SIGN and y.dtype.kind == "f":
        zero = (y == 0) & (expected == 0)
        np.testing.assert_array_equal(np.signbit(y[zero]), np.signbit(expected[zero]))
