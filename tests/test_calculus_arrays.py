"""What comes back is an array of the caller's own: its dtype, its shape, its memory."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riesz import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

X = np.linspace(0.5, 2.0, 6).reshape(2, 3)

PROGRAMS = {
    "elementwise": lambda x: np.sum(np.sin(x) * np.exp(-x) / (1 + x**2)),
    "scalars": lambda x: np.sum(2 * x - x / 3 + 0.5) * 1.5 - 1,
    "powers": lambda x: np.sum(x**2 + x**0.5 + x**-1 + 2.0**x),
    "reductions": lambda x: np.mean(x) * np.max(x) + np.var(x) + np.prod(x),
    "broadcasting": lambda x: np.sum(x * x[0] + x[:, :1]),
    "indexing": lambda x: np.sum(x[:, [0, 2, 2]] ** 2) + x[1, 1],
    "linear algebra": lambda x: np.sum(x @ x.T) + np.einsum("ij,ij->", x, x),
    "where": lambda x: np.sum(np.where(x > 1, x * x, 0.0)) + np.sum(np.maximum(x, 1.0)),
    "shape": lambda x: np.sum(np.concatenate([x, x.T.reshape(2, 3)]) * np.pad(x, ((1, 1), (0, 0)))),
    "python floats": lambda x: np.sum(np.hypot(x, 1.0) + np.logaddexp(0.0, x)),
}
every_program = pytest.mark.parametrize("f", PROGRAMS.values(), ids=PROGRAMS)


@every_program
def test_single_precision_stays(f):
    x = X.astype(np.float32)
    value, g = value_and_grad(f)(x)
    assert value.dtype == g.dtype == np.float32
    assert_allclose(g, grad(f)(X), rtol=1e-4, atol=1e-5)
    assert jvp(f, x, x)[1].dtype == np.float32
    assert hvp(f, x, x).dtype == np.float32
    assert hessian(f)(x).dtype == np.float32


@every_program
def test_derivatives_of_every_order_agree(f):
    u = np.cos(np.arange(6.0)).reshape(2, 3)
    assert_allclose(np.vdot(grad(f)(X), u), jvp(f, X, u)[1], rtol=1e-12)
    h = 1e-5
    assert_allclose(jvp(f, X, u)[1], (f(X + h * u) - f(X - h * u)) / (2 * h), rtol=1e-7)
    second = (grad(f)(X + h * u) - grad(f)(X - h * u)) / (2 * h)
    assert_allclose(hvp(f, X, u), second, rtol=1e-6, atol=1e-7)


@every_program
def test_traced_value_is_the_plain_value(f):
    assert value_and_grad(f)(X)[0] == f(X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_every_derivative_has_the_space_of_its_point(dtype):
    x = X.astype(dtype)
    y, back = vjp(lambda x: np.exp(x) * x, x)
    assert back(y).dtype == dtype
    assert jvp(lambda x: np.exp(x) * x, x, x)[1].dtype == dtype
    g = grad(lambda x: np.sum(np.abs(x) ** 2))(x)
    assert (g.dtype, g.shape) == (dtype, x.shape)


def test_mixed_precision_gives_each_argument_its_own():
    g32, g64 = grad(lambda a, b: np.sum(a * b), (0, 1))(X.astype(np.float32), X)
    assert g32.dtype == np.float32
    assert g64.dtype == np.float64


def test_seeds_and_directions_are_cast_to_the_space():
    x = X.astype(np.float32)
    assert vjp(np.sin, x)[1](np.ones((2, 3))).dtype == np.float32
    assert jvp(np.sin, x, np.ones((2, 3)))[1].dtype == np.float32


# --- shapes -------------------------------------------------------------------------------------


def test_arrays_without_axes():
    g = grad(lambda x: x * x)(np.array(3.0))
    assert g == 6.0
    assert (g.shape, g.dtype) == ((), np.float64)
    assert grad(lambda x: x * x)(np.float32(3.0)).dtype == np.float32
    assert hessian(lambda x: x**3)(np.array(2.0)).shape == ()
    assert jacobian(lambda x: x * X)(np.array(2.0)).shape == (2, 3)


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3)])
def test_empty_arrays(shape):
    x = np.ones(shape)
    value, g = value_and_grad(lambda x: np.sum(np.sin(x) * x + 1.0))(x)
    assert value == 0.0
    assert g.shape == shape
    assert jvp(lambda x: np.sum(x * x), x, x)[1] == 0.0
    assert hvp(lambda x: np.sum(x**3), x, x).shape == shape
    assert hessian(lambda x: np.sum(x**3))(x).shape == shape + shape
    assert jacobian(lambda x: np.sin(x))(x).shape == shape + shape


@pytest.mark.parametrize(
    "view",
    [lambda x: x[::-1], lambda x: x.T, lambda x: x[:, ::2], np.asfortranarray,
     lambda x: np.broadcast_to(x[0], (4, 3))],
    ids=["reversed", "transposed", "strided", "Fortran", "broadcast"],
)  # fmt: skip
def test_any_memory_layout(view):
    x = view(X)
    assert_allclose(grad(lambda x: np.sum(x**3))(x), 3 * x**2)
    assert_allclose(grad(lambda x: np.sum(x[1:] * x[:-1]))(x), grad(
        lambda x: np.sum(x[1:] * x[:-1]))(x.copy()))  # fmt: skip


# --- ownership ----------------------------------------------------------------------------------

ALIASING = {
    "identity": lambda x, y: np.sum(x) + np.sum(y),
    "same covector twice": lambda x, y: np.sum(x + y),
    "sum of one": lambda x, y: np.sum(x),
    "reshaped": lambda x, y: np.sum(x.reshape(-1) + y.reshape(-1)),
    "transposed": lambda x, y: np.sum(x.T + y.T),
    "broadcast": lambda x, y: np.sum(np.broadcast_to(x, (4, 2, 3))) + np.sum(y),
    "used twice": lambda x, y: np.sum(x + x + y),
    "a product of both": lambda x, y: np.sum(x * y),
    "sliced": lambda x, y: np.sum(x[:] + y[...]),
}


@pytest.mark.parametrize("f", ALIASING.values(), ids=ALIASING)
def test_gradients_are_writable_and_share_no_memory(f):
    x, y = X.copy(), X + 1
    gx, gy = grad(f, (0, 1))(x, y)
    for g in (gx, gy):
        assert g.flags.writeable
        assert g.shape == x.shape
        assert not np.shares_memory(g, x)
        assert not np.shares_memory(g, y)
    assert not np.shares_memory(gx, gy)
    kept = gy.copy()
    gx += 1.0
    assert_allclose(gy, kept)


def test_gradient_does_not_share_memory_with_a_seed():
    for f in (lambda x: x, lambda x: x.T, lambda x: x + x * 0, lambda x: x.reshape(3, 2)):
        y, back = vjp(f, X)
        seed = np.ones(y.shape)
        g = back(seed)
        g[...] = 5.0
        assert_allclose(seed, 1.0)


def test_leaves_of_one_array_get_gradients_of_their_own():
    g = grad(lambda t: np.sum(t[0] * t[1]))([X, X])
    assert not np.shares_memory(*g)


def test_arguments_are_left_alone():
    x = X.copy()
    x.flags.writeable = False
    for f in PROGRAMS.values():
        value_and_grad(f)(x)
        hvp(f, x, x)
    assert_allclose(x, X)


def test_same_result_twice():
    for f in PROGRAMS.values():
        first, second = grad(f)(X), grad(f)(X)
        assert np.array_equal(first, second)


def test_non_finite_values_are_carried():
    x = np.array([1.0, np.inf, np.nan])
    g = grad(lambda x: np.sum(x * x))(x)
    assert g[0] == 2.0
    assert np.isinf(g[1])
    assert np.isnan(g[2])


def test_nan_of_the_branch_not_taken_does_not_reach_the_gradient():
    x = np.array([4.0, -1.0, 0.0])
    with np.errstate(all="ignore"):
        g = grad(lambda x: np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0)))(x)
    assert_allclose(g, [0.25, 0.0, 0.0])


def test_powers_at_zero_and_below():
    x = np.array([-2.0, 0.0, 3.0])
    assert_allclose(grad(lambda x: np.sum(x**2))(x), 2 * x)
    assert_allclose(grad(lambda x: np.sum(x**3))(x), 3 * x**2)
    assert_allclose(grad(lambda x: np.sum(x**0))(x), 0 * x)
    assert_allclose(grad(lambda x: np.sum(x**1))(x), np.ones(3))
    assert_allclose(hvp(lambda x: np.sum(x**2), x, np.ones(3)), [2.0, 2.0, 2.0])
    assert_allclose(hvp(lambda x: np.sum(x**1), x, np.ones(3)), [0.0, 0.0, 0.0])


def test_ties_share_the_derivative_equally():
    x = np.array([1.0, 3.0, 3.0])
    assert_allclose(grad(np.max)(x), [0.0, 0.5, 0.5])
    assert_allclose(grad(lambda x: np.sum(np.maximum(x, 3.0)))(x), [0.0, 0.5, 0.5])
    assert_allclose(grad(lambda x: np.sum(np.abs(x - 3.0)))(x), [-1.0, 0.0, 0.0])
