"""Indexing: every kind of NumPy index, its transpose, and functional updates."""

import numpy as np
import pytest

import riesz
from riesz.operators.index import Key

KEYS = {
    "number": 1, "negative": -1, "NumPy number": np.int64(1), "slice": slice(1, -1),
    "step": slice(None, None, 2), "reversed": slice(None, None, -1), "backwards": slice(3, 0, -2),
    "ellipsis": Ellipsis, "newaxis": None, "all": (), "numbers": (1, 2, 3),
    "slices": (0, slice(1, 2)), "ellipsis number": (Ellipsis, 1), "newaxes": (slice(None), None, 1),
    "array": np.array([0, 1, 1, 0]), "list": [1, 0, 1], "negative array": np.array([-1, 0, -1]),
    "matrix": np.array([[0, 1], [1, 1]]), "tuple": ((0, 1), (1, 1)), "no number": [],
    "mixture": (slice(None), np.array([0, 2, 2]), slice(1, 3)),
    "separated": (np.array([0, 1]), slice(None), np.array([0, 0])), "grid": ([[0], [1]], [0, 2]),
    "no axes": (np.array(1),), "mask of rows": np.array([True, False]), "list mask": [True, False],
    "mask inside": (slice(None), np.array([True, False, True])), "True": True, "False": False,
    "mask without axes": np.array(True), "NumPy bool": np.bool_(False),
}  # fmt: skip


@pytest.fixture
def x(rng):
    return rng.standard_normal((2, 3, 4))


@pytest.mark.parametrize("name", KEYS)
def test_key(agrees, x, name):
    agrees(lambda x: (x * x)[KEYS[name]], x)
    agrees(lambda z: z[KEYS[name]], x + 1j * x[::-1])


def test_mask_of_all_axes(agrees, x):
    mask = x > 0
    agrees(lambda x: (x * x)[mask], x)
    agrees(lambda x: (x * x)[x > 0], x)


def test_no_axes(agrees):
    agrees(lambda s: s[()] * s[...] * s[None], 2.0)


def test_iteration_and_slices_that_overlap(agrees, rng):
    v = rng.standard_normal(6)
    agrees(lambda v: sum(a * b for a, b in zip(v[1:], v, strict=False)), v)
    agrees(lambda v: (v[2:] - 2 * v[1:-1] + v[:-2]) * v[::2].sum(), v)


def test_equal_indices_add_up():
    g = riesz.grad(lambda x: np.sum(x[[0, 0, 2, 0]] * np.array([1.0, 2.0, 3.0, 4.0])))(np.ones(3))
    np.testing.assert_array_equal(g, [7, 0, 3])


@pytest.mark.parametrize("z", [np.zeros((30, 40)), np.zeros((40, 30), np.float32).T])
def test_many_equal_indices_add_up_in_their_order(rng, z):
    i, j = rng.integers(-30, 30, (60, 20)), rng.integers(0, 40, 20)
    for key in ((i, j), i, (slice(2, None, 3), j), (i[:, :1], slice(1, 7))):
        v = rng.standard_normal(z[key].shape).astype(z.dtype)
        expected = z.copy()
        np.add.at(expected, key, v)
        np.testing.assert_array_equal(riesz.at(z)[key].add(v), expected)
        g = riesz.grad(lambda x, key=key, v=v: np.sum(x[key] * v))(z)
        np.testing.assert_array_equal(g, expected)
    with pytest.raises(IndexError):
        riesz.at(z)[i, j + 40].add(np.ones(i.shape, z.dtype))


def test_covectors_of_slices_do_not_touch_what_they_are_added_to():
    a = np.ones(3)
    pullback = riesz.vjp(lambda x: x + 0 * x[::-1] + np.concatenate((x[:1], x[1:])), a)[1]
    np.testing.assert_array_equal(pullback(a), [2, 2, 2])
    np.testing.assert_array_equal(pullback(a), [2, 2, 2])
    np.testing.assert_array_equal(a, 1)


def test_precision_is_kept():
    x = np.ones(4, np.float32)
    assert riesz.grad(lambda x: np.sum(x[1:] * x[[0, 0, 1]]))(x).dtype == np.float32


def test_errors_are_numpys():
    for key, error in ((5, IndexError), ((0, 0), IndexError), ([7], IndexError)):
        with pytest.raises(error):
            riesz.vjp(lambda x, key=key: x[key], np.ones(3))
    with pytest.raises(IndexError):
        riesz.vjp(lambda x: x[np.array([0.5])], np.ones(3))


def test_a_traced_float_is_no_index():
    with pytest.raises(riesz.InvalidType, match="index"):
        riesz.grad(lambda x: np.arange(3.0)[0] * x[x])(np.ones(3))


def test_keys_are_hashable_and_equal_by_form():
    assert Key(slice(1, None)) == Key((slice(1, None),))
    assert hash(Key(slice(1, None))) == hash(Key((slice(1, None),)))
    assert Key(True) != Key(1)


def test_shape_is_inferred_without_running(x):
    from riesz.operators.index import getitem_, split

    for name, key in KEYS.items():
        arrays, rest = split(key)
        if not any(i.dtype.kind == "b" for i in arrays):
            X = riesz.Space(x.shape)
            indices = [riesz.Space.of(i) for i in arrays]
            assert getitem_.metric(X, *indices, key=rest).shape == x[key].shape, name
    with pytest.raises(riesz.InvalidType, match="values of the mask"):
        getitem_.metric(X, riesz.Space.of(x > 0), key=split(x > 0)[1])


# taking


TAKING = {
    "take": lambda x: np.take(x, [0, 5, 5]),
    "take along an axis": lambda x: np.take(x, [[0, 1], [1, 3]], axis=1),
    "take one": lambda x: np.take(x, 2, axis=-1),
    "take around": lambda x: np.take(x, [7, -9], axis=0, mode="wrap"),
    "take within": lambda x: np.take(x, [7, -9], axis=0, mode="clip"),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([[0, 0], [1, 2], [3, 3]]), axis=1),
    "take_along_axis, flat": lambda x: np.take_along_axis(x, np.array([0, 0]), axis=None),
    "take_along_axis, broadcast": lambda x: np.take_along_axis(x, np.array([[1, 2, 0, 0]]), 0),
    "compress": lambda x: np.compress([True, False, True], x, axis=0),
    "compress, flat": lambda x: np.compress([True, False, True], x),
    "extract": lambda x: np.extract(x > 0, x),
    "unique": np.unique,
}


@pytest.mark.parametrize("name", TAKING)
def test_taking(agrees, rng, name):
    agrees(TAKING[name], rng.standard_normal((3, 4)))


# functional updates

AT = {
    "number": 1, "slice": slice(0, 2), "repeated": np.array([0, 2, 0]), "list": [2, 1],
    "mask": np.arange(12).reshape(3, 4) % 5 < 2, "all": Ellipsis,
    "columns": (slice(None), [1, 1, 3]),
}  # fmt: skip
BY_HAND = {
    "set": lambda y, v: v, "multiply": np.multiply, "divide": np.divide, "power": np.power,
    "min": np.minimum, "max": np.maximum,
}  # fmt: skip


def updated(x, key, how, v):
    y = x.copy()
    if how in ("add", "subtract"):
        getattr(np, how).at(y, key, v)
    else:
        y[key] = BY_HAND[how](y[key], v)
    return y


@pytest.mark.parametrize("key", AT)
@pytest.mark.parametrize("how", ["add", "subtract", *BY_HAND])
def test_update(rng, how, key):
    x = rng.random((3, 4)) + 0.5

    def f(x, v):
        return getattr(riesz.at(x)[AT[key]], how)(v)

    for v in (np.array(1.17), rng.random(x[AT[key]].shape) + 0.5):
        np.testing.assert_allclose(riesz.vjp(f, x, v)[0], updated(x, AT[key], how, v), rtol=1e-14)
        riesz.check_grads(f, x, v)


def test_update_leaves_its_argument_alone():
    x = np.zeros(3)
    riesz.grad(lambda s: np.sum(riesz.at(x)[1].set(s)))(2.0)
    np.testing.assert_array_equal(x, 0)


def test_where_an_entry_is_set_twice_the_last_value_counts():
    g = riesz.grad(lambda v: np.sum(riesz.at(np.zeros(3))[[1, 1]].set(v)))(np.ones(2))
    np.testing.assert_array_equal(g, [0, 1])


def test_update_casts_as_assignment_does():
    y = riesz.vjp(lambda v: riesz.at(np.zeros(3, np.float32))[0].set(v), 2.0)[0]
    assert y.dtype == np.float32
    for x, v in ((np.zeros(3, int), 1.5), (np.zeros(3), 1j)):
        with pytest.raises(riesz.InvalidType, match="does not hold"):
            riesz.vjp(lambda v, x=x: riesz.at(x)[0].set(v), v)
    assert riesz.at([1.0, 2.0])[0].get() == 1.0
