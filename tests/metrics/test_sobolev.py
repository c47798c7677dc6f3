"""Sobolev: the second difference by hand, the continuous limit, and the parameters it refuses."""

import itertools

import numpy as np
import pytest

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics import Sobolev
from riesz.space import Space

ENDS = [
    ("periodic", "periodic"),
    *itertools.product(("neumann", "dirichlet"), repeat=2),
]


def minus_laplace(n, h, ends):
    """-Laplace_h on n cells, from what each boundary says about the cell beyond the end.

    Neumann: the neighbour has the same value. Dirichlet: the value on the face between is zero, so
    the neighbour has the opposite value. Periodic: the neighbour is the cell at the other end.
    """
    A = np.zeros((n, n))
    beyond = {"neumann": 1.0, "dirichlet": -1.0}
    for i, step in itertools.product(range(n), (-1, 1)):
        j = i + step
        A[i, i] += 1
        if 0 <= j < n:
            A[i, j] -= 1
        elif ends[0] == "periodic":
            A[i, j % n] -= 1
        else:
            A[i, i] -= beyond[ends[0] if j < 0 else ends[1]]
    return A / h**2


def matrix_of(rule, shape, dtype=float):
    """The matrix of a linear map on arrays of one shape."""
    basis = np.eye(int(np.prod(shape)), dtype=dtype)
    return np.stack([rule(e.reshape(shape)).ravel() for e in basis], axis=1)


@pytest.mark.parametrize("ends", ENDS, ids=":".join)
@pytest.mark.parametrize("n", [1, 2, 5, 8])
@pytest.mark.parametrize("dtype", [float, complex])
def test_order_one_is_the_second_difference(ends, n, dtype):
    h, ell = 0.3, 0.7
    expected = h * (np.eye(n) + ell**2 * minus_laplace(n, h, ends))
    R = Sobolev(1, h, [ends], ell)
    assert matrix_of(R.apply, (n,), dtype) == pytest.approx(expected, abs=1e-12)
    assert matrix_of(R.solve, (n,), dtype) == pytest.approx(np.linalg.inv(expected), abs=1e-12)


@pytest.mark.parametrize("ends", list(itertools.product(ENDS[:3], ENDS[2:])), ids=str)
@pytest.mark.parametrize("dtype", [float, complex])
def test_axes_of_different_kinds_add_up(ends, dtype):
    shape, h, ell = (3, 4), (0.5, 2.0), (1.5, 0.8)
    rows, columns = (ell[i] ** 2 * minus_laplace(shape[i], h[i], ends[i]) for i in range(2))
    expected = h[0] * h[1] * (np.eye(12) + np.kron(rows, np.eye(4)) + np.kron(np.eye(3), columns))
    R = Sobolev(1, h, ends, ell)
    assert matrix_of(R.apply, shape, dtype) == pytest.approx(expected, abs=1e-11)
    squared = Sobolev(2, h, ends, ell)
    scale = h[0] * h[1]
    assert matrix_of(squared.apply, shape, dtype) == pytest.approx(
        expected @ expected / scale, abs=1e-9
    )


def test_several_periodic_axes_around_another():
    shape = (3, 4, 5)
    R = Sobolev(1.5, 0.5, ["periodic", "neumann", "periodic"])
    u = np.random.default_rng(0).standard_normal(shape)
    assert R.apply(u) == pytest.approx(R.apply(u.astype(complex)).real, abs=1e-11)
    assert R.apply(u.astype(complex)).imag == pytest.approx(np.zeros(shape), abs=1e-11)


@pytest.mark.parametrize("boundary", ["periodic", "neumann", ["dirichlet", "periodic"]])
@pytest.mark.parametrize(("r", "s"), [(1, 1), (2, -1), (0.5, 0.75), (-1.5, -0.25), (0, 3)])
def test_orders_add_up(boundary, r, s):
    u = np.random.default_rng(1).standard_normal((4, 6))
    one, other, both = (Sobolev(order, 1.0, boundary, 0.9) for order in (r, s, r + s))
    assert one.apply(other.apply(u)) == pytest.approx(both.apply(u), rel=1e-11, abs=1e-11)
    assert Sobolev(-r, 1.0, boundary, 0.9).apply(u) == pytest.approx(one.solve(u), abs=1e-12)


def test_order_zero_and_no_length_are_l2():
    u = np.random.default_rng(2).standard_normal((3, 5))
    for R in (Sobolev(0, (0.5, 0.1)), Sobolev(4, (0.5, 0.1), "neumann", 0.0)):
        assert R.apply(u) == pytest.approx(0.05 * u, rel=1e-13)


@pytest.mark.parametrize("order", [-1, -0.5, 0, 0.5, 1, 2])
@pytest.mark.parametrize("boundary", ["periodic", "dirichlet"])
def test_the_norm_of_a_sine_approaches_the_continuous_one(order, boundary):
    k, ell = 2 * np.pi, 0.4
    continuous = 0.5 * (1 + (ell * k) ** 2) ** order  # of sin(kx) on [0, 1]
    errors = []
    for n in (16, 32, 64):
        x = (np.arange(n) + 0.5) / n
        R = Sobolev(order, 1 / n, boundary, ell)
        errors.append(abs(R.inner(np.sin(k * x), np.sin(k * x)) - continuous) / continuous)
    assert errors[-1] < 2e-3
    assert all(fine <= coarse / 3.9 + 1e-13 for coarse, fine in itertools.pairwise(errors))


def test_a_positive_order_smooths_the_gradient_and_a_negative_one_roughens_it():
    rough = np.random.default_rng(0).standard_normal(64)

    def roughness(u):
        return np.sum(np.diff(u) ** 2) / np.sum(u**2)

    assert roughness(Sobolev(1, lengthscale=3).solve(rough)) < roughness(rough) / 5
    assert roughness(Sobolev(-1, lengthscale=3).solve(rough)) > roughness(rough) * 1.2


def test_one_axis_may_be_given_its_two_ends_directly():
    assert np.array_equal(
        matrix_of(Sobolev(1, 1.0, ("neumann", "dirichlet")).apply, (4,)),
        matrix_of(Sobolev(1, 1.0, [("neumann", "dirichlet")]).apply, (4,)),
    )


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 2, 4)])
@pytest.mark.parametrize("boundary", ["periodic", "neumann", "dirichlet"])
def test_empty_arrays_stay_empty(shape, boundary):
    X = Space(shape, metric=Sobolev(1, boundary=boundary))
    assert X.sharp(X.flat(X.zeros())).shape == shape
    assert X.norm(X.zeros()) == 0


def test_one_metric_serves_many_shapes():
    R = Sobolev(1, boundary="neumann")
    for n in range(1, 50):
        u = np.arange(float(n))
        assert R.solve(R.apply(u)) == pytest.approx(u, abs=1e-12)


REFUSED = [
    ({"order": np.inf}, InvalidValue, "order must be finite, but was given inf"),
    ({"order": np.nan}, InvalidValue, "order must be finite"),
    ({"order": "one"}, InvalidType, "order is a real number"),
    ({"order": 1j}, InvalidType, "order is a real number"),
    ({"spacing": 0}, InvalidValue, "spacing must be positive, but was given 0"),
    ({"spacing": (1.0, -2.0)}, InvalidValue, "spacing must be positive, but was given -2"),
    ({"spacing": np.nan}, InvalidValue, "spacing must be finite"),
    ({"spacing": "fine"}, InvalidType, "spacing is a real number"),
    ({"lengthscale": -1}, InvalidValue, "lengthscale must be zero or positive"),
    ({"lengthscale": np.inf}, InvalidValue, "lengthscale must be finite"),
    ({"boundary": "reflect"}, InvalidValue, "unknown boundary 'reflect'.*'periodic', 'neumann'"),
    ({"boundary": ["neumann", "wall"]}, InvalidValue, "unknown boundary 'wall'"),
    ({"boundary": [("periodic", "neumann")]}, InvalidValue, "periodic joins both ends"),
    ({"boundary": [("neumann",)]}, InvalidValue, "a pair of names"),
    ({"boundary": 3}, InvalidValue, "a pair of names"),
]


@pytest.mark.parametrize(("given", "error", "message"), REFUSED, ids=str)
def test_bad_parameters_are_refused_when_declared(given, error, message):
    with pytest.raises(error, match=message):
        Sobolev(**{"order": 1, **given})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"spacing": (1.0, 2.0, 3.0)}, r"spacing \(1.0, 2.0, 3.0\) has 3 entries.*\(4, 5\) has 2"),
        ({"lengthscale": (1.0,)}, r"lengthscale .* has 1 entries"),
        ({"boundary": ["neumann"]}, r"boundary .* has 1 entries"),
    ],
)
def test_parameters_for_other_axes_are_refused_by_the_space(given, message):
    with pytest.raises(InvalidValue, match=message):
        Space((4, 5), metric=Sobolev(1, **given))


def test_periodic_at_one_end_only_is_refused_by_the_space():
    with pytest.raises(InvalidValue, match="periodic joins both ends"):
        Space(4, metric=Sobolev(1, boundary=("periodic", "neumann")))


def test_an_order_beyond_the_precision_is_refused():
    R = Sobolev(20, 0.01)
    assert Space(8, np.float64, R).dtype == np.float64
    with pytest.raises(InvalidValue, match=r"outside the range of float32.*order nearer 0"):
        Space(8, np.float32, R)
    with pytest.raises(InvalidValue, match="outside the range of float64"):
        Space(8, metric=Sobolev(-200, 0.01))
