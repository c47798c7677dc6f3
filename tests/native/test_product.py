import numpy as np
import pytest

import riesz
from riesz.space import Space
from riesz_backends.native.product import product_of

SHAPES = [
    ((100, 3), (3, 5)), ((4, 100, 3), (4, 3, 5)), ((2, 3, 1), (2, 1, 1)), ((7, 4, 6), (6, 2)),
    ((2, 1, 5, 4), (3, 4, 4)), ((3, 200), (200, 5)), ((6, 16, 64), (6, 64, 16)),
    ((40, 16), (16, 16)),
]  # fmt: skip


@pytest.fixture
def rng():
    return np.random.default_rng(0)


VECTORS = [((400, 330), (330,)), ((400, 330), (400,)), ((5000, 33), (33,)), ((33, 5001), (33,)),
           ((2051, 70), (70,)), ((70, 4099), (70,))]  # fmt: skip


def operands(shapes, dtype, rng):
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def computed(x, y):
    product = product_of(Space.of(x), Space.of(y))
    assert product is not None
    out = np.full(np.matmul(x, y).shape, np.nan, x.dtype)
    assert product(x, y, out) is out
    return out


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_product_is_numpys(shapes, dtype, rng):
    x, y = operands(shapes, dtype, rng)
    error = np.abs(computed(x, y) - x @ y).max()
    assert error <= 8 * np.finfo(dtype).eps * np.abs(x).max() * np.abs(y).max() * x.shape[-1]


@pytest.mark.parametrize("shapes", VECTORS, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_large_matrix_times_a_vector(shapes, dtype, rng):
    a, v = operands(shapes, dtype, rng)
    x, y = (a, v) if a.shape[1] == len(v) else (v, a)
    expected = x.astype(np.longdouble) @ y.astype(np.longdouble)
    bound = 8 * np.finfo(dtype).eps * np.abs(x).astype(np.longdouble) @ np.abs(y)
    layouts = [a, np.asfortranarray(a), np.repeat(a, 2, axis=0)[::2], a.repeat(3, axis=1)[:, ::3]]
    for layout in layouts:
        got = computed(*(layout if z is a else z for z in (x, y)))
        assert np.all(np.abs(got - expected) <= bound)


def test_a_strided_vector_and_a_reversed_matrix(rng):
    a, v = operands(VECTORS[0], np.float64, rng)
    for x, y in [(a, v[::-1]), (a[::-1], v), (a[:, ::-1], v), (a, np.repeat(v, 2)[::2])]:
        np.testing.assert_allclose(computed(x, y), x @ y, rtol=1e-12, atol=1e-12)


def test_nan_of_a_row_stays_in_its_row(rng):
    a, v = operands(VECTORS[0], np.float64, rng)
    a[7, 3] = np.nan
    assert np.flatnonzero(np.isnan(computed(a, v))).tolist() == [7]
    assert np.flatnonzero(np.isnan(computed(np.ones(len(a)), a))).tolist() == [3]


@pytest.mark.parametrize("shapes", SHAPES[1:7], ids=str)
def test_any_strides(shapes, rng):
    x, y = operands(shapes, np.float64, rng)
    expected = computed(x, y)
    columns = x.swapaxes(-1, -2).copy().swapaxes(-1, -2)
    reversed_ = y[..., ::-1].copy()[..., ::-1]
    apart = np.repeat(x, 2, axis=-2)[..., ::2, :]
    for a, b in [(columns, y), (x, reversed_), (apart, y), (columns, reversed_)]:
        np.testing.assert_allclose(computed(a, b), expected, rtol=1e-13, atol=1e-13)


def test_what_is_not_aligned_is_left_to_numpy(rng):
    x, y = operands(SHAPES[0], np.float64, rng)
    shifted = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(np.float64).reshape(x.shape)
    np.testing.assert_allclose(computed(shifted, y), x @ y, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    "shapes",
    [
        ((100, 3), (3, 50)),
        ((3,), (3, 2)),
        ((0, 3), (3, 2)),
        ((64, 64), (64, 64)),
        ((64, 64), (64,)),
        ((200_000, 3), (3,)),
        ((2, 300, 300), (300,)),
    ],
    ids=str,
)
def test_other_products_are_left_to_numpy(shapes, rng):
    x, y = operands(shapes, np.float64, rng)
    assert product_of(Space.of(x), Space.of(y)) is None


def test_nan_is_carried(rng):
    x, y = operands(SHAPES[0], np.float64, rng)
    x[5, 1], y[2, 0] = np.nan, np.inf
    np.testing.assert_array_equal(np.isnan(computed(x, y)), np.isnan(x @ y))


def test_a_compiled_gradient_uses_it(rng):
    x, y = operands(SHAPES[1], np.float64, rng)
    g = riesz.value_and_grad(lambda x, y: np.sum(np.sin(x @ y)), argnums=(0, 1))
    compiled = riesz.compile(g, backend="native")
    plan = next(iter((compiled(x, y), compiled._plans.values())[1]))
    used = {getattr(f, "__qualname__", "") for f in plan.replay.scope.values()}
    assert "_compiled.<locals>.product" in used
    for given, expected in zip(compiled(x, y)[1], g(x, y)[1], strict=True):
        np.testing.assert_allclose(given, expected, rtol=1e-12)
