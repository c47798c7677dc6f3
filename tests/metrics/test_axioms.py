"""What makes a metric a metric, for each of them on each kind of space."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riesz.metrics import Euclidean, Mass, Sobolev, Weighted
from riesz.space import Space


def close(a, b, tolerance):
    """Whether two arrays agree, relative to the larger of them."""
    scale = max(np.linalg.norm(np.ravel(a)), np.linalg.norm(np.ravel(b)))
    return np.linalg.norm(np.ravel(a) - np.ravel(b)) <= tolerance * scale


def test_inner_is_the_pairing_with_apply(X, points, tolerance):
    u, v, _ = points
    expected = np.vdot(X.metric.apply(u), v).real
    scale = X.norm(u) * X.norm(v)
    assert abs(X.inner(u, v) - expected) <= tolerance * scale
    assert abs(X.flat(u)(v) - expected) <= tolerance * scale


def test_inner_is_symmetric(X, points, tolerance):
    u, v, _ = points
    assert abs(X.inner(u, v) - X.inner(v, u)) <= tolerance * X.norm(u) * X.norm(v)


def test_inner_is_linear_over_the_reals(X, points, tolerance):
    u, v, w = points
    left = X.inner((2 * u - 3 * v).astype(X.dtype), w)
    right = 2 * X.inner(u, w) - 3 * X.inner(v, w)
    assert abs(left - right) <= 5 * tolerance * (X.norm(u) + X.norm(v)) * X.norm(w)


def test_inner_is_positive(X, points):
    for u in points:
        assert X.inner(u, u) > 0
    assert X.norm(X.zeros()) == 0


def test_inner_and_norm_are_real_scalars(X, points):
    u, v, _ = points
    for value in (X.inner(u, v), X.norm(u), X.flat(u)(v)):
        assert np.shape(value) == ()
        assert value.dtype == np.empty(0, X.dtype).real.dtype


def test_sharp_undoes_flat(X, points, tolerance):
    u, _, _ = points
    assert close(X.sharp(X.flat(u)), u, tolerance)


def test_flat_undoes_sharp(X, points, tolerance):
    u, _, _ = points
    assert close(X.metric.apply(X.metric.solve(u)), u, tolerance)


def test_the_norm_is_the_length_of_the_square_root(X, points, tolerance):
    u, _, _ = points
    assert abs(np.linalg.norm(np.ravel(X.metric.sqrt(u))) - X.norm(u)) <= tolerance * X.norm(u)
    assert abs(X.norm(u) ** 2 - X.inner(u, u)) <= 2 * tolerance * X.inner(u, u)


def test_back_undoes_to(X, points, tolerance):
    u, _, _ = points
    z = X.metric.change_of_variables()
    assert close(z.back(z.to(u)), u, tolerance)
    assert close(z.to(z.back(u)), u, tolerance)


def test_coordinates_make_the_metric_euclidean(X, points, tolerance):
    u, v, _ = points
    to = X.metric.change_of_variables().to
    assert abs(np.vdot(to(u), to(v)).real - X.inner(u, v)) <= tolerance * X.norm(u) * X.norm(v)


def test_every_map_keeps_shape_and_dtype(X, points):
    u, _, _ = points
    R = X.metric
    for image in (R.apply(u), R.solve(u), R.sqrt(u), R.unsqrt(u), X.sharp(X.flat(u))):
        assert image.shape == X.shape
        assert image.dtype == X.dtype


def test_no_map_changes_its_argument(X, points):
    u, _, _ = points
    before = u.copy()
    R = X.metric
    for rule in (R.apply, R.solve, R.sqrt, R.unsqrt):
        rule(u)
        assert np.array_equal(u, before)


def test_a_pickled_space_is_the_same_space(X, points):
    u, _, _ = points
    again = pickle.loads(pickle.dumps(X))
    assert again == X
    assert hash(again) == hash(X)
    assert np.array_equal(again.sharp(X.flat(u)), X.sharp(X.flat(u)))


def metrics_twice():
    M = np.array([[2.0, 1.0], [1.0, 2.0]])
    return [
        (Euclidean(), Euclidean()),
        (Weighted(2), Weighted(2.0)),
        (Weighted([1, 2]), Weighted(np.array([1.0, 2.0]))),
        (Mass(M), Mass(M.astype(np.float32))),
        (Sobolev(1, 0.5, ["neumann"]), Sobolev(1.0, 0.5, ("neumann",))),
    ]


@pytest.mark.parametrize(("one", "same"), metrics_twice(), ids=repr)
def test_metrics_are_equal_by_value(one, same):
    assert one == same
    assert hash(one) == hash(same)
    assert Space(2, metric=one) == Space(2, metric=same)
    assert len({Space(2, metric=one), Space(2, metric=same)}) == 1
    others = [m for m, _ in metrics_twice() if type(m) is not type(one)]
    others += [Weighted([1, 3]), Mass(np.eye(2)), Sobolev(2)]
    assert all(one != other for other in others)


def test_a_metric_keeps_its_own_copy():
    w, M = np.ones(2), np.eye(2)
    weighted, mass = Weighted(w), Mass(M)
    w[:], M[0, 0] = -1, -1
    assert weighted.apply([3.0, 4.0]).tolist() == [3, 4]
    assert mass.apply([3.0, 4.0]).tolist() == [3, 4]
    with pytest.raises(ValueError, match="read-only"):
        weighted.w.value[0] = 2


shapes = st.lists(st.integers(1, 6), max_size=3).map(tuple)
ends = st.sampled_from(
    ["periodic", "neumann", "dirichlet", ("neumann", "dirichlet"), ("dirichlet", "neumann")]
)


@st.composite
def sobolev_spaces(draw):
    shape = draw(shapes)
    n = len(shape)
    lengths = st.floats(0.1, 10)
    order = draw(st.floats(-2, 2))
    boundary = draw(st.lists(ends, min_size=n, max_size=n))
    spacing = draw(st.lists(lengths, min_size=n, max_size=n))
    dtype = draw(st.sampled_from([np.float64, np.complex128]))
    return Space(shape, dtype, Sobolev(order, spacing, boundary, draw(st.floats(0, 2))))


@given(sobolev_spaces(), st.integers(0, 2**32 - 1))
def test_any_sobolev_metric_is_one(X, seed):
    rng = np.random.default_rng(seed)
    u, v = (
        (rng.standard_normal((2, *X.shape)) + 1j * rng.standard_normal((2, *X.shape))).astype(
            X.dtype, casting="unsafe"
        )
        if X.dtype.kind == "c"
        else rng.standard_normal((2, *X.shape))
    )
    assert abs(X.inner(u, v) - X.inner(v, u)) <= 1e-10 * X.norm(u) * X.norm(v)
    assert X.inner(u, u) > 0
    R = X.metric
    assert close(R.unsqrt(R.sqrt(u)), u, 1e-10)
    assert close(R.sqrt(R.unsqrt(R.solve(R.apply(u)))), u, 1e-9)


@given(shapes, st.integers(0, 2**32 - 1))
def test_any_weights_and_any_mass_are_metrics(shape, seed):
    rng = np.random.default_rng(seed)
    w, n = rng.uniform(0.01, 10, shape), int(np.prod(shape))
    u, v = rng.standard_normal((2, *shape))
    diagonal = Mass(np.diag(w.ravel()))
    assert close(Weighted(w).solve(u), diagonal.solve(u), 1e-13)
    assert close(Weighted(w).apply(u), diagonal.apply(u), 1e-13)
    A = rng.standard_normal((n, n))
    X = Space(shape, metric=Mass(A @ A.T + 0.1 * np.eye(n)))
    assert close(X.sharp(X.flat(u)), u, 1e-9)
    assert abs(X.inner(u, v) - X.inner(v, u)) <= 1e-12 * X.norm(u) * X.norm(v)
