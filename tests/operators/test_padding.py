"""np.pad in every mode."""

import numpy as np
import pytest

import riesz

WIDTHS = [2, (1, 2), ((1, 2), (0, 3)), ((1,), (2,)), [[1, 0], [0, 0]]]
STATISTICS = ["maximum", "mean", "median", "minimum"]
COPIES = ["edge", "reflect", "symmetric", "wrap"]


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", ["constant", "linear_ramp", *STATISTICS, *COPIES])
def test_mode(agrees, x, mode, width):
    agrees(lambda x: np.pad(x, width, mode), x)


@pytest.mark.parametrize("width", WIDTHS)
def test_keywords(agrees, x, width):
    pairs = ((1.0, 2.0), (3.0, 4.0))
    for values in (2.5, (1.0, 2.0), pairs):
        agrees(lambda x, c=values: np.pad(x, width, constant_values=c), x, order=1)
        agrees(lambda x, c=values: np.pad(x, width, "linear_ramp", end_values=c), x, order=1)
    for mode in ("reflect", "symmetric"):
        agrees(lambda x, m=mode: np.pad(x, width, m, reflect_type="odd"), x, order=1)


@pytest.mark.parametrize("mode", STATISTICS)
def test_length_of_a_statistic(agrees, x, mode):
    for length in (2, ((1, 2), (2, 3)), 99):
        agrees(lambda x, n=length: np.pad(x, 2, mode, stat_length=n), x, order=1)


def test_wider_than_the_array(agrees, rng):
    v = rng.standard_normal(4)
    agrees(lambda v: np.pad(v, 9, "reflect"), v)
    agrees(lambda v: np.pad(v, 9, "reflect", reflect_type="odd"), v)
    agrees(lambda v: np.pad(v, (11, 3), "wrap"), v)
    agrees(lambda v: np.pad(v, (11, 3), "symmetric"), v + 1j)


def test_nothing_to_pad_with(agrees, rng):
    agrees(lambda v: np.pad(v, 0, "edge"), rng.standard_normal(3))
    agrees(lambda v: np.pad(v, (1, 2)), np.zeros(0))


def test_the_constant_may_be_traced(x):
    def f(x, c):
        return np.pad(x, 1, constant_values=c)

    np.testing.assert_array_equal(riesz.vjp(f, x, 2.0)[0], np.pad(x, 1, constant_values=2.0))
    riesz.check_grads(f, x, 2.0)


def test_empty_mode_keeps_what_is_inside(x):
    y = riesz.vjp(lambda x: np.pad(x, 1, "empty"), x)[0]
    np.testing.assert_array_equal(y[1:-1, 1:-1], x)


def test_what_is_refused(x):
    with pytest.raises(riesz.UnsupportedOperator, match="function as mode"):
        riesz.vjp(lambda x: np.pad(x, 1, lambda v, w, i, k: None), x)
    with pytest.raises(ValueError, match="no mode"):
        riesz.vjp(lambda x: np.pad(x, 1, "mirror"), x)
    with pytest.raises(ValueError, match="no mode"):
        riesz.vjp(lambda x: np.pad(x, 1, "edge", stat_length=2), x)
    with pytest.raises(riesz.InvalidValue, match="pad_width"):
        riesz.vjp(lambda x: np.pad(x, -1), x)
