"""Every function of the vocabulary in C means what NumPy and SciPy mean by it."""

import itertools

import numpy as np
import pytest
from vocabulary import (
    BOOLEAN,
    COMPLEX,
    INTEGER,
    REAL,
    assert_agree,
    booleans,
    complex_numbers,
    complexes,
    integers,
    numbers,
    reals,
)

from riesz.formula.c_rules import RULES
from riesz.formula.vocabulary import SPECIAL


def check(native, case, name, x):
    given = case(lambda m, *x: getattr(m, name)(*x), x)
    (y,) = given.run(native)
    assert_agree(y, given.expected[0], "c" * (y.dtype.kind == "c") + name)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", REAL)
def test_real(native, case, name, dtype):
    check(native, case, name, reals(name, dtype))


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8", "uint8", "uint32"])
@pytest.mark.parametrize("name", INTEGER)
def test_integer(native, case, name, dtype):
    check(native, case, name, integers(name, dtype))


@pytest.mark.parametrize("name", BOOLEAN)
def test_boolean(native, case, name):
    check(native, case, name, booleans(name))


@pytest.mark.parametrize("dtype", ["complex128", "complex64"])
@pytest.mark.parametrize("name", COMPLEX)
def test_complex(native, case, name, dtype):
    check(native, case, name, complexes(name, dtype))


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
