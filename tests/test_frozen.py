"""Constants that a tape has saved cannot be changed while the program runs."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidValue

X = np.linspace(0.5, 2.0, 4)


def elementwise(c, x):
    return x * c


def product(c, x):
    return np.diag(c) @ x + c @ x


def indexed(c, x):
    return x[c.astype(int)] * c


@pytest.mark.parametrize("step", [elementwise, product, indexed])
@pytest.mark.parametrize("take", [riesz.grad, riesz.value_and_grad, riesz.derivative])
def test_change_after_use_is_refused(step, take):
    def program(x):
        c = np.ones(4)
        y = step(c, x)
        c[:] = 5.0
        return np.sum(y)

    with pytest.raises(InvalidValue, match="in place"):
        take(program)(X)


def test_change_before_use_is_fine():
    def program(x):
        c = np.ones(4)
        c += 1.0
        return np.sum(x * c)

    assert riesz.grad(program)(X).tolist() == [2.0] * 4


def test_constants_are_writeable_again():
    c, A = np.ones(4), np.eye(4)
    view = A[:2]
    riesz.grad(lambda x: np.sum(A @ x * c) + np.sum(view @ x))(X)
    riesz.vjp(lambda x: A @ x * c, X)
    with pytest.raises(ZeroDivisionError):
        riesz.grad(lambda x: np.sum(x * c) / (1 // 0))(X)
    assert c.flags.writeable
    assert A.flags.writeable
    assert view.flags.writeable


def test_read_only_constants_stay_so():
    c = np.ones(4)
    c.flags.writeable = False
    riesz.grad(lambda x: np.sum(x * c))(X)
    assert not c.flags.writeable


def test_other_errors_pass():
    def program(x):
        np.zeros(3)[:] = np.zeros(4)
        return np.sum(x)

    with pytest.raises(ValueError, match="broadcast"):
        riesz.grad(program)(X)


def test_constants_are_writeable_again_where_an_adjoint_fails():
    @riesz.operator
    class failing:
        """x y, whose adjoint fails after it has used y."""

        def forward(xp, x, y):
            return x * y

        def adjoint(xp, a, z, x, y):
            return (a * y) / (1 // 0), None

        def metric(X, Y):
            return X

    c = np.ones(4)
    with pytest.raises(ZeroDivisionError):
        riesz.jvp(lambda x: failing(x, c), X, X)
    assert c.flags.writeable
