"""np.cov and np.corrcoef: rows or columns, a second set of variables, weights, ddof."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidValue

F, A = np.array([1, 2, 1, 3, 1]), np.array([0.5, 1.0, 2.0, 0.2, 0.7])


@pytest.mark.parametrize(
    "keywords",
    [{}, {"rowvar": False}, {"bias": True}, {"ddof": 2}, {"fweights": F}, {"aweights": A},
     {"fweights": F, "aweights": A}, {"aweights": A, "ddof": 0}],
)  # fmt: skip
def test_cov(keywords, draw, differentiates):
    x = draw(3, 5) if keywords.get("rowvar", True) else draw(5, 3)
    differentiates(lambda x: np.cov(x, **keywords), x)


def test_a_second_set_of_variables(draw, differentiates):
    differentiates(np.cov, draw(3, 5), draw(5))
    differentiates(np.cov, draw(5), draw(2, 5))
    differentiates(np.cov, draw(5))


def test_weights_are_differentiated_too(differentiates):
    x = np.random.default_rng(0).standard_normal((2, 5))
    differentiates(lambda x, a: np.cov(x, aweights=a), x, A)


@pytest.mark.parametrize("rowvar", [True, False])
def test_corrcoef(rowvar, draw, differentiates):
    differentiates(lambda x: np.corrcoef(x, rowvar=rowvar), draw(4, 5), order=1)


def test_refusals():
    with pytest.raises(InvalidValue, match="3 axes"):
        riesz.vjp(np.cov, np.ones((2, 2, 2)))
    with pytest.raises(InvalidValue, match="integer"):
        riesz.vjp(lambda x: np.cov(x, ddof=0.5), np.ones((2, 2)))


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:divide by", "ignore:invalid value")
def test_without_a_degree_of_freedom():
    x = np.ones((2, 2))
    y = riesz.vjp(lambda x: np.cov(x, ddof=3), x)[0]
    np.testing.assert_array_equal(y, np.cov(x, ddof=3))
