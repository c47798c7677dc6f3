"""Concatenation and its relatives, splitting, insertion, riesz.array."""

import numpy as np
import pytest

import riesz


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


def test_concatenate(agrees, x, rng):
    v = rng.standard_normal(4)
    agrees(lambda x, v: np.concatenate([x, np.ones((1, 4)), v[None]], axis=0), x, v)
    agrees(lambda x, v: np.concatenate([x, v], axis=None), x, v)
    agrees(lambda v: np.concatenate([v, np.arange(3), [1.5]]), v)
    agrees(lambda x, z: np.concatenate([x, z], axis=-1), x, x + 1j)
    agrees(lambda v: np.append(v, v[1:]), v)
    agrees(lambda x, v: np.append(x, v[None], axis=0), x, v)


def test_dtype_of_concatenate(x):
    g = riesz.grad(lambda x: np.sum(np.concatenate([x, x], dtype=np.float32)))(x)
    assert g.dtype == np.float64
    np.testing.assert_array_equal(g, 2)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_stack(agrees, x, axis):
    agrees(lambda x, y: np.stack([x, y, np.ones((3, 4), int)], axis=axis), x, x[::-1])


def test_by_direction(agrees, x, rng):
    v, s = rng.standard_normal(3), 2.0
    agrees(lambda x, v: np.hstack([v, v[:2]]), x, v)
    agrees(lambda x, v: np.hstack([x, v[:, None]]), x, v)
    agrees(lambda x, v: np.vstack([x, v[[0, 1, 2, 0]]]), x, v)
    agrees(lambda x: np.dstack([x, x * x]), x)
    agrees(lambda x, v: np.column_stack([x, v]), x, v)
    agrees(lambda x, s: np.block([[x, np.zeros((3, 2))], [np.ones((1, 5)), s]]), x, s)
    agrees(lambda x, v: np.block([x, v[:, None]]), x, v)


def test_split(agrees, rng):
    x = rng.standard_normal((2, 4, 6))
    for f in (
        lambda x: np.split(x, 2, axis=1), lambda x: np.array_split(x, 4, axis=-1),
        lambda x: np.array_split(x, [1, 3, 9], axis=1), lambda x: np.hsplit(x, 2),
        lambda x: np.vsplit(x, [1]), lambda x: np.dsplit(x, 3),
    ):  # fmt: skip
        agrees(lambda x, f=f: f(x * x), x)
    with pytest.raises(ValueError, match="array_split"):
        riesz.vjp(lambda x: np.split(x, 3, axis=1), x)


def test_unstack(agrees, x):
    if not hasattr(np, "unstack"):
        pytest.skip("NumPy has it from 2.1 on")
    agrees(lambda x: np.unstack(x, axis=1), x)


@pytest.mark.parametrize("obj", [1, -1, [1], [0, 2, 2], slice(0, 2), 3])
def test_insert_into_a_vector(agrees, rng, obj):
    agrees(lambda x, s: np.insert(x, obj, s), rng.standard_normal(5), 3.0)


@pytest.mark.parametrize(("obj", "shape", "axis"), [
    (1, (3,), 1), ([1, 1], (3, 2), 1), ([1], (3, 1), 1), (1, (5,), None), (1, (4,), 0),
    (1, (2, 3), 1), ([1, 2], (2, 4), 0),
])  # fmt: skip
def test_insert_into_a_matrix(agrees, x, rng, obj, shape, axis):
    agrees(lambda x, v: np.insert(x, obj, v, axis=axis), x, rng.standard_normal(shape))


@pytest.mark.parametrize(
    "obj", [1, [0, 2], slice(None, None, 2), np.array([True, False, True, False])]
)
def test_delete(agrees, x, obj):
    agrees(lambda x: np.delete(x, obj, axis=1), x)
    agrees(lambda x: np.delete(x, [1, 5]), x)


def test_array_of_nested_sequences():
    def f(x, s):
        return riesz.array([[x[0], 1, s], (2.0, x[1] * s, x[2])])

    x, s = np.array([1.0, 2.0, 3.0]), 4.0
    np.testing.assert_array_equal(riesz.vjp(f, x, s)[0], [[1, 1, 4], [2, 8, 3]])
    riesz.check_grads(f, x, s)
    riesz.check_grads(lambda x: riesz.array([x, [x[1], 0.0, 1.0]]), x)


def test_array_without_traced_values_is_numpys():
    for values in (3, [1, 2], [[1.0], [2]], [], [[], []], np.eye(2)):
        y = riesz.array(values)
        np.testing.assert_array_equal(y, np.array(values))
    assert riesz.array([1, 2], dtype=np.float32).dtype == np.float32


def test_ragged_array_is_refused():
    with pytest.raises(riesz.InvalidValue, match="different shapes"):
        riesz.grad(lambda x: np.sum(riesz.array([[x, x], [x]])))(1.0)
    with pytest.raises(riesz.InvalidValue, match="different shapes"):
        riesz.grad(lambda x: np.sum(riesz.array([x, x[0]])))(np.ones(2))
