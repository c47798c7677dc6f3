"""Product: the laws on trees, and one meaning for a tree of metrics and a Product."""

import pickle
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue
from riesz.metrics import Euclidean, Mass, Product, Sobolev, Weighted, metric_at

rng = np.random.default_rng(0)
Pair = namedtuple("Pair", "w b")


@dataclass
class Model:
    w: Any
    b: Any


H1 = Sobolev(1, lengthscale=0.5)
SCALE = Weighted(4.0)
TREES = {
    "tuple": lambda w, b: (w, b),
    "list": lambda w, b: [w, b],
    "dict": lambda w, b: {"w": w, "b": b},
    "named tuple": Pair,
    "dataclass": Model,
    "nested": lambda w, b: {"a": (w, None), "b": [b]},
}


def points(tree, dtype=float, n=2):
    made = []
    for _ in range(n):
        w, b = rng.standard_normal((2, 3)).astype(dtype), rng.standard_normal(4).astype(dtype)
        if np.dtype(dtype).kind == "c":
            w, b = w + 1j * w[::-1], b - 2j * b
        made.append(tree(w, b))
    return made


def leaves(tree):
    return riesz.tree.flatten(tree)[0]


def parts(tree, dtype=float):
    return [leaves(p) for p in points(tree, dtype)]


@pytest.fixture(params=TREES, ids=str)
def tree(request):
    return TREES[request.param]


@pytest.fixture(params=[np.float64, np.complex128, np.float32])
def dtype(request):
    return request.param


@pytest.fixture
def R(tree):
    return Product(tree(H1, SCALE), weights=tree(3.0, 0.5))


class TestLaws:
    def test_the_inner_product_is_the_weighted_sum_of_those_of_the_parts(self, R, tree, dtype):
        u, v = points(tree, dtype)
        (wu, bu), (wv, bv) = leaves(u), leaves(v)
        if wu.ndim == 1:  # a dict's leaves are sorted by key
            (wu, bu), (wv, bv) = (bu, wu), (bv, wv)
        expected = 3 * H1.inner(wu, wv) + 0.5 * SCALE.inner(bu, bv)
        assert R.inner(u, v) == pytest.approx(expected, rel=1e-5)
        assert R.norm(u) ** 2 == pytest.approx(R.inner(u, u), rel=1e-5)
        assert R.inner(u, u) > 0

    def test_solve_undoes_apply_and_unsqrt_undoes_sqrt(self, R, tree, dtype):
        u, _ = points(tree, dtype)
        tolerance = 1e-12 if dtype != np.float32 else 1e-5
        for back, there in ((R.solve, R.apply), (R.unsqrt, R.sqrt)):
            again = back(there(u))
            assert type(again) is type(u)
            for g, e in zip(leaves(again), leaves(u), strict=True):
                assert g == pytest.approx(e, rel=tolerance, abs=tolerance)
                assert (g.dtype, g.shape) == (e.dtype, e.shape)

    def test_coordinates_make_the_metric_euclidean(self, R, tree, dtype):
        u, v = points(tree, dtype)
        z = R.change_of_variables()
        dot = sum(np.vdot(a, b).real for a, b in zip(leaves(z.to(u)), leaves(z.to(v)), strict=True))
        assert R.inner(u, v) == pytest.approx(dot, rel=1e-4)

    def test_the_gradient_represents_the_derivative(self, R, tree):
        u, v = points(tree)

        def f(t):
            return sum(np.sum(np.sin(x) * x) for x in leaves(t))

        g = riesz.grad(f, metric=R)(u)
        assert type(g) is type(u)
        duals = zip(leaves(riesz.derivative(f)(u)), leaves(v), strict=True)
        assert R.inner(g, v) == pytest.approx(sum(a(x) for a, x in duals), rel=1e-12)


def f(t):
    return np.sum(t["w"] ** 3) + np.sum(np.exp(t["b"]))


U = TREES["dict"](rng.standard_normal((2, 3)), rng.standard_normal(4))


class TestOneMeaning:
    def test_a_tree_of_metrics_is_a_product(self):
        trees = {"w": H1, "b": None}
        for given in (trees, Product(trees), {"w": Product(H1), "b": Product(None)}):
            g = riesz.grad(f, metric=given)(U)
            assert np.array_equal(g["w"], H1.solve(3 * U["w"] ** 2))
            assert np.array_equal(g["b"], np.exp(U["b"]))

    def test_one_metric_holds_for_every_array(self):
        for given in (SCALE, Product(SCALE)):
            g = riesz.grad(f, metric=given)(U)
            assert g["b"] == pytest.approx(np.exp(U["b"]) / 4)
            assert g["w"] == pytest.approx(0.75 * U["w"] ** 2)

    def test_metrics_mirror_the_arguments(self):
        def g(w, b):
            return f({"w": w, "b": b})

        w, b = U["w"], U["b"]
        for given in ((H1, SCALE), Product(H1, SCALE), Product((H1, SCALE))):
            gw, gb = riesz.grad(g, argnums=(0, 1), metric=given)(w, b)
            assert np.array_equal(gw, H1.solve(3 * w**2))
            assert gb == pytest.approx(np.exp(b) / 4)
        hw, hb = riesz.hvp(g, (w, b), (w, b), metric=Product(H1, None))
        assert hw == pytest.approx(H1.solve(6 * w**2))
        assert hb == pytest.approx(np.exp(b) * b)

    def test_products_nest(self):
        inner = Product({"w": H1, "b": SCALE}, weights={"w": 2.0, "b": 1.0})
        both = Product((inner, Weighted(3.0)), weights=(5.0, 7.0))
        t = (U, U["b"])
        expected = 5 * (2 * H1.inner(U["w"], U["w"]) + SCALE.inner(U["b"], U["b"]))
        expected += 21 * U["b"] @ U["b"]
        assert both.inner(t, t) == pytest.approx(expected, rel=1e-13)

    def test_a_product_of_one_array(self):
        x = U["b"]
        assert riesz.Space(4, metric=Product(SCALE)).inner(x, x) == pytest.approx(4 * x @ x)

    def test_metric_at_is_the_metric_itself_for_an_array(self):
        assert metric_at(H1, U["b"]) is H1
        assert metric_at(None, U["b"]) == Euclidean()
        assert metric_at(H1, U) == Product(H1)


class TestPositionDependent:
    """metric(at=x): here <u, v>_x = sum u v / x^2, in which the gradient of -log has norm one."""

    @staticmethod
    def barrier(*, at):
        return Weighted(1 / at**2)

    def test_the_metric_is_taken_at_the_point(self):
        x = np.array([0.5, 2.0, 3.0])
        g = riesz.grad(lambda y: np.sum(y**2), metric=self.barrier)(x)
        assert g == pytest.approx(2 * x**3, rel=1e-14)

    def test_in_a_tree_each_part_is_given_its_own(self):
        x = {"w": np.array([0.5, 2.0]), "b": np.array([3.0])}
        for given in (Product({"w": self.barrier, "b": H1}), {"w": self.barrier, "b": H1}):
            g = riesz.grad(lambda t: np.sum(t["w"] ** 2) + np.sum(t["b"]), metric=given)(x)
            assert g["w"] == pytest.approx(2 * x["w"] ** 3, rel=1e-14)
            assert g["b"] == pytest.approx(H1.solve(np.ones(1)))

    def test_a_function_may_give_a_tree(self):
        x = {"w": np.array([0.5, 2.0]), "b": np.array([3.0])}

        def given(*, at):
            return {"w": Weighted(1 / at["w"]), "b": None}

        g = riesz.grad(lambda t: np.sum(t["w"]) + np.sum(t["b"]), metric=given)(x)
        assert g["w"] == pytest.approx(x["w"])
        assert g["b"] == pytest.approx([1.0])

    def test_it_is_part_of_what_is_differentiated(self):
        x = np.array([0.5, 2.0, 3.0])

        def squares(y):
            return np.sum(riesz.grad(lambda z: np.sum(z**2), metric=self.barrier)(y))

        riesz.check_grads(squares, x)
        assert riesz.grad(squares)(x) == pytest.approx(6 * x**2, rel=1e-13)

    def test_it_is_no_metric_before_it_is_given_a_point(self):
        R = Product({"w": self.barrier, "b": None})
        with pytest.raises(InvalidType, match=r"depends on the point.*metric\(at=x\)"):
            R.apply(U)
        with pytest.raises(InvalidType, match=r"depends on the point"):
            riesz.Space({"w": (2, 3), "b": 4}, metric={"w": self.barrier, "b": None})
        with pytest.raises(InvalidType, match=r"depends on the point"):
            riesz.Space({"w": (2, 3), "b": 4}, metric=self.barrier)
        with pytest.raises(InvalidType, match="expected a metric"):
            riesz.Space(3, metric=self.barrier)

    def test_a_constant_metric_is_itself_everywhere(self):
        for R in (H1, Product(H1, SCALE), Product(Product(H1), None)):
            assert R(at=(U["w"], U["b"])) is R


class TestValue:
    def test_equal_by_parts_weights_and_tree(self):
        one = Product({"w": H1, "b": Weighted(2)}, weights={"w": 1, "b": 2})
        assert one == Product({"w": Sobolev(1, lengthscale=0.5), "b": Weighted(2.0)},
                              weights={"w": 1.0, "b": 2.0})  # fmt: skip
        others = [Product({"w": H1, "b": Weighted(2)}), Product(H1, Weighted(2)), Product(H1)]
        assert len({one, *others}) == 4

    def test_pickled(self):
        R = Product({"w": H1, "b": Mass(np.diag([1.0, 2, 3, 4]))}, weights={"w": 2.0, "b": 1.0})
        assert pickle.loads(pickle.dumps(R)) == R
        assert "weights={'w': 2.0, 'b': 1.0}" in repr(R)

    @pytest.mark.parametrize("weight", [0, -1.0, np.nan, np.inf, "1", np.ones(2)])
    def test_weights_that_are_no_positive_number_are_refused(self, weight):
        with pytest.raises(InvalidValue, match="one positive number"):
            Product({"w": H1, "b": None}, weights={"w": 1.0, "b": weight})

    @pytest.mark.parametrize("part", ["Sobolev", 3.0, Sobolev, np.ones(2)])
    def test_what_is_no_metric_is_refused(self, part):
        with pytest.raises(InvalidType, match="expected a metric"):
            Product({"w": H1, "b": part})
        with pytest.raises(InvalidType, match="expected a metric"):
            riesz.grad(f, metric=part)(U)

    def test_trees_that_do_not_mirror_are_refused(self):
        for given in ({"w": H1}, (H1, None), [None, None, None]):
            with pytest.raises(InvalidValue, match="does not mirror"):
                riesz.grad(f, metric=given)(U)
        with pytest.raises(InvalidValue, match="does not mirror"):
            Product({"w": H1, "b": None}, weights={"w": 1.0})

    def test_a_part_that_does_not_fit_is_refused(self):
        with pytest.raises(InvalidValue, match=r"weights of shape \(3,\)"):
            riesz.grad(f, metric={"w": None, "b": Weighted([1.0, 2.0, 3.0])})(U)


class TestSpace:
    """Space of a tree of shapes."""

    X = riesz.Space({"w": (2, 3), "b": (4,)}, metric=Product({"w": H1, "b": SCALE}))

    def test_geometry(self):
        inner = H1.inner(U["w"], U["w"]) + 4 * U["b"] @ U["b"]
        assert self.X.inner(U, U) == pytest.approx(inner, rel=1e-14)
        assert self.X.norm(U) ** 2 == pytest.approx(inner, rel=1e-14)
        assert self.X.size == 10
        assert self.X.zeros()["w"].shape == (2, 3)

    def test_flat_and_sharp(self):
        a = self.X.flat(U)
        assert a(U) == pytest.approx(self.X.inner(U, U), rel=1e-14)
        back = self.X.sharp(a)
        assert back["w"] == pytest.approx(U["w"], rel=1e-12)
        assert back["b"] == pytest.approx(U["b"], rel=1e-14)
        assert (a + 2 * a - a / 2)(U) == pytest.approx(2.5 * a(U), rel=1e-14)
        assert (-a)(U) == -a(U)

    def test_the_gradient_is_the_sharp_of_the_derivative(self):
        Df = riesz.derivative(f)(U)  # a covector for each array
        g = riesz.grad(f, metric=self.X.metric)(U)
        assert all(np.array_equal(self.X.sharp(Df)[k], g[k]) for k in g)
        assert self.X.inner(g, U) == pytest.approx(Df["w"](U["w"]) + Df["b"](U["b"]), rel=1e-12)

    def test_declarations(self):
        same = riesz.Space({"w": (2, 3), "b": 4}, np.float64, {"w": H1, "b": SCALE})
        assert same == self.X == riesz.Space.like(U, {"w": H1, "b": SCALE})
        assert hash(same) == hash(self.X)
        assert pickle.loads(pickle.dumps(self.X)) == self.X
        assert riesz.Space({"w": (2, 3), "b": 4}) != self.X
        assert isinstance(self.X, riesz.Space)
        single = riesz.Space(((3,), ()), (np.float32, np.float64))
        assert [d.name for d in single.dtype] == ["float32", "float64"]
        assert riesz.Space.like(U["b"], SCALE) == riesz.Space(4, metric=SCALE)
        coupled = riesz.Pullback(lambda t: t["b"] * np.sum(t["w"]), U, damping=1.0)
        X = riesz.Space.like(U, coupled)
        assert X.sharp(X.flat(U))["b"] == pytest.approx(U["b"], rel=1e-10)
        with pytest.raises(AttributeError, match="immutable"):
            self.X.parts = ()

    @pytest.mark.parametrize("leaf", [3, True, np.arange(2), "three"])
    def test_a_leaf_that_is_no_point_is_named(self, leaf):
        with pytest.raises(riesz.InvalidType, match=r"at \['b'\]\[1\] has dtype"):
            riesz.Space.like({"a": np.ones(2), "b": [1.0, leaf]})
        with pytest.raises(riesz.InvalidType, match="given has dtype"):
            riesz.Space.like(leaf)

    def test_what_does_not_fit_is_refused(self):
        with pytest.raises(InvalidValue, match="expected a point of"):
            self.X.inner(U, {"w": U["w"]})
        with pytest.raises(InvalidValue, match="given shape"):
            self.X.norm({"w": U["b"], "b": U["b"]})
        with pytest.raises(InvalidValue, match="tree of dtypes does not mirror"):
            riesz.Space({"w": (2, 3), "b": (4,)}, dtype={"w": np.float32})
        with pytest.raises(InvalidValue, match="have no axes"):
            _ = self.X.ndim
        with pytest.raises(InvalidValue, match="does not mirror"):
            riesz.Space({"w": (2, 3)}, metric=Product({"b": None}))
        with pytest.raises(InvalidValue, match="weights of shape"):
            riesz.Space({"w": (2, 3)}, metric={"w": Weighted(np.ones(7))})
        for use in (self.X.norm, self.X.check):
            with pytest.raises(riesz.SpaceMismatch, match="given the covector"):
                use(self.X.flat(U))
        with pytest.raises(riesz.SpaceMismatch, match="or a tree of them"):
            self.X.sharp(U)
        with pytest.raises(riesz.SpaceMismatch, match="two spaces"):
            riesz.Space({"w": (2, 3), "b": 4}).sharp(self.X.flat(U))

    def test_weights_of_another_tree_are_named(self):
        with pytest.raises(InvalidValue, match="weights= does not mirror the metrics"):
            Product(None, None, weights=(1.0,))
