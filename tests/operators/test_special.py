"""SciPy's ufuncs on traced values, found by name; soft maxima; ramps."""

import subprocess
import sys

import numpy as np
import pytest

import riesz
from riesz.errors import UnsupportedOperator
from riesz.registry import registry

special = pytest.importorskip("scipy.special")
registry.load()

X = np.array([0.31, 0.72, 1.9])
UNIT = np.array([0.2, 0.5, 0.8])
SIGNED = np.array([-1.3, -0.2, 0.6])
Z = np.array([0.3 + 0.4j, 1.2 - 0.3j, 0.8 + 0.1j])

UFUNCS = {
    "erf": (X, SIGNED, Z), "erfc": (X, SIGNED, Z), "erfi": (SIGNED, Z), "erfcx": (SIGNED, Z),
    "erfinv": (UNIT, -UNIT), "erfcinv": (UNIT,), "dawsn": (SIGNED, Z), "wofz": (X, Z),
    "ndtr": (SIGNED, Z), "ndtri": (UNIT,), "log_ndtr": (SIGNED, Z), "gamma": (X, SIGNED),
    "gammaln": (X, SIGNED), "loggamma": (X,), "rgamma": (X, SIGNED), "digamma": (X,),
    "expit": (SIGNED,), "logit": (UNIT,), "log_expit": (SIGNED,), "entr": (X,),
    "spence": (X, Z), "expi": (X, SIGNED), "exp1": (X, Z), "exprel": (X, SIGNED),
    "cosm1": (SIGNED,), "ellipk": (UNIT,), "ellipe": (UNIT,), "j0": (X,), "j1": (X, SIGNED),
    "y0": (X,), "y1": (X,), "i0": (X, SIGNED), "i1": (X, SIGNED), "i0e": (X, SIGNED),
    "i1e": (X, SIGNED), "k0": (X,), "k1": (X,), "k0e": (X,), "k1e": (X,),
}  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_of_one_argument(name, differentiates):
    for x in UFUNCS[name]:
        differentiates(getattr(special, name), x)


@pytest.mark.parametrize("name", ["gamma", "rgamma", "loggamma"])
def test_gamma_functions_of_complex_numbers_once(name, differentiates):
    differentiates(getattr(special, name), Z, order=1)


@pytest.mark.parametrize(
    "name", ["beta", "betaln", "poch", "xlogy", "xlog1py", "rel_entr", "kl_div"]
)
def test_ufuncs_of_two_arguments(name, differentiates):
    differentiates(getattr(special, name), X, UNIT[:, None])


@pytest.mark.parametrize("order", [0, 1, 2.5, np.arange(3)])
@pytest.mark.parametrize("name", ["jv", "yv", "iv", "kv", "ive", "kve"])
def test_bessel_functions_of_an_order(name, order, differentiates):
    differentiates(lambda x: getattr(special, name)(order, x), X)
    if name != "ive":
        differentiates(lambda x: getattr(special, name)(order, x), Z)


def test_aliases_and_numpy_i0(differentiates):
    differentiates(special.psi, X)
    differentiates(lambda x: special.jn(2, x), X)
    differentiates(np.i0, X)


@pytest.mark.parametrize(
    ("name", "orders"),
    [("gammainc", (2.5,)), ("gammaincc", (0.5,)), ("betainc", (2.0, 3.5)), ("polygamma", (0,)),
     ("polygamma", (2,)), ("polygamma", (np.arange(3),)), ("zeta", (2.5,))],
)  # fmt: skip
def test_functions_with_orders(name, orders, differentiates):
    f, reference = registry.names[f"special.{name}"], getattr(special, name)
    differentiates(lambda x: f(*orders, x), UNIT, reference=lambda x: reference(*orders, x))


@pytest.mark.parametrize("name", ["jv", "gammainc", "polygamma", "betainc"])
def test_a_traced_order_is_refused(name):
    f = registry.names[f"special.{name}"]
    with pytest.raises(UnsupportedOperator, match="has no derivative by its"):
        riesz.vjp(lambda v: f(v, *(UNIT,) * (2 if name == "betainc" else 1)), X)


@pytest.mark.parametrize("k", [0, 1, -1])
def test_lambertw(k, differentiates):
    f = registry.names["special.lambertw"]
    for x in (X, Z):
        differentiates(lambda x: f(x, k), x, reference=lambda x: special.lambertw(x, k))


def test_entropies_of_zero():
    x, y = np.zeros(2), np.array([0.0, 2.0])
    for f in (special.xlogy, special.xlog1py):
        np.testing.assert_array_equal(riesz.grad(lambda y, f=f: np.sum(f(x, y)))(y), 0)


def test_derivative_of_exprel_where_the_quotient_cancels():
    for x in (0.0, 1e-8, -1e-4, 0.049, 0.051):
        series = sum(x**k / (special.gamma(k + 1) * (k + 2)) for k in range(30))
        np.testing.assert_allclose(riesz.grad(special.exprel)(x), series, rtol=2e-14)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_soft_maxima(axis, draw, differentiates):
    x = draw(2, 3, 4)
    names = ["logsumexp"] if x.dtype.kind == "c" else ["logsumexp", "softmax", "log_softmax"]
    for name in names:
        f, reference = registry.names[f"special.{name}"], getattr(special, name)
        differentiates(lambda x, f=f: f(x, axis), x, reference=lambda x, r=reference: r(x, axis))


@pytest.mark.parametrize("keepdims", [False, True])
def test_weighted_logsumexp_with_its_sign(keepdims, differentiates):
    rng = np.random.default_rng(0)
    x, b = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 3, 4))
    f = registry.names["special.logsumexp"]
    for signed in (False, True):
        weights = b if signed else abs(b)
        differentiates(
            lambda x, b, s=signed: f(x, 1, b, keepdims, s), x, weights,
            reference=lambda x, b, s=signed: special.logsumexp(x, 1, b, keepdims, s),
        )  # fmt: skip


def test_logsumexp_of_extremes():
    f = registry.names["special.logsumexp"]
    assert riesz.grad(f)(np.array([1e3, -1e3])).tolist() == [1, 0]
    x = np.array([[-np.inf, 1.0], [-np.inf, 2.0]])
    g = riesz.grad(lambda x: np.sum(f(x, 0)[1:]))(x)
    np.testing.assert_allclose(g[:, 1], special.softmax([1.0, 2.0]))
    np.testing.assert_array_equal(g[:, 0], 0)


@pytest.mark.parametrize("name", ["relu", "softplus", "gelu", "silu"])
def test_ramps(name, differentiates):
    f = registry.names[name]
    differentiates(f, SIGNED)
    np.testing.assert_allclose(
        riesz.grad(lambda x: np.sum(f(x)))(np.array([-800.0, 800.0])), [0, 1]
    )


def test_relu_has_derivative_zero_at_zero():
    assert riesz.grad(registry.names["relu"])(0.0) == 0


def test_single_precision_is_kept():
    for name in ("erf", "gamma", "digamma", "i1", "log_ndtr", "k1e", "exprel", "spence"):
        f = getattr(special, name)
        g = riesz.grad(lambda x, f=f: np.sum(f(x)))(UNIT.astype(np.float32))
        assert g.dtype == np.float32


def test_scipy_is_imported_only_when_needed():
    program = (
        "import sys, numpy as np, riesz; from riesz.registry import registry; registry.load(); "
        "riesz.grad(lambda x: np.sum(np.tanh(x @ x)))(np.ones(3)); "
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("x", [-1e10, -1e4, -30.0])
def test_the_slope_far_out_of_the_logarithm_of_a_distribution(x):
    asymptotic = -x / (1 - 1 / x**2 + 3 / x**4 - 15 / x**6)  # of the density over the function
    np.testing.assert_allclose(riesz.grad(special.log_ndtr)(x), asymptotic, rtol=1e-9)
    np.testing.assert_allclose(riesz.grad(special.log_ndtr)(np.float32(x)), asymptotic, rtol=1e-6)


@pytest.mark.parametrize(
    ("f", "slope"), [(special.ellipk, np.pi / 8), (special.ellipe, -np.pi / 8)]
)
def test_elliptic_integrals_of_small_parameters(f, slope, differentiates):
    differentiates(f, np.array([0.0, 1e-9, 0.02, -0.03, -2.0]))
    for x in (0.0, 1e-12, -1e-12):
        np.testing.assert_allclose(riesz.grad(f)(x), slope, rtol=1e-11)
    for x in (0.05, -0.05):  # from the series to the quotient
        inside, outside = riesz.grad(f)(np.nextafter(x, 0)), riesz.grad(f)(x)
        np.testing.assert_allclose(inside, outside, rtol=1e-13)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_logsumexp_of_infinity_and_nan():
    gradient = riesz.grad(riesz.scipy.special.logsumexp)
    np.testing.assert_array_equal(gradient(np.array([np.inf, 0.0])), [np.nan, 0])
    np.testing.assert_array_equal(gradient(np.array([np.nan, 0.0])), [np.nan, np.nan])
    np.testing.assert_array_equal(gradient(np.array([-np.inf, 0.0])), [0, 1])
    np.testing.assert_array_equal(gradient(np.array([-np.inf, -np.inf])), [0, 0])


def test_angle_of_tiny_and_huge_numbers():
    for r in (1e-200, 1e200):
        _, pullback = riesz.vjp(np.angle, r * (1 + 1j))
        np.testing.assert_allclose(pullback(1.0), (-1 + 1j) / (2 * r), rtol=1e-12)
