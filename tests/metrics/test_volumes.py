"""Sobolev on cells of several widths and with a mask: uniform grids again, energies, limits."""

import itertools
import pickle

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue, MissingExtra
from riesz.metrics import Sobolev, Weighted
from riesz.space import Space

ENDS = [
    ("periodic", "periodic"),
    *itertools.product(("neumann", "dirichlet"), repeat=2),
]
rng = np.random.default_rng(0)


@pytest.mark.parametrize("ends", ENDS, ids=":".join)
@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("order", [-2, -1, 0, 1, 2, 3])
def test_equal_widths_are_a_uniform_grid(ends, n, order):
    u = rng.standard_normal((n, 3))
    rest = (0.4, [ends, "neumann"], (0.7, 1.2))
    uniform = Sobolev(order, (0.3, rest[0]), *rest[1:])
    cells = Sobolev(order, (np.full(n, 0.3), rest[0]), *rest[1:])
    masked = Sobolev(order, (0.3, rest[0]), *rest[1:], mask=np.ones((n, 3), bool))
    for R in (cells, masked):
        for rule in ("apply", "solve"):
            expected = getattr(uniform, rule)(u)
            assert getattr(R, rule)(u) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert R.norm(u) == pytest.approx(uniform.norm(u), rel=1e-10)


def energy(u, widths, ends, ell):
    """|u|^2 + ell^2 |u'|^2 of the values u of cells, face by face."""
    h = np.asarray(widths)
    total = np.sum(h * u**2)
    total += ell**2 * np.sum(np.diff(u) ** 2 / ((h[1:] + h[:-1]) / 2))
    if ends[0] == "periodic":
        return total + ell**2 * (u[0] - u[-1]) ** 2 / ((h[0] + h[-1]) / 2)
    for k, condition in zip((0, -1), ends, strict=True):
        if condition == "dirichlet":
            total += ell**2 * u[k] ** 2 / (h[k] / 2)
    return total


@pytest.mark.parametrize("ends", ENDS, ids=":".join)
def test_order_one_is_the_energy_of_the_faces(ends):
    h, u = rng.uniform(0.2, 2.0, 6), rng.standard_normal(6)
    expected = energy(u, h, ends, 0.8)
    for spacing in ([h], h, tuple(h)):
        R = Sobolev(1, spacing, [ends], 0.8)
        assert R.inner(u, u) == pytest.approx(expected, rel=1e-13)
        assert R.norm(u) ** 2 == pytest.approx(expected, rel=1e-13)


def test_order_two_is_order_one_twice_in_l2():
    h, u, v = rng.uniform(0.2, 2.0, 6), *rng.standard_normal((2, 6))
    one, two = (Sobolev(s, [h], "dirichlet", 0.8) for s in (1, 2))
    L2 = Weighted(h)
    assert two.inner(u, v) == pytest.approx(
        L2.inner(L2.solve(one.apply(u)), L2.solve(one.apply(v))), rel=1e-12
    )


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("boundary", ["neumann", "dirichlet"])
def test_the_norm_of_a_wave_approaches_the_continuous_one(order, boundary):
    k, ell = 2 * np.pi, 0.4
    wave = np.sin if boundary == "dirichlet" else np.cos
    continuous = 0.5 * (1 + (ell * k) ** 2) ** order
    errors = []
    for n in (32, 64, 128):
        faces = np.linspace(0, 1, n + 1)
        faces = faces + 0.1 * np.sin(2 * np.pi * faces) / np.pi  # smoothly graded
        u = wave(k * (faces[1:] + faces[:-1]) / 2)
        R = Sobolev(order, [np.diff(faces)], boundary, ell)
        errors.append(abs(R.inner(u, u) - continuous) / continuous)
    assert errors[-1] < 5e-3
    assert all(fine <= coarse / 1.9 for coarse, fine in itertools.pairwise(errors))


class TestMask:
    def test_a_masked_box_is_the_box(self):
        # An interval in the middle of a longer one is a domain of its own.
        h, u = rng.uniform(0.2, 2.0, 9), rng.standard_normal(9)
        mask = np.zeros(9, bool)
        mask[2:6] = True
        for ends in ENDS[1:]:
            R = Sobolev(1, [h], [ends], 0.8, mask)
            alone = Sobolev(1, [h[2:6]], [ends], 0.8)
            assert R.apply(u)[2:6] == pytest.approx(alone.apply(u[2:6]), rel=1e-12)
            assert R.solve(u)[2:6] == pytest.approx(alone.solve(u[2:6]), rel=1e-12)
            assert R.apply(u)[~mask] == pytest.approx((h * u)[~mask], rel=1e-14)

    def test_holes_in_a_plane(self):
        mask = np.ones((5, 6), bool)
        mask[2, 2:4] = False
        u = rng.standard_normal((5, 6))
        inside = np.where(mask, u, 0)
        across = sum(
            np.sum(np.where(a & b, x - y, 0) ** 2)
            for a, b, x, y in (
                (mask[1:], mask[:-1], inside[1:], inside[:-1]),
                (mask[:, 1:], mask[:, :-1], inside[:, 1:], inside[:, :-1]),
            )
        )
        assert Sobolev(1, 1.0, "neumann", 0.5, mask).inner(u, u) == pytest.approx(
            np.sum(u**2) + 0.25 * across, rel=1e-13
        )
        faces = 2 * (2 * 5 + 2 * 6) / 2  # of the outer boundary, weighted below by u^2
        assert faces == 22
        walls = 2 * sum(
            np.sum(side**2) for side in (u[0], u[-1], u[:, 0], u[:, -1], u[1, 2:4], u[3, 2:4])
        ) + 2 * (u[2, 1] ** 2 + u[2, 4] ** 2)
        assert Sobolev(1, 1.0, "dirichlet", 0.5, mask).inner(u, u) == pytest.approx(
            np.sum(u**2) + 0.25 * (across + walls), rel=1e-13
        )

    def test_a_gradient_does_not_cross_a_wall(self):
        mask = np.ones((8, 8), bool)
        mask[:, 4] = False
        a = np.zeros((8, 8))
        a[3, 1] = 1.0
        g = Sobolev(1, boundary="neumann", lengthscale=5.0, mask=mask).solve(a)
        assert g[:, :4].min() > 0
        assert np.array_equal(g[:, 4:], np.zeros((8, 4)))

    def test_the_same_metric_has_the_same_mask(self):
        mask = np.array([True, True, False])
        R = Sobolev(1, boundary="neumann", mask=mask)
        assert Sobolev(1, boundary="neumann", mask=mask.copy()) == R
        others = [Sobolev(1, boundary="neumann"), Sobolev(1, boundary="neumann", mask=~mask)]
        assert len({R, *others}) == 3
        again = pickle.loads(pickle.dumps(R))
        assert again == R
        assert np.array_equal(again.apply([1.0, 2, 3]), R.apply([1.0, 2, 3]))
        assert "mask=<shape (3,)>" in repr(R)
        mask[:] = False  # a copy was taken
        assert R.apply([1.0, 2.0, 3.0]).tolist() == [0.0, 3.0, 3.0]


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_empty_arrays_stay_empty(shape):
    X = Space(shape, metric=Sobolev(1, [np.ones(n) for n in shape], "neumann"))
    assert X.sharp(X.flat(X.zeros())).shape == shape
    assert X.norm(X.zeros()) == 0


def test_solves_are_differentiated():
    x = rng.standard_normal((3, 4))
    for order in (1, 2):
        R = Sobolev(order, [rng.uniform(0.5, 2, 3), 0.3], "neumann", 0.6, rng.random((3, 4)) < 0.8)
        for rule in (R.apply, R.solve, R.sqrt, R.unsqrt):
            riesz.check_grads(lambda y, rule=rule: rule(np.sin(y) * y), x)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"order": 1.5}, InvalidValue, r"order is 1.5.*integer.*eigenvectors"),
        ({"order": 0.5, "spacing": 1.0, "mask": [True]}, InvalidValue, "must be an integer"),
        ({"spacing": [[1.0, -1.0]]}, InvalidValue, "spacing must be positive, but was given -1"),
        ({"spacing": [[1.0, np.nan]]}, InvalidValue, "spacing must be finite"),
        ({"spacing": [["wide"]]}, InvalidType, "spacing is a real number"),
        ({"mask": [1, 0]}, InvalidType, "array of booleans, but was given dtype int"),
        ({"mask": [False, False]}, InvalidValue, "no domain"),
    ],
    ids=str,
)
def test_bad_parameters_are_refused_when_declared(given, error, message):
    with pytest.raises(error, match=message):
        Sobolev(**{"order": 1, "spacing": [[1.0, 2.0]], **given})


def test_what_does_not_fit_is_refused_by_the_space():
    with pytest.raises(InvalidValue, match=r"3 widths.*shape \(4,\) has 4 cells"):
        Space(4, metric=Sobolev(1, [[1.0, 2.0, 3.0]]))
    with pytest.raises(InvalidValue, match=r"has 1 entries.*\(2, 3\) has 2 axes"):
        Space((2, 3), metric=Sobolev(1, [[1.0, 2.0]]))
    with pytest.raises(InvalidValue, match=r"mask of shape \(2,\) does not fit.*\(3,\)"):
        Space(3, metric=Sobolev(1, mask=[True, False]))
    with pytest.raises(InvalidValue, match="must be an integer"):
        Space(3, metric=Sobolev(0.5, spacing=[1.0, 2.0, 3.0]))
    with pytest.raises(InvalidValue, match=r"volume 1e-60 is 0 in float32"):
        Space(2, np.float32, Sobolev(1, [[1e-60, 1.0]]))


@pytest.mark.parametrize(
    ("module", "name", "feature"),
    [("fft", "dct", "Sobolev"), ("linalg", "expm", "matrix"), ("special", "erf", "special")],
)
def test_without_scipy_what_it_has_asks_for_it(monkeypatch, module, name, feature):
    import sys

    from riesz_backends.numpy.namespace import from_scipy

    monkeypatch.setitem(sys.modules, f"scipy.{module}", None)
    with pytest.raises(MissingExtra, match=rf"{feature}.* needs SciPy.*riesz\[scipy\]"):
        from_scipy(module, name)()


def test_without_scipy_cells_ask_for_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(MissingExtra, match=r"cell widths or a mask needs SciPy"):
        Space(2, metric=Sobolev(1, [[1.0, 2.0]]))
