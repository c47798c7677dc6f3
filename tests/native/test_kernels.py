"""Kernels on arrays of any layout: strides, broadcasts, rolls, reductions, special shapes."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from riesz.errors import InvalidType, InvalidValue
from riesz_backends.native.library import libraries

LONG = 70_001  # several blocks, pieces and vectors, and a rest
SHAPES = [(), (0,), (1,), (7,), (LONG,), (3, 0), (1, 5), (5, 1), (6, 7), (3, 1, 9), (2, 3, 4, 5)]
SHAPES += [(300, 301), (3, 20_000), (20_000, 3)]


def normal(shape, dtype="float64", seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def assert_close(found, expected):
    for y, wanted in zip(found, expected, strict=True):
        assert y.shape == wanted.shape
        eps = np.finfo(y.dtype).eps if y.dtype.kind in "fc" else 0
        scale = np.max(np.abs(wanted), initial=1, where=np.isfinite(wanted))
        np.testing.assert_allclose(y, wanted, rtol=64 * eps, atol=64 * eps * scale)


def formula(m, x, y):
    return m.exp(-x * x) * y + m.tanh(y), x > y


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes(native, case, shape):
    given = case(formula, (normal(shape), normal(shape, seed=1)))
    assert_close(given.run(native), given.expected)


@pytest.mark.parametrize(
    "shapes",
    [
        ((4, 5), ()),
        ((4, 5), (5,)),
        ((4, 5), (4, 1)),
        ((4, 1), (1, 5)),
        ((3, 4, 5), (4, 1)),
        ((1, 1), (6, 7)),
        ((500, 1), (1, 500)),
        ((0, 3), (3,)),
        ((2, 1, 3), (4, 1)),
        ((1,), (1, 1, 1)),
    ],
    ids=str,
)
def test_broadcasts(native, case, shapes):
    given = case(formula, (normal(shapes[0]), normal(shapes[1], seed=1)))
    assert_close(given.run(native), given.expected)


def layouts(x):
    """The same numbers, otherwise in memory."""
    wide = np.zeros((*x.shape[:-1], 3 * x.shape[-1])) if x.ndim else np.zeros(3)
    wide = wide[..., 1::3]
    wide[...] = x
    packed = np.zeros(x.size * 8 + 3, np.uint8)[3:].view("f8").reshape(x.shape)
    packed[...] = x
    flipped = np.flip(x.copy()).copy()
    return {
        "fortran": np.asfortranarray(x), "strided": wide.reshape(x.shape), "unaligned": packed,
        "negative": np.flip(flipped), "subclass": x.view(np.memmap), "swapped": x.astype(">f8"),
        "readonly": np.broadcast_to(x, x.shape), "list": x.tolist(), "float32": x.astype("float32"),
    }  # fmt: skip


@pytest.mark.parametrize("shape", [(5,), (6, 7), (40, 50), (2, 3, 4), (1000, 3)], ids=str)
@pytest.mark.parametrize("layout", sorted(layouts(np.ones(2))))
def test_any_layout_gives_the_same(native, case, shape, layout):
    x, y = normal(shape, "float32").astype("float64"), normal(shape, seed=1)
    given = case(formula, (x, y))
    assert_close(given.run(native, (layouts(x)[layout], y)), given.expected)
    assert_close(given.run(native, (layouts(x)[layout], y[...])), given.expected)


@pytest.mark.parametrize(
    "reduce", [None, ("sum", (0,), False), ("sum", (1,), False), ("max", (0, 1), False)]
)
def test_results_of_any_strides(native, case, reduce):
    x = normal((30, 40))
    given = case(lambda m, x: m.sin(x), (x.T.copy().T,), (reduce,))
    kernel = native.compile(given.cluster)
    shape = given.expected[0].shape
    out = np.zeros([2 * n for n in shape][::-1]).T[(*(slice(None, None, 2) for _ in shape), ...)]
    kernel((out,), (x,))
    assert_close((out,), given.expected)


@pytest.mark.parametrize("shape", [(7,), (1,), (6, 7), (1, 5), (40, 50), (3, 4, 5)], ids=str)
@pytest.mark.parametrize("shift", [1, -1, 0, 3, -12])
def test_rolls(native, case, shape, shift):
    x = normal(shape)
    shifts = [
        tuple(shift if i == axis else 0 for i in range(len(shape))) for axis in range(len(shape))
    ]
    arrays = [x] * len(shifts) + [x, x]
    last = tuple(2 * shift + i for i in range(len(shape)))
    given = case(lambda m, *x: (sum_of(m, x), x[0] * x[1]), arrays, shifts=[*shifts, last, None])
    assert_close(given.run(native), given.expected)


def sum_of(m, terms):
    total = terms[0]
    for k, x in enumerate(terms[1:]):
        total = total + (k + 2) * x
    return total


BOXES = [
    ((9,), [((0,), (9,)), ((2,), (3,)), ((8,), (1,)), ((0,), (4,))]),
    ((20_000,), [((1,), (19_999,)), ((0,), (1,)), ((19_000,), (1000,))]),
    ((6, 7), [((1, 1), (4, 5)), ((0, 0), (6, 1)), ((5, 0), (1, 7)), ((2, 6), (3, 1))]),
    ((3, 9000), [((1, 0), (2, 9000)), ((0, 5), (1, 8990)), ((2, 0), (1, 1))]),
    ((700, 2), [((1, 0), (699, 1)), ((0, 1), (650, 1)), ((3, 0), (1, 2))]),
    ((4, 1, 5), [((1, 0, 2), (2, 1, 3)), ((0, 0, 0), (4, 1, 5)), ((3, 0, 4), (1, 1, 1))]),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128"])
@pytest.mark.parametrize(("domain", "boxes"), BOXES, ids=lambda x: str(x) if len(x) < 4 else "")
def test_padding(native, case, domain, boxes, dtype):
    arrays = [normal(shape).astype(dtype) for _, shape in boxes]
    shifts = [start for start, _ in boxes]
    axes = tuple(range(len(domain)))
    given = case(
        lambda m, *x: (sum_of(m, x), x[0] * x[-1] + 2, sum_of(m, x)), [*arrays, normal(domain)],
        (None, None, ("sum", axes[-1:], False)), shifts, domain, padded=True,
    )  # fmt: skip
    assert_close(given.run(native), given.expected)
    spread = [np.repeat(x, 2, axis=-1)[..., ::2] for x in given.arrays]
    assert_close(given.run(native, tuple(spread)), given.expected)


@pytest.mark.parametrize(("domain", "boxes"), BOXES, ids=lambda x: str(x) if len(x) < 4 else "")
def test_a_padded_sum_is_that_of_its_entries(native, case, domain, boxes):
    arrays, shifts = [normal(shape) for _, shape in boxes], [start for start, _ in boxes]
    full = ("sum", tuple(range(len(domain))), False)
    given = case(lambda m, *x: (sum_of(m, x), m.maximum(x[0], x[1])), arrays, (full, None),
                 shifts, domain, padded=True)  # fmt: skip
    assert_close(given.run(native), given.expected)


def test_a_rolled_sum(native, case):
    x = normal((60, 300))
    given = case(lambda m, x, y: (x * y, x - y), (x, x), (("sum", (0, 1), False),), [(1, -2), None])
    assert_close(given.run(native), given.expected)


REDUCTIONS = [
    ((0,), (7,)),
    ((0,), (LONG,)),
    ((0,), (1,)),
    ((1,), (6, 7)),
    ((0,), (6, 7)),
    ((0, 1), (6, 7)),
    ((0, 1), (300, 301)),
    ((1,), (3, 20_000)),
    ((0,), (3, 20_000)),
    ((0,), (20_000, 3)),
    ((1,), (20_000, 3)),
    ((0, 2), (5, 6, 7)),
    ((1,), (5, 6, 7)),
    ((0,), (1, 5)),
    ((), (4,)),
    ((1,), (4, 0)),
    ((1,), (0, 4)),
    ((0,), (4, 0)),
]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("axes", "shape"), REDUCTIONS, ids=str)
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
def test_reductions(native, case, name, axes, shape, keepdims):
    if name in ("max", "min") and any(shape[i] == 0 for i in axes):
        pytest.skip("an empty array has no maximum")
    x = 1 + 1e-3 * normal(shape)
    given = case(lambda m, x: (m.sin(x) * 1.2, x * x), (x,), ((name, axes, keepdims),))
    found = given.run(native)
    tolerance = 1e-9 if name == "prod" else 1e-12
    np.testing.assert_allclose(found[0], given.expected[0], rtol=tolerance)
    assert_close(found[1:], given.expected[1:])


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
@pytest.mark.parametrize("dtype", ["float32", "int64", "int32", "bool", "complex128"])
def test_reductions_by_dtype(native, case, name, dtype):
    if dtype == "complex128" and name in ("max", "min"):
        pytest.skip("complex numbers have no order here")
    x = np.random.default_rng(0).integers(-1, 3, (40, 50)).astype(dtype)
    for axes in [(0,), (1,), (0, 1)]:
        given = case(lambda m, x: m.where(x, x, x), (x,), ((name, axes, False),))
        assert_close(given.run(native), given.expected)


@pytest.mark.parametrize("where", [0, 3, 4000, 69_999])
@pytest.mark.parametrize("name", ["sum", "max", "min"])
def test_reductions_keep_nan(native, case, name, where):
    x = normal(70_000)
    x[where] = np.nan
    for shape, axes in [((70_000,), (0,)), ((7, 10_000), (1,)), ((7, 10_000), (0,))]:
        given = case(lambda m, x: x + 0.0, (x.reshape(shape),), ((name, axes, False),))
        np.testing.assert_allclose(given.run(native)[0], given.expected[0], rtol=1e-10)


def test_sums_are_accurate(native, case):
    x = np.full(2_000_001, 0.1, "float32")
    (y,) = case(lambda m, x: x * 1, (x,), (("sum", (0,), False),)).run(native)
    assert abs(float(y) - 0.1 * len(x)) < 1e-5 * 0.1 * len(x)


def test_an_empty_maximum_is_refused(native, case):
    one = case(lambda m, x: x * 2, (np.ones((2, 3)),), (("max", (0,), False),)).cluster
    empty = type(one)((0, 3), one.symbols, (type(one.loads[0])(one.loads[0].dtype, (0, 3)),),
                      one.results, one.dtypes)  # fmt: skip
    with pytest.raises(InvalidValue, match="no maximum"):
        native.compile(empty)((np.zeros(3),), (np.ones((0, 3)),))


@pytest.mark.parametrize("name", ["sum", "max"])
def test_a_result_without_entries_is_not_written(native, case, name):
    memory = np.full(4, 7.0)
    given = case(lambda m, x: x * 2, (np.ones((3, 0)),), ((name, (0,), False),))
    none = np.ndarray((0,), float, memory.data, offset=16, strides=(0,))  # as np.empty(0) may have
    native.compile(given.cluster)((none,), (np.ones((3, 0)),))
    np.testing.assert_array_equal(memory, 7)


def test_in_place(native, case):
    x = normal(LONG)
    given = case(lambda m, x: m.exp(x) + x, (x,))
    work = x.copy()
    native.compile(given.cluster)((work,), (work,))
    assert_close((work,), given.expected)


@pytest.mark.parametrize(
    ("out", "x"),
    [
        ((np.zeros(3),), (np.ones(4),)),
        ((np.zeros(4),), ()),
        ((), (np.ones(4),)),
        ((np.zeros(5),), (np.ones(4),)),
        ((np.zeros(4, "f4"),), (np.ones(4),)),
        ((np.zeros(4),), (np.ones(3),)),
        (([0.0] * 4,), (np.ones(4),)),
        ((np.broadcast_to(0.0, 4),), (np.ones(4),)),
    ],
)
def test_what_does_not_fit_is_refused(native, case, out, x):
    kernel = native.compile(case(lambda m, x: m.exp(x), (np.ones(4),)).cluster)
    with pytest.raises((InvalidType, InvalidValue)):
        kernel(out, x)


def test_unknown_dtypes_are_left_to_numpy(native, case):
    for dtype in ("float16", "uint64", "longdouble", ">f8"):
        cluster = case(lambda m, x: x * x, (np.ones(3).astype(dtype),)).cluster
        assert native.compile(cluster) is None
        assert "dtype" in native.refusal(cluster)


def test_equal_kernels_are_built_once(native, case):
    native.compile(case(lambda m, x: m.sin(x) + 0.123, (np.ones(3),)).cluster)
    before = libraries.built
    for shape in [(4,), (5, 6), (2, 3, 4)]:
        native.compile(case(lambda m, x: m.sin(x) + 0.123, (np.ones(shape),)).cluster)
    assert libraries.built == before


def test_sine_and_cosine_of_one_argument_stay_vectors(native, case):
    from riesz.formula.c import Call

    if not libraries.toolchain.has_vector(Call("sin", "float64", 1)):
        pytest.skip("no vector library here")
    kernel = native.compile(case(lambda m, x: m.sin(x) * m.cos(x), (np.ones(3),)).cluster)
    code = libraries.cache.find(libraries.key(kernel.source.contiguous)).read_bytes()
    assert b"v_sin\0" in code
    assert b"v_cos\0" in code


THREADED = """
import numpy as np, sys
sys.path.insert(0, sys.argv[1])
from clusters import Case
from riesz_backends.native import backend
x, y = np.random.default_rng(0).normal(size=(2, 401, 1003))
f = lambda m, x, y: (m.sin(x) * y, m.exp(-x * x) - y, x / (1 + y * y), m.tanh(x))
for shape in [(401, 1003), (401 * 1003,)]:
    every = tuple(range(len(shape)))
    full = (("sum", every, False), None, ("sum", every, False), ("max", every, False))
    for q in [full, (("sum", (len(shape) - 1,), False), None, ("sum", (0,), True)), ()]:
        out = Case(f, (x.reshape(shape), y.reshape(shape)), q).run(backend)
        print([float(np.sum(v * np.arange(v.size).reshape(v.shape))).hex() for v in out])
        print([hash(v.tobytes()) for v in out])
"""


def test_results_do_not_depend_on_the_number_of_threads(native, tmp_path):
    from pathlib import Path

    def run(threads):
        env = os.environ | {"OMP_NUM_THREADS": str(threads), "PYTHONHASHSEED": "0"}
        words = [sys.executable, "-c", THREADED, str(Path(__file__).parents[1])]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
        return done.stdout

    assert run(1) == run(2) == run(5)


def test_several_threads_may_call_one_kernel(native, case):
    from concurrent.futures import ThreadPoolExecutor

    given = case(lambda m, x: (m.sin(x), m.cos(x)), (normal(LONG),), (("sum", (0,), False),))
    kernel = native.compile(given.cluster)

    def call(_):
        out = given.outputs()
        kernel(out, given.arrays)
        return out

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(call, range(100)):
            assert_close(found, given.expected)


# --- random programs -----------------------------------------------------------------------------

UNARY = "negative absolute sign sqrt square exp sin tanh arctan floor isnan log1p".split()
BINARY = "add subtract multiply divide maximum minimum less equal arctan2 hypot copysign".split()


@st.composite
def programs(draw):
    """A formula as a list of steps, operands with their shapes, and reductions."""
    shape = tuple(draw(st.lists(st.integers(1, 6), max_size=3)))
    loads = draw(st.integers(1, 3))
    shapes = [
        tuple(draw(st.sampled_from([1, n])) for n in shape)[draw(st.integers(0, len(shape))) :]
        for _ in range(loads - 1)
    ]
    dtypes = draw(
        st.lists(
            st.sampled_from(["float64", "float32", "int64", "bool"]), min_size=loads, max_size=loads
        )
    )
    steps = []
    for i in range(draw(st.integers(1, 8))):
        operand = st.one_of(st.integers(0, loads + i - 1), st.sampled_from([0.5, -2.0]))
        name = draw(st.sampled_from([*UNARY, *BINARY, "where"]))
        count = 1 if name in UNARY else 2 if name in BINARY else 3
        first = draw(st.integers(0, loads + i - 1))
        steps.append((name, (first, *(draw(operand) for _ in range(count - 1)))))
    axes = tuple(i for i in range(len(shape)) if draw(st.booleans()))
    reduce = draw(st.sampled_from([None, ("sum", axes, False), ("max", axes, True)]))
    strides = draw(st.lists(st.sampled_from([1, -1, 2]), min_size=loads, max_size=loads))
    return [shape, *shapes], dtypes, steps, reduce, strides


@settings(max_examples=60)
@over(programs())
def test_random_programs(native, case, program):
    shapes, dtypes, steps, reduce, strides = program
    arrays = []
    for k, (shape, dtype, step) in enumerate(zip(shapes, dtypes, strides, strict=True)):
        wide = (normal((*shape[:-1], abs(step) * shape[-1]) if shape else (), seed=k) * 2).astype(
            dtype
        )
        arrays.append(wide[..., ::step] if shape else wide)

    def formula(m, *x):
        known = list(x)
        for name, args in steps:
            values = [known[a] if type(a) is int else a for a in args]
            if name == "where":
                values[0] = m.greater(values[0], 0)
            elif name not in ("maximum", "minimum", "less", "equal", "isnan"):
                values[0] = values[0] * 1.0  # functions of truth values are half precision
            known.append(getattr(m, name)(*values))
        return known[-1] * 1.0, known[len(known) // 2] * 0.5

    given = case(formula, arrays, (reduce,))
    found = given.run(native)
    for y, wanted in zip(found, given.expected, strict=True):
        eps = np.finfo(y.dtype).eps
        finite = wanted[np.isfinite(wanted)]
        scale = np.max(np.abs(finite), initial=0.0)
        np.testing.assert_allclose(y, wanted, rtol=1e4 * eps, atol=1e3 * eps * max(scale, 1))
