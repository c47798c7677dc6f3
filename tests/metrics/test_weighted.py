"""Weighted: its formula, and the weights it refuses."""

import numpy as np
import pytest

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics import Weighted
from riesz.space import Space


def test_the_formula():
    w = np.array([1.0, 2.0, 4.0])
    R = Weighted(w)
    u, v = np.array([1.0, -2.0, 3.0]), np.array([2.0, 0.5, 1.0])
    assert R.inner(u, v) == np.sum(w * u * v)
    assert R.apply(u).tolist() == (w * u).tolist()
    assert R.solve(u).tolist() == (u / w).tolist()
    assert R.sqrt(u) == pytest.approx(np.sqrt(w) * u)


def test_weights_broadcast_to_the_array():
    column = Space((2, 3), metric=Weighted([[1.0], [2.0]]))
    assert column.inner(np.ones((2, 3)), np.ones((2, 3))) == 9
    assert Weighted(2).apply(np.ones((2, 2))).tolist() == [[2, 2], [2, 2]]


@pytest.mark.parametrize("w", [[[1.0], [2.0]], [1.0, 2.0], np.ones((1, 3))])
def test_weights_that_would_widen_the_array_are_refused(w):
    with pytest.raises(InvalidValue, match=r"weights of shape .* array of shape \(3,\)"):
        Space(3, metric=Weighted(w))
    with pytest.raises(InvalidValue, match="one weight per entry"):
        Weighted(w).apply(np.ones(3))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_weights_that_are_not_positive_are_refused_where_they_stand(bad):
    with pytest.raises(InvalidValue, match=rf"w\[1, 2\] = {bad}.*small positive weight"):
        Weighted([[1, 1, 1], [1, 1, bad]])
    with pytest.raises(InvalidValue, match=f"w = {bad}"):
        Weighted(bad)


@pytest.mark.parametrize("w", [1j, [1 + 0j], "heavy", [None]])
def test_weights_that_are_not_real_numbers_are_refused(w):
    with pytest.raises(InvalidType, match="positive real numbers"):
        Weighted(w)


def test_weights_outside_the_precision_of_the_space_are_refused():
    assert Space(2, metric=Weighted(1e-60)).norm([3, 4]) == pytest.approx(5e-30)
    with pytest.raises(InvalidValue, match=r"weight 1e-60 is 0 in float32.*float64"):
        Space(2, np.float32, Weighted(1e-60))
    with pytest.raises(InvalidValue, match=r"weight 1e\+60 is inf in float32"):
        Space(2, np.complex64, Weighted([1.0, 1e60]))


def test_no_entries_no_weights():
    X = Space((0, 3), metric=Weighted(np.ones((0, 3))))
    assert X.norm(X.zeros()) == 0
