"""Kernel sums and log-sum-exps against the dense matrix, in value and derivatives of two orders."""

from types import SimpleNamespace

import numpy as np
import pytest

import riesz
from riesz_kernels import blocked, kernel_logsumexp, kernel_sum

pytestmark = pytest.mark.usefixtures("backend")
SHAPES = [(6, 4, 2), (1, 1, 2), (7, 600, 2)]


def draw(rng, n, m, d, *p):
    return rng.standard_normal((n, d)), rng.standard_normal((m, d)), rng.standard_normal((m, *p))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [0.7, "each"])
def test_sums_and_their_derivatives_are_those_of_the_matrix(kernel, shape, scale, rng, dense):
    n, m, d = shape
    x, y, b = draw(rng, n, m, d, 2)
    s = np.linspace(0.8, 1.6, d) if isinstance(scale, str) else np.float64(scale)

    def f(x, y, b, s):
        return np.sum(np.sin(kernel_sum(x, y, b, s, kernel=kernel)))

    def g(x, y, b, s):
        return np.sum(np.sin(dense(kernel, x, y, s) @ b))

    agree(f, g, x, y, b, s)


@pytest.mark.parametrize("shape", SHAPES)
def test_log_sum_exps_and_their_derivatives_are_those_of_the_matrix(kernel, shape, rng, dense):
    x, y, b = draw(rng, *shape)
    if kernel == "energy":
        with pytest.raises(riesz.InvalidValue, match="energy"):
            kernel_logsumexp(x, y, b, kernel=kernel)
        return

    def f(x, y, b, s):
        return np.sum(kernel_logsumexp(x, y, b, s, kernel=kernel) ** 2)

    def g(x, y, b, s):
        return np.sum(np.log(dense(kernel, x, y, s) @ np.exp(b)) ** 2)

    agree(f, g, x, y, b, np.float64(0.9))


def agree(f, g, *args):
    """f and g have one value, one gradient and one Hessian."""
    every = tuple(range(len(args)))
    u = tuple(np.cos(np.arange(np.size(v))).reshape(np.shape(v)) for v in args)
    np.testing.assert_allclose(f(*args), g(*args), rtol=1e-11)
    close_each(riesz.grad(f, every)(*args), riesz.grad(g, every)(*args))
    close_each(riesz.jvp(f, args, u)[1:], riesz.jvp(g, args, u)[1:])
    close_each(riesz.hvp(f, args, u), riesz.hvp(g, args, u), rtol=1e-9)


def close_each(given, expected, rtol=1e-10):
    for g, e in zip(given, expected, strict=True):
        assert g.shape == e.shape
        np.testing.assert_allclose(g, e, rtol=rtol, atol=rtol * np.abs(e).max(initial=1))


@pytest.mark.parametrize("d", [1, 3])
def test_other_dimensions(d, rng, dense):
    x, y, b = draw(rng, 6, 5, d)

    def f(x, y, b, s):
        return np.sum(np.sin(kernel_sum(x, y, b, s)))

    def g(x, y, b, s):
        return np.sum(np.sin(dense("gaussian", x, y, s) @ b))

    agree(f, g, x, y, b, np.float64(0.8))


def test_a_device_has_larger_tiles(monkeypatch, rng, dense):
    device = SimpleNamespace(capabilities=frozenset())
    monkeypatch.setattr(blocked, "backend_of", lambda x: device)
    x, y, b = draw(rng, 1500, 3, 2, 1)
    with riesz.use_backend("numpy"):
        given, pulled = riesz.vjp(lambda y: kernel_sum(x, y, b), y)
    np.testing.assert_allclose(given, dense("gaussian", x, y) @ b, rtol=1e-12)
    assert [len(part) for part in blocked.tiles(np.zeros((3000, 1)), y)] == [1, 1]
    assert [len(part) for part in blocked.tiles(y, np.zeros((9000, 1)))] == [1, 3]
    assert pulled(given).shape == y.shape


def test_third_order(rng, dense):
    x, y, b = draw(rng, 3, 4, 2)

    def third(total):
        def along(t):
            return total(x + t * x[::-1], y, b)

        return riesz.grad(riesz.grad(riesz.grad(along)))(0.1)

    given = third(lambda x, y, b: np.sum(kernel_sum(x, y, b, kernel="matern52") ** 2))
    expected = third(lambda x, y, b: np.sum((dense("matern52", x, y) @ b) ** 2))
    np.testing.assert_allclose(given, expected, rtol=1e-10)


def test_a_vector_of_weights_is_one_column(kernel, rng):
    x, y, b = draw(rng, 5, 4, 3)
    column = kernel_sum(x, y, b[:, None], 0.5, kernel=kernel)
    np.testing.assert_array_equal(kernel_sum(x, y, b, 0.5, kernel=kernel), column[:, 0])


def test_where_points_coincide_a_kink_contributes_nothing(kernel):
    x = np.array([[0.0, 1.0], [2.0, 2.0]])
    y = np.array([[0.0, 1.0], [0.5, 1.5]])
    b = np.array([3.0, 0.0])  # only the coinciding pair and one other have weight

    def f(x):
        return kernel_sum(x, y, b, kernel=kernel)[0]

    np.testing.assert_array_equal(riesz.grad(f)(x), np.zeros((2, 2)))
    assert np.isfinite(riesz.hessian(f)(x)).all()


def test_near_points_lose_no_digits(kernel):
    """The slope at a distance of 1e-9, against its value in closed form."""
    h = 2.0**-30
    x, y = np.array([[1.0 + h]]), np.array([[1.0]])
    slope = riesz.grad(lambda x: kernel_sum(x, y, np.ones(1), kernel=kernel)[0])(x)[0, 0]
    exact = {
        "gaussian": -h, "cauchy": -2 * h, "energy": -1.0, "laplacian": -np.exp(-h),
        "matern12": -np.exp(-h), "matern32": -3 * h * np.exp(-np.sqrt(3) * h),
        "matern52": -5 / 3 * h * (1 + np.sqrt(5) * h) * np.exp(-np.sqrt(5) * h),
    }  # fmt: skip
    assert slope == pytest.approx(exact[kernel], rel=1e-14)


def test_the_derivative_by_the_scale_keeps_its_digits_far_from_the_origin(rng):
    x, y, b = draw(rng, 20, 30, 2)
    x, y = np.round(x * 64) / 64, np.round(y * 64) / 64  # so that they can be moved exactly

    def slope(shift):
        return riesz.grad(lambda s: np.sum(kernel_sum(x + shift, y + shift, b, s)))(0.5)

    assert slope(2.0**20) == pytest.approx(slope(0.0), rel=1e-12)


@pytest.mark.parametrize("function", [kernel_sum, kernel_logsumexp])
def test_single_precision_stays(function, rng):
    x, y, b = (v.astype(np.float32) for v in draw(rng, 5, 40, 3))
    scale = np.float64(0.7)
    given = riesz.value_and_grad(lambda *v: np.sum(function(*v)), (0, 1, 2, 3))(x, y, b, scale)
    wide = (v.astype(np.float64) for v in (x, y, b))
    exact = riesz.value_and_grad(lambda *v: np.sum(function(*v)), (0, 1, 2, 3))(*wide, scale)
    assert given[0].dtype == np.float32
    assert [g.dtype for g in given[1]] == [np.float32] * 3 + [np.float64]
    for g, e in zip(given[1], exact[1], strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-4, atol=1e-5 * np.abs(e).max())


def test_far_exponents_neither_overflow_nor_vanish():
    x, y = np.zeros((1, 1)), np.array([[1e3], [2e3]])
    f = riesz.value_and_grad(lambda b: kernel_logsumexp(x, y, b)[0])
    value, weights = f(np.array([-1.0, 4e6]))
    assert value == 2e6
    np.testing.assert_array_equal(weights, [0.0, 1.0])
    assert kernel_logsumexp(x, y, np.zeros(2))[0] == -5e5


@pytest.mark.parametrize(
    ("b", "expected"),
    [([-np.inf] * 3, -np.inf), ([-np.inf, 0, -np.inf], 0), ([0, np.inf, 0], np.inf),
     ([0, np.nan, 0], np.nan)],
)  # fmt: skip
def test_infinite_weights(b, expected):
    out = kernel_logsumexp(np.zeros((2, 1)), np.zeros((3, 1)), np.array(b, float))
    np.testing.assert_allclose(out, [expected] * 2)


def test_infinite_weights_in_tiles_after_each_other():
    b = np.full(2000, -np.inf)
    b[1500] = -3000.0
    out = kernel_logsumexp(np.zeros((1, 1)), np.zeros((2000, 1)), b)
    assert out == [-3000.0]


def test_nan_is_carried(kernel, rng):
    x, y, b = draw(rng, 3, 4, 2)
    x[1, 0] = np.nan
    value, g = riesz.vjp(lambda x: kernel_sum(x, y, b, kernel=kernel), x)
    np.testing.assert_array_equal(np.isnan(value), [False, True, False])
    np.testing.assert_array_equal(np.isnan(g(np.ones(3))), [[False] * 2, [True] * 2, [False] * 2])


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (0, 0)])
def test_no_points(n, m, kernel):
    x, y, b = np.zeros((n, 2)), np.zeros((m, 2)), np.zeros((m, 1))
    f = riesz.value_and_grad(lambda *v: np.sum(kernel_sum(*v, kernel=kernel)), (0, 1, 2, 3))
    value, g = f(x, y, b, 0.5)
    assert value == 0
    assert [v.shape for v in g] == [(n, 2), (m, 2), (m, 1), ()]
    if kernel != "energy":
        expected = np.full(n, -np.inf)
        np.testing.assert_array_equal(kernel_logsumexp(x, y, b[:, 0], kernel=kernel), expected)


@pytest.mark.parametrize("transform", [riesz.grad, riesz.value_and_grad])
def test_compiled_equals_eager(transform, kernel, backend, rng):
    x, y, b = draw(rng, 9, 5, 2)
    f = transform(lambda x, y, b, s: np.sum(kernel_sum(x, y, b, s, kernel=kernel) ** 2), (0, 3))
    expected, given = f(x, y, b, 0.5), riesz.compile(f, backend=backend)(x, y, b, 0.5)
    for g, e in zip(flat(given), flat(expected), strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-12)


def flat(tree):
    return [leaf for part in tree for leaf in flat(part)] if isinstance(tree, tuple) else [tree]


@pytest.mark.parametrize(("d", "p"), [(0, 2), (2, 0)])
def test_no_coordinates_and_no_weights(d, p, kernel):
    x, y, b = np.zeros((3, d)), np.zeros((4, d)), np.ones((4, p))
    f = riesz.value_and_grad(lambda *v: np.sum(kernel_sum(*v, kernel=kernel)), (0, 1, 2))
    value, g = f(x, y, b)
    assert value == (0.0 if kernel == "energy" else 12.0 * p)
    assert [v.shape for v in g] == [(3, d), (4, d), (4, p)]


def test_integers_and_lists_are_numbers():
    assert kernel_sum([[0]], [[3]], [2], kernel="energy") == [-6.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3,), (3,), (3,)), r"x\[:, None\]"),
        (((3, 2), (4, 3), (4,)), r"\(3, 2\), \(4, 3\)"),
        (((3, 2), (4, 2), (5,)), r"\(5,\)"),
        (((3, 2), (4, 2), (4, 1, 1)), r"\(M, p\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(arguments, message):
    with pytest.raises(riesz.InvalidValue, match=message):
        kernel_sum(*map(np.zeros, arguments))


def test_other_refusals():
    x = np.zeros((3, 2))
    with pytest.raises(riesz.InvalidValue, match=r"gauss.*gaussian"):
        kernel_sum(x, x, np.zeros(3), kernel="gauss")
    with pytest.raises(riesz.InvalidValue, match=r"shape \(3,\)"):
        kernel_sum(x, x, np.zeros(3), np.ones(3))
    with pytest.raises(riesz.InvalidType, match="complex"):
        kernel_sum(x, x, np.zeros(3, complex))
    with pytest.raises(riesz.InvalidValue, match=r"\(M,\) is expected"):
        kernel_logsumexp(x, x, np.zeros((3, 1)))
