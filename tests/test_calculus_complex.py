"""Complex numbers: Df(z)u = Re<g, u> for real f, one convention from the pairing on."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riesz import (
    InvalidType,
    at,
    check_grads,
    derivative,
    grad,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

RNG = np.random.default_rng(0)
Z, U = RNG.standard_normal((2, 4)) + 1j * RNG.standard_normal((2, 4))
A = RNG.standard_normal((3, 4)) + 1j * RNG.standard_normal((3, 4))


def difference(f, z, u, h=1e-6):
    return (f(z + h * u) - f(z - h * u)) / (2 * h)


REAL_VALUED = {
    "|z|^2": lambda z: np.sum(np.abs(z) ** 2),
    "z conj(z)": lambda z: np.sum((z * np.conj(z)).real),
    "re^2 + 3 im": lambda z: np.sum(z.real**2 + 3 * z.imag),
    "|Az|^2": lambda z: np.sum(np.abs(A @ z) ** 2),
    "re exp": lambda z: np.sum(np.exp(z).real),
    "angle": lambda z: np.sum(np.angle(z) * np.abs(z)),
    "im of a quotient": lambda z: np.imag(np.sum(z / (2 + z**2))),
    "fft": lambda z: np.sum(np.abs(np.fft.fft(z)) ** 4),
    "mixed with reals": lambda z: np.sum(np.abs(z * z.real) ** 2),
}


@pytest.mark.parametrize("f", REAL_VALUED.values(), ids=REAL_VALUED)
def test_gradient_pairs_with_directions_in_the_real_part(f):
    g = grad(f)(Z)
    assert g.dtype == Z.dtype
    for u in (U, 1j * U):
        assert_allclose(np.vdot(g, u).real, difference(f, Z, u), rtol=1e-6)
        assert_allclose(derivative(f)(Z)(u), np.vdot(g, u).real)
        assert_allclose(jvp(f, Z, u)[1], np.vdot(g, u).real, rtol=1e-12)


@pytest.mark.parametrize("f", REAL_VALUED.values(), ids=REAL_VALUED)
def test_second_order(f):
    assert_allclose(hvp(f, Z, U), difference(grad(f), Z, U), rtol=1e-5, atol=1e-6)
    check_grads(f, Z, order=2)


def test_modulus_squared_has_gradient_2z():
    value, g = value_and_grad(lambda z: np.sum(np.abs(z) ** 2))(Z)
    assert value.dtype == np.float64
    assert_allclose(g, 2 * Z)
    assert_allclose(grad(lambda z: np.sum(z.real**2 + z.imag**2))(Z), 2 * Z)
    assert_allclose(grad(lambda z: np.vdot(z, z).real)(Z), 2 * Z)


def test_steepest_descent_descends():
    def f(z):
        return np.sum(np.abs(A @ z - 1) ** 2)

    assert f(Z - 1e-3 * grad(f)(Z)) < f(Z)


def test_pullback_of_a_linear_map_is_its_conjugate_transpose():
    a = RNG.standard_normal(3) + 1j * RNG.standard_normal(3)
    assert_allclose(vjp(lambda z: A @ z, Z)[1](a), A.conj().T @ a)


def test_pullback_of_a_holomorphic_map_conjugates_its_derivative():
    a = np.conj(Z)
    assert_allclose(vjp(np.exp, Z)[1](a), np.conj(np.exp(Z)) * a)


def test_conj_is_its_own_transpose():
    assert_allclose(vjp(np.conj, Z)[1](U), np.conj(U))
    assert_allclose(jvp(np.conj, Z, U)[1], np.conj(U))


def test_holomorphic_jacobian():
    assert_allclose(jacobian(lambda z: z**2)(Z), np.diag(2 * Z))
    assert_allclose(jacobian(lambda z: A @ z)(Z), A)


@pytest.mark.parametrize("k", range(4))
def test_jacobian_refuses_what_is_not_holomorphic_in_one_entry(k):
    def f(z):
        return {"y": [z * 1e6, at(z)[k].set(np.conj(z[k]))]}

    with pytest.raises(ValueError, match="not holomorphic"):
        jacobian(f)(np.exp(1j * np.arange(4.0)))


def test_jacobian_refuses_what_is_not_holomorphic():
    with pytest.raises(ValueError, match="not holomorphic"):
        jacobian(np.conj)(Z)
    with pytest.raises(ValueError, match="not holomorphic"):
        jacobian(lambda z: np.abs(z) ** 2)(Z)


def test_real_argument_through_complex_values():
    x = RNG.standard_normal(6)

    def f(x):
        return np.sum(np.abs(np.fft.fft(x * (1 + 2j))) ** 2)

    g = grad(f)(x)
    assert g.dtype == np.float64
    assert_allclose(g, 2 * 6 * 5 * x)


def test_real_and_complex_arguments_together():
    x = np.arange(1.0, 5.0)
    gx, gz = grad(lambda x, z: np.sum(np.abs(x * z) ** 2), (0, 1))(x, Z)
    assert gx.dtype == np.float64
    assert_allclose(gx, 2 * x * np.abs(Z) ** 2)
    assert_allclose(gz, 2 * x**2 * Z)


def test_complex_scalar_factor_in_a_real_program():
    g = grad(lambda x: ((2 + 3j) * x * (1 - 1j)).real)(1.5)
    assert_allclose(g, 5.0)
    assert g.dtype == np.float64


def test_single_precision_stays():
    z = Z.astype(np.complex64)
    value, g = value_and_grad(lambda z: np.sum(np.abs(np.exp(z) * (1 + 1j))))(z)
    assert value.dtype == np.float32
    assert g.dtype == np.complex64


def test_complex_value_has_no_gradient():
    with pytest.raises(InvalidType, match="complex"):
        grad(lambda z: np.sum(z * z))(Z)
    with pytest.raises(InvalidType, match="complex"):
        grad(lambda z: 1j * z)(1.0 + 0j)


def test_complex_direction_at_a_real_point_is_refused():
    with pytest.raises(InvalidType, match="complex"):
        jvp(np.sin, np.ones(4), U)
    with pytest.raises(InvalidType, match="complex"):
        vjp(np.sin, np.ones(4))[1](U)
