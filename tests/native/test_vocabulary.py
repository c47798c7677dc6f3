"""Every function of the vocabulary in C means what NumPy and SciPy mean by it."""

import itertools

import numpy as np
import pytest

from riesz.formula.c_rules import LOGICAL, RULES
from riesz.formula.vocabulary import SPECIAL

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
        assert np.all(np.abs(part[finite] - wanted[finite]) <= rtol * scale[finite])
    if name not in FREE_OF_SIGN and y.dtype.kind == "f":
        zero = (y == 0) & (expected == 0)
        np.testing.assert_array_equal(np.signbit(y[zero]), np.signbit(expected[zero]))


def check(native, case, name, x):
    given = case(lambda m, *x: getattr(m, name)(*x), x)
    (y,) = given.run(native)
    assert_agree(y, given.expected[0], "c" * (y.dtype.kind == "c") + name)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", REAL)
def test_real(native, case, name, dtype):
    x = numbers(dtype)
    if name == "gammaln":  # SciPy's is infinite below the smallest normal number
        x = x[(np.abs(x) >= np.finfo(dtype).tiny) | (x == 0)]
    check(native, case, name, operands(name, x))


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8", "uint8", "uint32"])
@pytest.mark.parametrize("name", INTEGER)
def test_integer(native, case, name, dtype):
    info = np.iinfo(dtype)
    x = [0, 1, 2, 3, 5, 7, 100, info.max, info.max - 1, info.min, info.min + 1]
    x = np.array([*x, *(-n for n in x[:7] if info.min)], dtype)
    if name in TWO:
        pairs = np.array(list(itertools.product(x, x)), dtype)
        x = tuple(np.ascontiguousarray(pairs[:, i]) for i in range(2))
    check(native, case, name, x if isinstance(x, tuple) else (x,))


@pytest.mark.parametrize("name", BOOLEAN)
def test_boolean(native, case, name):
    x = (np.array([False, False, True, True]), np.array([False, True, False, True]))
    check(native, case, name, x if name in TWO else x[:1])


def complex_numbers(dtype):
    parts = [0.0, 0.5, -1.25, 3.0, -20.0, 1e-3]
    return np.array([complex(a, b) for a in parts for b in parts], dtype)


@pytest.mark.parametrize("dtype", ["complex128", "complex64"])
@pytest.mark.parametrize("name", COMPLEX)
def test_complex(native, case, name, dtype):
    x = complex_numbers(dtype)
    if name in ("log", "arctanh", "arctan"):
        x = x[x != 0]
    x = operands(name, x)
    if name == "power":
        x = (x[0][x[0] != 0], x[1][x[0] != 0])
    check(native, case, name, x)


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128"])
@pytest.mark.parametrize("p", [0, 1, 2, 3, 7, 16, 17, -1, -2, -3, 0.5, 2.0, -0.5, 1.5, 3.0])
def test_powers_by_numbers(native, case, dtype, p):
    x = numbers(dtype) if dtype[0] == "f" else complex_numbers(dtype)[1:]
    given = case(lambda m, x: x**p, (x,))
    (y,) = given.run(native)
    with np.errstate(all="ignore"):
        extreme = np.isfinite(y) & (np.abs(y) < 1e3 * np.finfo(dtype).tiny)
    keep = ~extreme  # products round twice below the smallest normal number
    assert_agree(y[keep], given.expected[0][keep], "cpower")


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_integer_powers(native, case, n):
    given = case(lambda m, x: x**n, (np.array([-3, 0, 2, 10**6, 2**62]),))
    np.testing.assert_array_equal(given.run(native)[0], given.expected[0])


@pytest.mark.parametrize(
    "types", list(itertools.product(["bool", "int64", "float32", "float64"], repeat=2))
)
@pytest.mark.parametrize("name", ["add", "multiply", "divide", "less", "equal", "maximum", "where"])
def test_mixed_dtypes(native, case, name, types):
    random = np.random.default_rng(1)
    x, y = ((random.normal(size=40) * 3).astype(t) for t in types)
    given = case(
        lambda m, x, y: m.where(x, x, y) if name == "where" else getattr(m, name)(x, y), (x, y)
    )
    assert_agree(given.run(native)[0], given.expected[0], name)


@pytest.mark.parametrize(
    "number", [2, 0.1, True, float("inf"), float("-inf"), float("nan"), -0.0, 1e300]
)
def test_numbers_keep_single_precision(native, case, number):
    x = numbers("float32")
    given = case(lambda m, x: (x * number, x < number, m.where(x > 0, number, x)), (x,))
    for y, expected in zip(given.run(native), given.expected, strict=True):
        assert_agree(y, expected, "maximum")


def test_single_precision_is_computed_in_single_precision(native, case):
    kernel = native.compile(case(lambda m, x: m.exp(x * 0.1) + 1, (np.ones(3, "float32"),)).cluster)
    assert "double" not in kernel.source.contiguous


@pytest.mark.parametrize("source", ["bool", "int32", "int64", "float32", "float64"])
@pytest.mark.parametrize("target", ["bool", "int64", "float32", "float64", "complex128"])
def test_conversions(native, case, source, target):
    x = np.array([0, 1, 2, -3, 100]).astype(source)
    given = case(lambda m, x: m.node("astype", x, target), (x,))
    np.testing.assert_array_equal(given.run(native)[0], given.expected[0])


@pytest.mark.parametrize("name", sorted(SPECIAL - {*RULES["f"]}))
def test_what_c_lacks_is_refused(native, case, name):
    given = case(lambda m, x: m.exp(x), (np.ones(3),))
    m = given.cluster.symbols
    node = getattr(m, name)(m.argument(0))
    cluster = type(given.cluster)(
        (3,), m, given.cluster.loads, (type(given.cluster.results[0])(node, np.dtype("f8")),),
        {node: np.dtype("f8"), m.argument(0): np.dtype("f8")},
    )  # fmt: skip
    assert native.compile(cluster) is None
    assert name in native.refusal(cluster)
