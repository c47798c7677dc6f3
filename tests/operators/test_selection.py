"""Choice by condition, clipping, interpolation, and functions that are locally constant."""

import numpy as np
import pytest

import riesz


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


def test_select(agrees, x):
    agrees(lambda x, y: np.select([x > 1, x > 0], [x * x, y], default=7.0), x, x[::-1])
    agrees(lambda x, s: np.select([x > 1, x > 0], [x * x, s]), x, 2.0)


def test_choose(agrees, x):
    agrees(lambda x, y: np.choose([[0, 1, 1, 0]], [x, y]), x, x[0])
    agrees(lambda x, y: np.choose([0, 3, -1, 0], [x, y], mode="wrap"), x, x[0])
    agrees(lambda x, y: np.choose([0, 3, -1, 0], [x, y], mode="clip"), x, x[0])
    with pytest.raises(ValueError, match="outside"):
        riesz.vjp(lambda x: np.choose([0, 2, 0, 0], [x, x]), x)


def test_piecewise(agrees, x):
    agrees(lambda x: np.piecewise(x, [x < 0, x > 0.5], [np.sin, lambda t: t * t, 3.0]), x)
    agrees(lambda x: np.piecewise(x, x < 0, [np.sin, np.exp]), x[0])
    agrees(lambda s: np.piecewise(s, [s < 0, s >= 0], [np.sin, np.exp]), 0.3)
    agrees(
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t, k: k * t, lambda t, k: t**k], 3), x
    )


def test_a_piece_does_not_see_the_others():
    g = riesz.grad(lambda x: np.sum(np.piecewise(x, [x > 0], [np.log, 0.0])))(np.array([0.0, 2.0]))
    np.testing.assert_array_equal(g, [0, 0.5])


def test_clip(agrees, x):
    for f in (
        lambda x: np.clip(x, -0.5, 0.5), lambda x: np.clip(x, None, 0.5), lambda x: x.clip(max=0.3),
        lambda x: np.clip(x, 0.1, None), lambda x: np.clip(x, min=-0.5, max=0.5),
    ):  # fmt: skip
        agrees(f, x)
    agrees(lambda x, low, high: np.clip(x, low, high), x, x[0] - 1, np.ones((3, 1)))
    assert riesz.grad(lambda s: np.clip(s, 1.0, 2.0))(1.0) == 0.5


def test_nan_to_num(agrees, x):
    bad = np.array([[np.nan], [np.inf], [0.0]])
    agrees(lambda x: np.nan_to_num(x + bad, nan=3.0, posinf=4.0), x)
    agrees(lambda x: np.nan_to_num(x * (1 + 1j) + bad), x)


def test_interp(agrees, rng):
    x, t, y = 1.5 * rng.standard_normal(9), np.sort(rng.standard_normal(6)), rng.standard_normal(6)
    agrees(np.interp, x, t, y)
    agrees(lambda x, t, y: np.interp(x, t, y, left=-1.0, right=2.0), x, t, y)
    agrees(lambda x, t, y: np.interp(x, t, y, period=2.3), x, t[[3, 1, 0, 5, 2, 4]], y)
    agrees(lambda x, y: np.interp(x, t, y), 0.1, y + 1j * y[::-1])
    agrees(lambda x, y: np.interp(x, [0.0], y), x, y[:1])


def test_real_if_close(agrees, x):
    agrees(lambda x: np.real_if_close(x + 0j) * x, x)
    agrees(lambda x: np.real_if_close(x + 1j * x), x)


def test_arrays_like_another(agrees, x):
    agrees(lambda x: np.ones_like(x) * x + np.zeros_like(x) + np.full_like(x, 3.0), x)
    assert riesz.grad(lambda s: np.sum(np.full_like(s * np.ones(3), s)))(2.0) == 3.0


LOCALLY_CONSTANT = {
    "argmax": lambda x: np.argmax(x, 1), "argmin": np.argmin, "argsort": np.argsort,
    "argpartition": lambda x: np.argpartition(x, 1), "nanargmax": lambda x: np.nanargmax(x, axis=1),
    "any": lambda x: np.any(x, axis=0), "all": np.all, "method any": lambda x: x.any(),
    "count_nonzero": lambda x: np.count_nonzero(x, axis=1), "isclose": lambda x: np.isclose(x, 1.0),
    "round": lambda x: np.round(x, 1), "around": np.around, "method round": lambda x: x.round(2),
    "fix": np.fix, "isreal": np.isreal, "nonzero": np.nonzero, "where": lambda x: np.where(x > 0),
    "argwhere": np.argwhere, "flatnonzero": np.flatnonzero, "isin": lambda x: np.isin(x, [1.0]),
    "allclose": lambda x: np.allclose(x, x), "searchsorted": lambda x: np.searchsorted([0.0], x),
    "searched": lambda x: np.searchsorted(np.sort(x, axis=None), 0.3), "shape": np.shape,
    "digitize": lambda x: np.digitize(x, [0.0, 1.0]), "array_equal": lambda x: np.array_equal(x, x),
    "ndim": np.ndim, "size": np.size, "iscomplexobj": np.iscomplexobj, "isrealobj": np.isrealobj,
    "result_type": lambda x: np.result_type(x, "f4"), "lexsort": lambda x: np.lexsort((x[0],)),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*fix")  # deprecated by NumPy 2.5
@pytest.mark.parametrize("name", LOCALLY_CONSTANT)
def test_locally_constant(x, name):
    f, seen = LOCALLY_CONSTANT[name], []
    g = riesz.grad(lambda x: seen.append(f(x)) or np.sum(x))(x)
    got, expected = seen[0], f(x)
    assert type(got) is type(expected)
    pairs = zip(got, expected, strict=True) if type(got) is tuple else [(got, expected)]
    for value, numpys in pairs:
        np.testing.assert_array_equal(value, numpys)
    np.testing.assert_array_equal(g, 1)


def test_rounding_has_derivative_zero():
    g = riesz.grad(lambda x: np.sum(np.round(x) * x))(np.array([1.2, 2.7]))
    np.testing.assert_array_equal(g, [1, 3])
