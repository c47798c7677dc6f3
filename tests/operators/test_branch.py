"""What np.where does not take has no part in any derivative, whatever its value and slope."""

import numpy as np
import pytest

import riesz

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
x = np.array([-1.0, -0.0, 0.0, 4.0])
data = np.array([1.0, np.nan, np.inf, 2.0])


def select(x):
    return np.select([x > 1, x < -0.5], [np.log(x - 1), np.sqrt(-x)], 3 * x**2)


BRANCHES = {  # a program, and one with the same values that computes nothing else
    "root": (
        lambda x: np.where(x > 0, np.sqrt(x), 0.0),
        lambda x: [0, 0, 0, x[3] ** 0.5],
    ),
    "else": (lambda x: np.where(x <= 0, x, 1 / x), lambda x: [x[0], x[1], x[2], 1 / x[3]]),
    "several steps": (
        lambda x: np.where(x > 1, -np.log(np.sqrt(x) * x) / 2, 0.0),
        lambda x: [0, 0, 0, -0.75 * np.log(x[3])],
    ),
    "broadcast": (
        lambda x: np.where(x > 1, x[3] * np.log(x), np.sin(x)),
        lambda x: [*np.sin(x[:3]), x[3] * np.log(x[3])],
    ),
    "select": (
        select,
        lambda x: [(-x[0]) ** 0.5, 3 * x[1] ** 2, 3 * x[2] ** 2, np.log(x[3] - 1)],
    ),
    "used twice": (
        lambda x: np.where(x > 0, np.sqrt(x), 0.0) + np.where(x > 0, x, 2.0) * x,
        lambda x: [2 * x[0], 2 * x[1], 2 * x[2], np.sqrt(x[3]) + x[3] ** 2],
    ),
    "maximum inside": (
        lambda x: np.where(x > 1, np.log(np.maximum(x, -x)), x),
        lambda x: [x[0], x[1], x[2], np.log(x[3])],
    ),
    "beside parts of the same array": (
        lambda x: x[3:] * np.where(x > 0, np.sqrt(x), x[np.array([1, 1, 0, 3])]) * x[0],
        lambda x: [x[3] * x[1] * x[0], x[3] * x[1] * x[0], x[3] * x[0] ** 2, x[3] ** 1.5 * x[0]],
    ),
    "gaps": (
        lambda x: np.where(np.isfinite(data), (x - data) ** 2, 0.0),
        lambda x: [(x[0] - 1) ** 2, 0, 0, (x[3] - 2) ** 2],
    ),
}


@pytest.mark.parametrize("name", BRANCHES)
@pytest.mark.parametrize("backend", [None, "numpy", "native"])
def test_derivatives(name, backend):
    """Of first and second order, eager and compiled, against programs without branches."""
    branch, plain = BRANCHES[name]

    def f(x):
        return np.sum(branch(x) ** 2 + branch(x))

    def g(x):
        y = riesz.array(plain(x))
        return np.sum(y**2 + y)

    programs = [riesz.grad(f), lambda x: riesz.hvp(f, x, x + 1), riesz.jacobian(branch)]
    references = [riesz.grad(g), lambda x: riesz.hvp(g, x, x + 1)]
    references.append(riesz.jacobian(lambda x: riesz.array(plain(x))))
    for program, reference in zip(programs, references, strict=True):
        if backend and riesz.get_backend(backend).probe() is not None:
            pytest.skip(riesz.get_backend(backend).probe())
        made = riesz.compile(program, backend) if backend else program
        np.testing.assert_allclose(made(x), reference(x), rtol=1e-12, atol=1e-12)


def test_parameters_of_a_branch():
    def f(s, x):
        return np.sum(np.where(x > 0, s * np.log(x), 0.0))

    assert riesz.grad(f, (0, 1))(2.0, x)[0] == pytest.approx(np.log(4.0))
    assert riesz.grad(lambda s: riesz.grad(f)(s * s, x))(1.5) == 0


def test_what_is_taken_keeps_its_nan():
    """Only a branch left out is silent: a zero that happens to be one is not."""
    gradient = riesz.grad(lambda x: np.sum(np.where(x < 9, np.sqrt(x), 0.0) ** 2))(x)
    assert np.isnan(gradient).tolist() == [True, True, True, False]


def test_single_precision_and_complex():
    g = riesz.grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0)))(x.astype(np.float32))
    assert g.dtype == np.float32
    assert g.tolist() == [0, 0, 0, 0.25]
    z = np.array([0j, 1 + 1j])
    h = riesz.grad(lambda z: np.sum(np.where(np.abs(z) > 0, np.log(z), z).real))(z)
    np.testing.assert_allclose(h, [1, np.conj(1 / (1 + 1j))])
