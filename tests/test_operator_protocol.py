"""Operators in full: what a rule is given, when it is called, where its covectors end."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import InvalidType, Space, grad, hvp, jvp
from riesz.operators import elementary
from riesz.project import to_space
from riesz.registry import registry

X = np.linspace(0.5, 2.0, 4)


@riesz.operator
class split_product:
    """(x y, x + y): two results."""

    def forward(xp, x, y):
        return x * y, x + y

    def adjoint(xp, a, Z, x, y):
        p, s = a
        by_x = [g for g in (None if p is None else p * y, s) if g is not None]
        by_y = [g for g in (None if p is None else p * x, s) if g is not None]
        return sum(by_x[1:], by_x[0]), sum(by_y[1:], by_y[0])

    def metric(X, Y):
        return X, X


def test_several_results_are_one_step_and_unused_ones_are_none():
    assert_allclose(grad(lambda x: np.sum(split_product(x, 2 * x)[0]))(X), 4 * X)
    assert_allclose(grad(lambda x: np.sum(split_product(x, 2 * x)[1]))(X), 3.0)
    both = grad(lambda x: np.sum(np.multiply(*split_product(x, X))))(X)
    assert_allclose(both, X * (2 * X) + X * X)


def test_tangent_of_several_results_by_double_transpose():
    y, dy = jvp(lambda x: split_product(x, X), X, np.ones(4))
    assert_allclose(dy[0], X)
    assert_allclose(dy[1], 1.0)
    assert isinstance(y, tuple)


def test_tangent_where_only_one_argument_moves():
    dp, ds = jvp(lambda x: split_product(X, x), X, np.ones(4))[1]
    assert_allclose(dp, X)
    assert_allclose(ds, 1.0)


def test_second_order_of_an_operator_in_full():
    def f(x):
        p, s = split_product(x, np.sin(x))
        return np.sum(p * s)

    riesz.check_grads(f, X, order=3)


def test_capital_letters_keep_spaces_only():
    seen = []

    @riesz.operator
    class twice:
        def forward(xp, x, c):
            return 2.0 * x + 0.0 * c

        def adjoint(xp, a, Y, X, c):
            seen.append((type(Y), type(X), type(c)))
            return 2.0 * a, None

        def metric(X, C):
            return X

    assert_allclose(grad(lambda x: np.sum(twice(x, np.ones(4))))(X), 2.0)
    assert seen == [(Space, Space, np.ndarray)]


def test_covectors_are_computed_only_where_needed():
    asked = []

    @riesz.operator
    class product:
        def forward(xp, x, y):
            return x * y

        def adjoint(xp, a, z, x, y):
            def by(i, value):
                return lambda: (asked.append(i), a * value)[1]

            return by(0, y), by(1, x)

        def metric(X, Y):
            return X

    grad(lambda x: np.sum(product(x, X)))(X)
    assert asked == [0]
    grad(lambda x: np.sum(product(X, x)))(X)
    assert asked == [0, 1]


def test_covectors_are_projected_to_their_space():
    @riesz.operator
    class plus:
        broadcasts = True

        def forward(xp, x, y):
            return x + y

        def adjoint(xp, a, Z, X, Y):
            return a * (1 + 0j), a.astype(np.float64)

        def metric(X, Y):
            return Space.bare(np.broadcast_shapes(X.shape, Y.shape), X.dtype)

    row, column = np.ones((1, 4), np.float32), np.ones((3, 1), np.float32)
    gx, gy = grad(lambda x, y: np.sum(plus(x, y)), (0, 1))(row, column)
    assert (gx.shape, gx.dtype) == ((1, 4), np.float32)
    assert (gy.shape, gy.dtype) == ((3, 1), np.float32)
    assert_allclose(gx, 3.0)
    assert_allclose(gy, 4.0)


@pytest.mark.parametrize("shape", [(), (1,), (2,), (3, 1), (3, 2)])
def test_a_covector_of_another_shape_is_refused(shape):
    @riesz.operator
    class total:
        def forward(xp, x):
            return xp.sum(x)

        def adjoint(xp, a, Y, X):
            return xp.ones(shape)

        def metric(X):
            return Space.bare((), X.dtype)

    with pytest.raises(riesz.InvalidValue) as error:
        grad(total)(X)
    assert f"adjoint of total returned a covector of shape {shape} for argument 0 (x)" in str(error)
    assert f"of shape {X.shape}" in str(error)


@pytest.mark.parametrize("declare", [riesz.operator, riesz.linear])
def test_a_covector_is_summed_only_for_an_operator_that_broadcasts(declare):
    def rules(**declared):
        class stretched:
            def forward(xp, x):
                return xp.broadcast_to(x, (2, 3))

            def adjoint(xp, a, *rest):
                return a

            def metric(X):
                return Space.bare((2, 3), X.dtype)

        for name, value in declared.items():
            setattr(stretched, name, value)
        return declare(stretched)

    with pytest.raises(riesz.InvalidValue, match=r"covector of shape \(2, 3\) .*broadcasts = True"):
        grad(lambda x: np.sum(rules()(x)))(np.ones((1, 3)))
    g = grad(lambda x: np.sum(rules(broadcasts=True)(x)))(np.ones((1, 3)))
    assert_allclose(g, [[2.0, 2.0, 2.0]])


def mean_of(g):
    @riesz.linear
    class mean:
        real_only = True

        def forward(xp, x):
            return xp.mean(x)

        def adjoint(xp, a, X):
            return g

        def metric(X):
            return Space.bare((), X.dtype)

    return mean


@pytest.mark.parametrize("number", [1.0, 1, True + 0.0j])
def test_an_adjoint_may_return_a_number_for_an_argument_without_axes(number):
    g = grad(lambda x: mean_of(number)(x))(np.float32(3.0))
    assert (g, g.shape, g.dtype) == (1.0, (), np.float32)


@pytest.mark.parametrize("g", [0.5, [0.1, 0.2, 0.3], "g", {}])
def test_what_is_no_covector_is_named(g):
    with pytest.raises(riesz.InvalidType) as error:
        grad(mean_of(g))(X)
    assert f"adjoint of mean returned {g!r} of type {type(g).__name__} for argument 0 (x)" in str(
        error
    )


def test_axes_of_length_one_come_and_go():
    assert to_space(np.ones(3), Space((1, 3))).shape == (1, 3)
    assert to_space(np.ones(()), Space((1, 1))).shape == (1, 1)
    assert_allclose(to_space(np.ones((2, 3)), Space((1, 1, 1))), [[[6.0]]])


def test_integer_arguments_are_constants():
    @riesz.operator
    class pick:
        def forward(xp, x, i):
            return xp.take(x, i)

        def adjoint(xp, a, Y, X, i):
            return xp.scatter(a, i, X.shape), None

        def metric(X, I):  # noqa: E741
            return Space.bare(I.shape, X.dtype)

    g = grad(lambda x: np.sum(pick(x, np.array([0, 0, 2]))))(X)
    assert_allclose(g, [2, 0, 1, 0])


def test_operator_without_adjoint_is_constant():
    @riesz.operator
    class rounded:
        adjoint = None

        def forward(xp, x):
            return xp.floor(x)

        def metric(X):
            return X

    assert_allclose(grad(lambda x: np.sum(rounded(x) * x))(X), np.floor(X))
    assert_allclose(jvp(lambda x: rounded(x) * x, X, X)[1], np.floor(X) * X)


@pytest.mark.parametrize("missing", ["forward", "adjoint", "metric"])
def test_incomplete_operator_is_refused(missing):
    rules = {"forward": lambda xp, x: x, "adjoint": lambda xp, a, Y, X: a, "metric": lambda X: X}
    del rules[missing]
    with pytest.raises(InvalidType, match=missing):
        riesz.operator(type("incomplete", (), rules))


@riesz.linear
class double:
    """2x, and its transpose."""

    def forward(xp, x):
        return 2.0 * x

    def adjoint(xp, a, X):
        return 2.0 * a

    def metric(X):
        return X


@riesz.multilinear
class weighted:
    """x y, linear in each."""

    def forward(xp, x, y):
        return x * y

    def adjoint(xp, a, x, y):
        return a * y, a * x

    def metric(X, Y):
        return X


def test_tangent_of_a_linear_operator_is_the_operator():
    assert_allclose(jvp(double, X, X**2)[1], 2 * X**2)
    assert_allclose(hvp(lambda x: np.sum(double(x) ** 2), X, np.ones(4)), 8.0)


def test_tangent_of_a_multilinear_operator_is_the_product_rule():
    assert_allclose(jvp(weighted, (X, X**2), (np.ones(4), 2 * X))[1], X**2 + 2 * X**2)
    riesz.check_grads(lambda x: weighted(x, double(x)), X, order=3)


def test_operators_work_on_plain_arrays():
    assert_allclose(double(X), 2 * X)
    assert_allclose(weighted(X, X), X**2)
    assert_allclose(split_product(X, X)[1], 2 * X)


def test_integers_in_a_linear_argument_have_tangent_zero():
    @riesz.linear
    class total:
        """x + y."""

        def forward(xp, x, y):
            return x + y

        def adjoint(xp, a, X, Y):
            return a, a

        def metric(X, Y):
            return X

    x = np.array([1.0, 2.0])
    for k in (np.array([3, 4]), 3, 3.0):
        y, dy = riesz.jvp(lambda x, k=k: total(x, k), x, x)
        assert_allclose(y, x + k)
        assert_allclose(dy, x)


def test_a_kernel_of_a_backend_takes_the_place_of_forward_and_refuses_what_forward_refuses(
    monkeypatch,
):
    @riesz.operator
    class tenfold_of_the_test:
        real_only = True

        def forward(xp, x):
            raise AssertionError("there is a kernel")

        def adjoint(xp, a, y, x):
            return 10 * a

        def metric(X):
            return X

    key = ("tenfold_of_the_test", "numpy", "forward")
    monkeypatch.setitem(registry.operators, "tenfold_of_the_test", tenfold_of_the_test)
    monkeypatch.setitem(registry.kernels, key, lambda x: 10 * x)
    assert_allclose(tenfold_of_the_test(X), 10 * X)
    with pytest.raises(InvalidType, match="complex"):
        tenfold_of_the_test(X + 1j)


@pytest.mark.parametrize("op", [split_product, elementary.sin, riesz.linear_map])
def test_an_operator_is_pickled_by_name_and_never_copied(op):
    for again in (pickle.loads(pickle.dumps(op)), copy.copy(op), copy.deepcopy({"op": op})["op"]):
        assert again is op
