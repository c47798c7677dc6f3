"""The backend `pycuda` computes what NumPy does, and derivatives through it are right."""

import threading

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, MixedBackends, UnsupportedOperator

random = np.random.default_rng(0)
DTYPES = ["float32", "float64", "complex64", "complex128"]
X = random.normal(size=(5, 7))
LONG = random.normal(size=70_001)  # several blocks and chunks, and a rest


def numbers(shape, dtype):
    x = random.normal(size=shape)
    return (x + 1j * random.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)


@pytest.fixture
def agrees(pycuda):
    """Whether a function on the device gives what it gives on the host."""

    def check(f, *x, ulps=64):
        y = riesz.to_numpy(f(*(riesz.asarray(v, backend="pycuda") for v in x)))
        expected = np.asarray(f(*x))
        assert y.shape == expected.shape
        assert y.dtype == expected.dtype
        eps = np.finfo(y.dtype).eps if y.dtype.kind in "fc" else 0
        scale = np.max(np.abs(expected), initial=1)
        np.testing.assert_allclose(y, expected, rtol=ulps * eps, atol=ulps * eps * scale)

    return check


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.exp(x) * x - 2,
        lambda x: np.sin(x[:, :1]) + x[0] / 3,
        lambda x: x**2 + x**-1 + 2 * x,
        lambda x: np.where(np.abs(x) > 0.5, x, 0),
        lambda x: np.sqrt(np.abs(x)).astype("float32"),
        lambda x: x[::-1, 1:6:2] * x[:, :3],
        lambda x: x.T[1:3].reshape(2, 5) + 1,
        lambda x: np.conj(x).real,
    ],
)
def test_elementwise(agrees, f, dtype):
    agrees(f, numbers((5, 7), dtype))


@pytest.mark.parametrize("dtype", ["bool", "int8", "int32", "int64"])
def test_integers_are_promoted_as_numpy_does(agrees, dtype):
    x = np.array([0, 1, 1, 3, 2]).astype(dtype)
    agrees(lambda x: x / 2, x)
    agrees(lambda x: x * np.float32(2), x)
    agrees(lambda x: np.sum(x), x)
    agrees(lambda x: x > 1, x)


@pytest.mark.parametrize("f", [lambda x, y: x // y, lambda x, y: x % y, np.fmod])
@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "uint32"])
def test_integers_whose_quotient_is_none(agrees, f, dtype):
    """Divided by 0, which gives 0, and the least one by -1; the largest one is no -1."""
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    one, two = (-1, -2) if low else (high, 2)
    x = np.array([7, 0, low, low, high, 7, 7], dtype)
    y = np.array([0, 0, 0, one, one, one, two], dtype)
    with np.errstate(all="ignore"):
        agrees(f, x, y)


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_over_zero(pycuda, dtype):
    x, zero = np.array([1 + 2j, -3, 0, 1j], dtype), np.zeros(4, dtype)
    y = np.divide(riesz.asarray(x, backend="pycuda"), riesz.asarray(zero, backend="pycuda"))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(riesz.to_numpy(y), x / zero)


def test_numbers_keep_single_precision(agrees):
    x = np.array([0.1, 0.2, 0.30000001], np.float32)
    agrees(lambda x: x < 0.1, x)
    agrees(lambda x: x * 0.1, x)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0), (1, 5), (2, 3, 4), (700, 3), (3, 700)])
def test_shapes(agrees, shape):
    x = numbers(shape, "float64")
    agrees(lambda x: x * 2 + x, x)
    agrees(lambda x: np.sum(x), x)
    agrees(lambda x: np.reshape(np.transpose(x), (-1,)) if x.size else x, x)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean", "var", "any", "all"])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions(agrees, name, axis, keepdims):
    x = random.normal(size=(4, 90, 3))
    agrees(lambda x: getattr(np, name)(x, axis=axis, keepdims=keepdims), x)
    agrees(lambda x: getattr(np, name)(x[::2, ::-1], axis=axis), x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_long_sums(agrees, dtype):
    agrees(np.sum, numbers(70_001, dtype), ulps=2000)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places(agrees, name):
    ties = np.array([[1, 3, 3, 0, 0], [2, np.nan, 1, np.nan, 0]], float)
    agrees(lambda x: getattr(np, name)(x, axis=1), ties)
    for x in (-1 - abs(LONG[:100]), 1 + abs(LONG[:100])):  # no 0, and threads that have no entry
        agrees(getattr(np, name), x)
    agrees(lambda x: getattr(np, name)(x), LONG)


def test_reductions_give_equal_bits(pycuda):
    x = riesz.asarray(LONG, backend="pycuda")
    first = riesz.to_numpy(np.sum(x))
    assert all(riesz.to_numpy(np.sum(x)) == first for _ in range(3))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("left", "right"),
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 1), (1, 1)),
     ((65, 70), (70, 50)), ((2, 1, 3, 4), (5, 4, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 2))],
)  # fmt: skip
def test_matrix_products(agrees, left, right, dtype):
    agrees(np.matmul, numbers(left, dtype), numbers(right, dtype))


@pytest.fixture
def _busy(monkeypatch):
    """Few blocks fill the device, so that the largest tiles are taken."""
    from riesz_backends.pycuda.algebra import product

    monkeypatch.setattr(product, "BUSY", 2)


TILES = [((130, 20), (20, 140)), ((97, 9), (9, 200)), ((128, 8), (8, 128)), ((2, 100, 7), (7, 99))]


@pytest.mark.usefixtures("_busy")
@pytest.mark.parametrize("dtype", ["float32", "int32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize(("left", "right"), TILES)
def test_matrix_products_by_large_tiles(agrees, left, right, dtype):
    agrees(np.matmul, numbers(left, dtype), numbers(right, dtype))
    agrees(lambda x, y: x.T @ y.T, numbers(left[::-1], dtype), numbers(right[::-1], dtype))


@pytest.mark.parametrize("dtype", ["float32", "complex128", "int64"])
@pytest.mark.parametrize("m", [1, 3, 50])
@pytest.mark.parametrize("n", [1, 4, 60])
def test_matrix_products_with_long_sums(agrees, m, n, dtype):
    x, y = random.integers(-3, 4, (m, 2503)), random.integers(-3, 4, (2503, n))
    agrees(np.matmul, x.astype(dtype), y.astype(dtype))
    agrees(lambda x, y: x.T @ y.T, x.T.astype(dtype).copy(), y.T.astype(dtype).copy())


def test_more_matrices_and_rows_of_tiles_than_a_grid_has_room_for(agrees, monkeypatch):
    from riesz_backends.pycuda.algebra import product

    monkeypatch.setattr(product, "MOST_BLOCKS", 2)
    agrees(np.matmul, numbers((5, 40, 20), "float64"), numbers((5, 20, 33), "float64"))


def test_matrix_products_of_views(agrees):
    agrees(lambda x: x[::2].T @ x[::-1][:3], X)
    agrees(lambda x: np.tensordot(x, x, ((0,), (0,))), X)


@pytest.mark.parametrize("n", [16_384, 16_385, 50_001])
@pytest.mark.parametrize("rows", [1, 3])
def test_scans_and_places_of_long_rows(agrees, n, rows):
    x = random.integers(-9, 10, (rows, n))
    agrees(lambda x: np.cumsum(x, axis=1), x)
    agrees(lambda x: np.maximum.accumulate(x, axis=1), x + np.arange(n))
    agrees(lambda x: np.argmax(x, axis=1), x)
    agrees(lambda x: np.argmin(x, axis=1), np.where(np.arange(n) == n - 2, -99, x))
    agrees(lambda x: np.all(x > -99), x)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "argmin", "any"])
@pytest.mark.parametrize("shape", [(3000, 40), (1500, 2, 33), (17, 5), (1000, 7), (40, 30_000)])
def test_reductions_of_every_geometry(agrees, name, shape):
    x = random.integers(-1, 2, shape)
    for axis in range(len(shape)):
        agrees(lambda x, axis=axis: getattr(np, name)(x, axis=axis), x)
        agrees(lambda x, axis=axis: getattr(np, name)(x[::-1, ..., ::2], axis=axis), x)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_scans(agrees, name, axis):
    agrees(lambda x: getattr(np, name)(x, axis=axis), random.uniform(0.9, 1.1, size=(300, 40)))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.concatenate((x, x[:2])), lambda x: np.stack((x, x), axis=-1),
        lambda x: np.roll(x, (2, -1), (0, 1)), lambda x: np.flip(x, 1), np.tril,
        lambda x: np.repeat(x, 2, axis=1), lambda x: x[1, None, ..., ::2], lambda x: x.T.copy(),
        lambda x: np.broadcast_to(x[0], (3, 7)), lambda x: np.diagonal(x), lambda x: x[-1][-1],
    ],
)  # fmt: skip
def test_copies_and_views(agrees, f):
    agrees(f, X)


def test_gathering(agrees):
    i, j = np.array([[0, 3], [-1, 0]]), np.array([1, 2])
    agrees(lambda x, i: x[i], X, i)
    agrees(lambda x, i: x[:, i], X, i)
    agrees(lambda x, i, j: x[i, j], X, i, j)


def test_an_index_out_of_bounds_is_refused(pycuda):
    with pytest.raises(IndexError):
        riesz.asarray(X, backend="pycuda")[riesz.asarray([0, 5], backend="pycuda")]


PROGRAMS = [
    lambda x: np.sum(np.exp(-(x**2)) * np.tanh(x @ x.T @ x)),
    lambda x: np.sum(np.log(np.sum(np.exp(x), axis=1)) ** 2) + np.sum(np.max(x, axis=0)),
    lambda x: np.sum(np.concatenate((x[1:, ::2], x[:1, ::2])) ** 3) + np.mean(x * x[:, :1]),
    lambda x: np.sum(np.where(x > 0, np.sqrt(np.abs(x)), np.roll(x, 1, 0))),
    lambda x: np.sum(np.cumsum(x, axis=1) * np.flip(x)) + np.var(x),
    lambda x: np.sum(x / (1 + np.abs(x))) * 0.5 + np.linalg.norm(x),
]


@pytest.mark.parametrize("f", PROGRAMS)
def test_gradients(agrees, f):
    agrees(riesz.grad(f), X, ulps=500)


@pytest.mark.parametrize("f", PROGRAMS)
def test_second_derivatives(agrees, f):
    agrees(lambda x: riesz.hvp(f, x, x), X, ulps=5000)


@pytest.mark.parametrize("f", PROGRAMS)
def test_compiled_gradients(agrees, f):
    agrees(riesz.compile(riesz.grad(f)), X, ulps=500)


def test_gradients_add_up_at_equal_indices(agrees):
    i = np.array([0, 2, 2, 2])
    agrees(lambda x, i: riesz.grad(lambda x: np.sum(x[i] ** 2))(x), X, i)


def test_gradients_in_single_precision(agrees):
    agrees(riesz.grad(PROGRAMS[0]), X.astype(np.float32), ulps=500)


def test_the_adjoint_of_a_formula_is_one_kernel(pycuda, monkeypatch):
    from riesz_backends.pycuda.device import Device

    x = riesz.asarray(X, backend="pycuda")
    _, pullback = riesz.vjp(lambda x: 1 / (1 + np.exp(x)), x)
    rule = riesz.vjp(np.tanh, x)[1]
    launched = []
    launch = Device.launch
    monkeypatch.setattr(Device, "launch", lambda *a: (launched.append(a), launch(*a)))
    rule(x)
    assert len(launched) == 1
    assert pullback(x) is not None


@pytest.mark.parametrize("f", [np.linalg.qr, np.linalg.svd])
def test_what_has_no_kernel_is_refused_by_name(pycuda, f):
    x = riesz.asarray(X[:, :5], backend="pycuda")
    with pytest.raises(UnsupportedOperator, match="pycuda"):
        riesz.grad(lambda x: np.sum(np.abs(f(x)[0])))(x)


def test_nothing_is_copied_without_being_asked(pycuda):
    x = riesz.asarray(X, backend="pycuda")
    with pytest.raises(TypeError):
        np.asarray(x)
    with pytest.raises(TypeError):
        x + X
    with pytest.raises(MixedBackends):
        riesz.grad(lambda x: np.sum(x * X))(x)
    with pytest.raises(TypeError):
        float(np.sum(x))


def test_the_interface_of_other_libraries(pycuda):
    x = riesz.asarray(X, backend="pycuda")
    told = x.T.__cuda_array_interface__
    assert told["shape"] == (7, 5)
    assert told["strides"] == x.T.strides
    assert told["data"][0] == x.pointer


def test_dtypes_without_kernels_are_refused(pycuda):
    with pytest.raises(InvalidType, match="float16"):
        riesz.asarray(X.astype(np.float16), backend="pycuda")


def test_views_share_memory_and_assignments_do_not_overlap(pycuda):
    x = riesz.asarray(np.arange(6.0), backend="pycuda")
    x[1:] = x[:-1]
    np.testing.assert_array_equal(riesz.to_numpy(x), [0, 0, 1, 2, 3, 4])


def test_other_threads(pycuda):
    found = []
    thread = threading.Thread(
        target=lambda: found.append(riesz.to_numpy(riesz.asarray(X, backend="pycuda") + 1))
    )
    thread.start()
    thread.join()
    np.testing.assert_array_equal(found[0], X + 1)
