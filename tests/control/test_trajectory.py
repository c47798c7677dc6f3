"""odeint: derivatives of solutions of differential equations, against solutions in closed form."""

import numpy as np
import pytest
import scipy.integrate

import riesz
from riesz.errors import InvalidType, InvalidValue, NotConverged, UnsupportedOperator
from riesz.scipy.integrate import odeint

TIMES = np.array([0.2, 0.5, 1.1, 1.3])
TIGHT = {"rtol": 1e-11, "atol": 1e-12}
POINT = (np.array([0.1, 0.4]), TIMES, np.array(1.7))


def growth(y, t, r):
    return r * y * (1 - y)


def solved(y0, t, r):
    return odeint(growth, y0, t, (r,), **TIGHT)


def exact(y0, t, r):
    e = np.exp(r * (t - t[0]))[:, None]
    return y0 * e / (1 + y0 * (e - 1))


def value(rows):
    return np.sum(np.arange(1.0, rows.size + 1).reshape(rows.shape) * rows**2)


ALL = {"argnums": (0, 1, 2)}


def test_gradients_by_state_times_and_parameters():
    found = riesz.grad(lambda *p: value(solved(*p)), **ALL)(*POINT)
    expected = riesz.grad(lambda *p: value(exact(*p)), **ALL)(*POINT)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8)


def test_tangents():
    u = (np.array([0.3, -0.2]), np.array([0.1, 0.2, -0.3, 0.4]), np.array(0.5))
    y, dy = riesz.jvp(solved, POINT, u)
    np.testing.assert_allclose(y, exact(*POINT), rtol=1e-9)
    np.testing.assert_allclose(dy, riesz.jvp(exact, POINT, u)[1], rtol=1e-8)


@pytest.mark.parametrize("argument", [0, 1, 2])
def test_second_derivatives(argument):
    def hessian(f):
        def of_one(x):
            return value(f(*POINT[:argument], x, *POINT[argument + 1 :]))

        return riesz.hessian(of_one)(POINT[argument])

    np.testing.assert_allclose(hessian(solved), hessian(exact), rtol=1e-6, atol=1e-8)


def test_variables_around_the_function():
    def f(r, s):
        return value(
            odeint(lambda y, t, r: r * y * (1 - y) * s["s"], POINT[0], TIMES, (r,), **TIGHT)
        )

    found = riesz.grad(f, argnums=(0, 1))(1.7, {"s": 1.0})
    expected = riesz.grad(lambda r: value(exact(POINT[0], TIMES, r)))(1.7)
    assert found[0] == pytest.approx(expected, rel=1e-8)
    assert found[1]["s"] == pytest.approx(1.7 * expected, rel=1e-8)


def by_attribute(r):
    def slope(y, t, s):
        return y * slope.r

    slope.r = r
    return slope


def test_trees_of_parameters_lists_and_time_first():
    def prey(t, y, p, name):
        assert name == "constant"
        return [p["a"] * y[0] - p["b"] * y[0] * y[1] + np.sin(t), p["b"] * y[0] * y[1] - y[1]]

    def f(p):
        rows = odeint(prey, [1.0, 2.0], TIMES, (p, "constant"), tfirst=True, **TIGHT)
        return value(rows)

    p = {"a": 1.1, "b": 0.6}
    for name, slope in riesz.grad(f)(p).items():
        sides = [f(p | {name: p[name] + h}) for h in (1e-5, -1e-5)]
        assert slope == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-6)


def test_an_unused_parameter_and_one_that_is_an_array():
    def f(k, unused):
        return np.sum(odeint(lambda y, t, k, u: k @ y, np.ones(2), TIMES, (k, unused), **TIGHT))

    k = np.array([[0.1, 0.5], [-0.3, 0.2]])
    g, zero = riesz.grad(f, argnums=(0, 1))(k, np.ones(3))
    slopes = [
        (f(k + 1e-6 * e, 0.0) - f(k - 1e-6 * e, 0.0)) / 2e-6 for e in np.eye(4).reshape(4, 2, 2)
    ]
    np.testing.assert_allclose(g.ravel(), slopes, rtol=1e-5)
    np.testing.assert_array_equal(zero, np.zeros(3))


def test_backwards_in_time_and_one_time():
    back = TIMES[::-1]
    f = lambda f: riesz.grad(lambda y0: value(f(y0, back, 1.7)))(POINT[0])  # noqa: E731
    np.testing.assert_allclose(f(solved), f(exact), rtol=1e-8)
    g, gr = riesz.grad(lambda y0, r: np.sum(solved(y0, TIMES[:1], r)), argnums=(0, 1))(
        POINT[0], 1.7
    )
    np.testing.assert_array_equal(g, [1, 1])
    assert gr == 0


def test_a_number_is_a_state_of_one_entry():
    g = riesz.grad(lambda y0: odeint(lambda y, t: -y[0], y0, [0.0, 1.0], **TIGHT)[-1, 0])(2.0)
    assert g == pytest.approx(np.exp(-1), rel=1e-8)


def test_plain_values_are_scipys_business():
    found, told = odeint(growth, POINT[0], TIMES, (1.7,), full_output=True)
    expected = scipy.integrate.odeint(growth, POINT[0], TIMES, (1.7,))
    np.testing.assert_array_equal(found, expected)
    assert told["message"] == "Integration successful."


def test_compiled():
    f = riesz.grad(lambda r: value(solved(POINT[0], TIMES, r)))
    compiled = riesz.compile(f)
    assert compiled(1.7) == pytest.approx(f(1.7), rel=1e-12)
    assert compiled(0.9) == pytest.approx(f(0.9), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (lambda r: odeint(growth, 1.0, TIMES, (r,), full_output=1)[0], InvalidValue, "full_output"),
        (lambda r: odeint(growth, [0.1], TIMES, (r + 0j,)), InvalidType, "imaginary"),
        (lambda r: odeint(by_attribute(r), [0.1], TIMES, (r,)), InvalidType, "attribute"),
        (lambda r: odeint(lambda y, t, r: [r, r], [0.1], TIMES, (r,)), InvalidValue, r"\(2,\)"),
    ],
)  # fmt: skip
def test_refusals(f, error, words):
    with pytest.raises(error, match=words):
        riesz.grad(lambda r: np.sum(f(r)))(1.7)


def test_a_failed_integration_is_no_result():
    f = riesz.grad(lambda r: np.sum(odeint(lambda y, t, r: r * y**2, 1.0, [0.0, 5.0], (r,))))
    with pytest.warns(scipy.integrate.ODEintWarning), pytest.raises(NotConverged, match="mxstep"):
        f(1.0)


def test_arrays_of_a_device_are_not_copied_to_the_host(device):
    r = riesz.asarray(np.array(1.7), backend=device)
    with pytest.raises(UnsupportedOperator, match=r"riesz\.scan"):
        riesz.grad(lambda r: np.sum(odeint(growth, [0.1], TIMES, (r,))))(r)


class TestCompiled:
    """Where the right-hand side is compiled, so are those of the derivatives, once."""

    @staticmethod
    def counted():
        runs = []

        def growth_once(y, t, r, power=1):
            runs.append(power)
            return r * y**power * (1 - y)

        return runs, riesz.compile(growth_once, "numpy")

    @pytest.mark.parametrize("order", [1, 2])
    def test_derivatives_are_the_same_and_recorded_once(self, order):
        runs, compiled = self.counted()

        def of_parameter(f, r):
            return value(odeint(f, POINT[0], TIMES, (r,), **TIGHT))

        derivative = riesz.grad if order == 1 else riesz.hessian
        found = derivative(lambda r: of_parameter(compiled, r))(POINT[2])
        expected = derivative(lambda r: value(exact(*POINT[:2], r)))(POINT[2])
        np.testing.assert_allclose(found, expected, rtol=1e-7)
        before = len(runs)
        derivative(lambda r: of_parameter(compiled, r))(np.array(2.1))
        assert len(runs) == before

    def test_times_and_tangents(self):
        _, compiled = self.counted()
        solve = lambda *p: odeint(compiled, *p[:2], (p[2],), **TIGHT)  # noqa: E731
        g = riesz.grad(lambda *p: value(solve(*p)), **ALL)(*POINT)
        for a, b in zip(g, riesz.grad(lambda *p: value(exact(*p)), **ALL)(*POINT), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-8)
        u = (np.array([0.3, -0.2]), np.zeros(4), np.array(0.5))
        np.testing.assert_allclose(
            riesz.jvp(solve, POINT, u)[1], riesz.jvp(exact, POINT, u)[1], rtol=1e-8
        )

    def test_static_arguments_tell_them_apart(self):
        _, compiled = self.counted()

        def slope(f, power):
            return riesz.grad(lambda r: value(odeint(f, POINT[0], TIMES, (r, power), **TIGHT)))(1.7)

        plain = lambda y, t, r, power: r * y**power * (1 - y)  # noqa: E731
        for power in (1, 2, 1):
            np.testing.assert_allclose(slope(compiled, power), slope(plain, power), rtol=1e-8)

    def test_few_are_kept(self):
        _, compiled = self.counted()
        for scale in np.linspace(1.0, 2.0, 70).tolist():
            odeint_of = lambda r, s=scale: odeint(compiled, [0.1], [0.0, 0.1], (r, s))[-1, 0]  # noqa: E731
            riesz.grad(odeint_of)(1.7)
        assert len(compiled._derived) == 64
