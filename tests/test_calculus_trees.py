"""Trees of arrays, argument numbers, auxiliary outputs: what goes in comes out in the same form."""

from collections import namedtuple
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import riesz
from riesz import derivative, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

A, B = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
Pair = namedtuple("Pair", "a b")


@dataclass
class Model:
    weight: Any
    bias: Any = None


def total(a, b):
    return np.sum(a**2) + 10.0 * np.sum(b) + a[0] * b[0]


GA, GB = 2 * A + [3.0, 0.0], np.array([11.0, 10.0, 10.0])


@pytest.mark.parametrize(
    ("tree", "take"),
    [
        ((A, B), lambda t: (t[0], t[1])),
        ([A, B], lambda t: (t[0], t[1])),
        ({"b": B, "a": A}, lambda t: (t["a"], t["b"])),
        (Pair(A, B), lambda t: (t.a, t.b)),
        (Model(A, B), lambda t: (t.weight, t.bias)),
        ({"x": [A, None, (B,)]}, lambda t: (t["x"][0], t["x"][2][0])),
        (Model({"w": A}, [Model(B)]), lambda t: (t.weight["w"], t.bias[0].weight)),
    ],
    ids=["tuple", "list", "dict", "named tuple", "dataclass", "nested, None", "nested dataclass"],
)
def test_gradient_is_a_tree_like_its_argument(tree, take):
    value, g = value_and_grad(lambda t: total(*take(t)))(tree)
    assert type(g) is type(tree)
    assert value == total(A, B)
    for given, expected in zip(take(g), (GA, GB), strict=True):
        assert type(given) is np.ndarray
        assert_allclose(given, expected)


def test_none_stays_none():
    assert grad(lambda t: np.sum(t[1]))([None, A])[0] is None
    assert grad(lambda m: np.sum(m.weight))(Model(A)).bias is None


def test_dict_keeps_its_order():
    assert list(grad(lambda d: np.sum(d["z"] * d["a"]))({"z": A, "a": A})) == ["z", "a"]


def test_unused_leaves_have_gradient_zero():
    g = grad(lambda t: np.sum(t["used"]))({"used": A, "unused": B})
    assert_allclose(g["unused"], np.zeros(3))


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [(0, GA), (1, GB), (-1, GB), (-2, GA), ((0, 1), (GA, GB)), ((1, 0), (GB, GA)), ((1,), (GB,))],
)
def test_argnums(argnums, expected):
    given = grad(total, argnums)(A, B)
    assert type(given) is type(expected)
    given, expected = (given, expected) if isinstance(argnums, tuple) else ((given,), (expected,))
    for g, e in zip(given, expected, strict=True):
        assert_allclose(g, e)


def test_argnums_reach_all_derivatives():
    u = np.ones(3)
    assert_allclose(derivative(total, 1)(A, B)(u), GB.sum())
    assert_allclose(jacobian(lambda a, b: a[0] * b, 1)(A, B), A[0] * np.eye(3))
    assert_allclose(hessian(lambda a, b: np.sum(b**3) * a[0], 1)(A, B), np.diag(6 * B))
    rows = jacobian(lambda a, b: a * b[0], (0, 1))(A, B)
    assert_allclose(rows[0], B[0] * np.eye(2))
    assert_allclose(rows[1], [[1, 0, 0], [2, 0, 0]])


def test_hessian_of_a_tree_is_a_tree_of_blocks():
    H = hessian(lambda t: np.sum(t["a"] ** 2) * t["b"][0])({"a": A, "b": B})
    assert_allclose(H["a"]["a"], 2 * B[0] * np.eye(2))
    assert_allclose(H["a"]["b"], [[2, 0, 0], [4, 0, 0]])
    assert_allclose(H["b"]["a"], H["a"]["b"].T)
    assert_allclose(H["b"]["b"], np.zeros((3, 3)))


def test_jacobian_of_a_tree_by_a_tree():
    J = jacobian(lambda t: {"sum": t[0] + t[1], "first": t[0][0]})([A, A])
    assert_allclose(J["sum"][0], np.eye(2))
    assert_allclose(J["first"][0], [1, 0])
    assert_allclose(J["first"][1], [0, 0])


def test_keyword_arguments_are_constants():
    def f(a, *, b, power=2):
        return np.sum(a**power) * b[0]

    assert_allclose(grad(f)(A, b=B), 2 * A * B[0])
    assert_allclose(grad(f)(A, b=B, power=3), 3 * A**2 * B[0])
    assert_allclose(hessian(f)(A, b=B), 2 * B[0] * np.eye(2))


def test_auxiliary_outputs_are_plain():
    def f(a):
        y = a * a
        return np.sum(y), {"y": y, "name": "squares", "nothing": None}

    g, aux = grad(f, has_aux=True)(A)
    (value, same_aux), same_g = value_and_grad(f, has_aux=True)(A)
    assert value == 5.0
    assert type(aux["y"]) is np.ndarray
    assert aux["name"] == same_aux["name"] == "squares"
    assert_allclose(aux["y"], A**2)
    assert_allclose(g, same_g)
    assert_allclose(g, 2 * A)


def test_auxiliary_outputs_of_vjp_and_jvp():
    def f(a):
        return a * a, a + 1

    y, back, aux = vjp(f, A, has_aux=True)
    assert_allclose(aux, A + 1)
    assert_allclose(back(np.ones(2)), 2 * A)
    y, dy, aux = jvp(f, A, np.ones(2), has_aux=True)
    assert type(aux) is np.ndarray
    assert_allclose(dy, 2 * A)
    assert_allclose(y, A * A)


def test_several_outputs_and_inputs_of_vjp():
    y, back = vjp(lambda a, b: {"p": a * b[0], "s": np.sum(b)}, A, B)
    assert_allclose(y["p"], A * 3)
    da, db = back({"p": np.array([1.0, 10.0]), "s": 100.0})
    assert_allclose(da, [3, 30])
    assert_allclose(db, [121, 100, 100])


def test_pullback_may_be_called_again():
    _, back = vjp(lambda a: np.sin(a) * a, A)
    first = back(np.ones(2))
    first[...] = np.nan  # what was returned is the caller's
    assert_allclose(back(np.ones(2)), np.sin(A) + A * np.cos(A))
    assert_allclose(back(2 * np.ones(2)), 2 * (np.sin(A) + A * np.cos(A)))


def test_jvp_of_trees():
    x, u = {"a": A, "b": [B]}, {"a": np.ones(2), "b": [np.zeros(3)]}
    y, dy = jvp(lambda t: (np.sum(t["a"] ** 2), t["b"][0] * t["a"][0]), x, u)
    assert_allclose(y[0], 5)
    assert_allclose(dy[0], 2 * A.sum())
    assert_allclose(dy[1], B)


def test_jvp_takes_a_tuple_as_the_arguments():
    y, dy = jvp(total, (A, B), (np.ones(2), np.zeros(3)))
    assert_allclose(y, total(A, B))
    assert_allclose(dy, GA.sum())
    assert_allclose(jvp(lambda t: t[0] * t[1], ((A, A),), ((A, 0 * A),))[1], A * A)


def test_hvp_of_trees_and_of_several_arguments():
    u = (np.array([1.0, 0.0]), np.zeros(3))
    ha, hb = hvp(total, (A, B), u)
    assert_allclose(ha, [2, 0])
    assert_allclose(hb, [1, 0, 0])
    tree = hvp(lambda t: np.sum(t["a"] ** 3), {"a": A}, {"a": np.ones(2)})
    assert_allclose(tree["a"], 6 * A)


def test_output_that_is_an_input_or_a_constant():
    y, back = vjp(lambda a: (a, a, 2.0, B), A)
    assert_allclose(back((np.ones(2), np.ones(2), 0.0, B)), 2 * np.ones(2))
    assert_allclose(y[3], B)


def test_python_numbers_as_points():
    assert grad(lambda x: x * x)(3.0) == 6.0
    assert np.shape(grad(lambda x: x * x)(3.0)) == ()
    assert_allclose(grad(lambda t: t[0] * t[1])([2.0, 5.0]), [5.0, 2.0])
    assert hessian(lambda x: x**3)(2.0) == 12.0
    assert jacobian(lambda x: x * A)(2.0).shape == (2,)


def test_wrappers_keep_the_name():
    assert grad(total).__name__ == "total"
    assert value_and_grad(total).__doc__ == total.__doc__


@dataclass(frozen=True)
class Layer:
    w: np.ndarray
    b: np.ndarray = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "b", np.ones(len(self.w)))
        object.__setattr__(self, "size", len(self.w))
        object.__setattr__(self, "activation", np.tanh)

    @cached_property
    def square(self):
        return self.w @ self.w

    def __call__(self, x):
        return self.square * np.sum(self.activation(self.w * x + self.b)) / self.size


def test_a_dataclass_keeps_what_post_init_sets():
    layer, x = Layer(np.array([0.5, -1.0])), np.array([2.0, 3.0])
    value = layer(x)  # which remembers the square

    def plain(w, b):
        return (w @ w) * np.sum(np.tanh(w * x + b)) / 2

    for of in (riesz.value_and_grad, lambda f: riesz.compile(riesz.value_and_grad(f))):
        found, g = of(lambda layer: layer(x))(layer)
        assert_allclose(found, value)
        for given, expected in zip(
            (g.w, g.b), riesz.grad(plain, (0, 1))(layer.w, layer.b), strict=True
        ):
            assert_allclose(given, expected)
        assert (g.size, g.activation) == (2, np.tanh)


def test_an_array_that_is_no_field_of_a_dataclass_is_refused():
    @dataclass
    class Stale:
        w: np.ndarray

        def __post_init__(self):
            self.squares = {"all": self.w**2}

    with pytest.raises(riesz.InvalidType, match=r"Stale\.squares is no field .*cached_property"):
        riesz.grad(lambda s: np.sum(s.squares["all"]))(Stale(np.ones(2)))
