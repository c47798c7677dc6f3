"""Reshaping, permuting, broadcasting, flipping and rolling; diagonals; repetition."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import riesz

MATRIX = {
    "reshape": lambda x: np.reshape(x, (4, -1)),
    "reshape to one axis": lambda x: np.reshape(x, -1),
    "reshape in F order": lambda x: np.reshape(x, (2, 6), order="F"),
    "method reshape": lambda x: x.reshape(2, 6),
    "ravel": np.ravel,
    "ravel in F order": lambda x: np.ravel(x, order="F"),
    "flatten": lambda x: x.flatten(),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "transpose": lambda x: np.transpose(x, (1, -2)),
    "matrix_transpose": np.matrix_transpose,
    "swapaxes": lambda x: np.swapaxes(x, 0, -1),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "rollaxis": lambda x: np.rollaxis(x, 1),
    "expand_dims": lambda x: np.expand_dims(x, (0, -1)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "flip": np.flip,
    "flip one axis": lambda x: np.flip(x, -1),
    "flipud": np.flipud,
    "fliplr": np.fliplr,
    "roll": lambda x: np.roll(x, 3),
    "roll back": lambda x: np.roll(x, -5, axis=1),
    "roll two axes": lambda x: np.roll(x, (1, 2), axis=(0, 1)),
    "roll one axis twice": lambda x: np.roll(x, (1, 2), axis=(0, 0)),
    "roll two axes alike": lambda x: np.roll(x, 2, axis=(0, 1)),
    "copy": np.copy,
    "atleast_3d": np.atleast_3d,
    "astype": lambda x: np.astype(x, x.dtype),
    **{f"rot90 {k}": lambda x, k=k: np.rot90(x, k) for k in range(-1, 5)},
    "rot90 the other way": lambda x: np.rot90(x, axes=(1, 0)),
    "tile": lambda x: np.tile(x, 2),
    "tile rows": lambda x: np.tile(x, (2, 1)),
    "tile to more axes": lambda x: np.tile(x, (2, 1, 3)),
    "windows": lambda x: sliding_window_view(x, 2, axis=0),
    "windows of two axes": lambda x: sliding_window_view(x, (2, 1), axis=(-1, 0))[::2],
    "windows in windows": lambda x: sliding_window_view(x, (2, 2), axis=(1, 1)),
    "tile none": lambda x: np.tile(x, 0),
    "tile once": lambda x: np.tile(x, ()),
    "repeat": lambda x: np.repeat(x, 2),
    "repeat rows": lambda x: np.repeat(x, 3, axis=0),
    "repeat unequally": lambda x: np.repeat(x, [1, 0, 2], axis=0),
    "method repeat": lambda x: x.repeat(2, axis=-1),
    "resize": lambda x: np.resize(x, (2, 7)),
    "resize to less": lambda x: np.resize(x, 3),
    "diag": lambda x: np.diag(x),
    "diag above": lambda x: np.diag(x, 2),
    "diag outside": lambda x: np.diag(x, -5),
    "diagonal": lambda x: x.diagonal(-1),
    "diagflat": lambda x: np.diagflat(x, 1),
    "tril": lambda x: np.tril(x, 1),
    "triu": lambda x: np.triu(x, -1),
    "trace": lambda x: np.trace(x, 1),
}


@pytest.mark.parametrize("name", MATRIX)
def test_of_a_matrix(agrees, rng, name):
    x = rng.standard_normal((3, 4))
    agrees(lambda x: MATRIX[name](x * x), x)
    agrees(MATRIX[name], x + 1j * x[::-1])


def test_of_more_axes(agrees, rng):
    x = rng.standard_normal((2, 3, 4))
    for f in (
        lambda x: np.rollaxis(x, 2, 1), lambda x: np.rollaxis(x, 0, 3), lambda x: np.tril(x),
        lambda x: np.moveaxis(x, [0, 1], [-1, 0]), lambda x: np.diagonal(x, 1, 1, -1),
        lambda x: np.linalg.diagonal(x, offset=-1), lambda x: np.triu(x, 2),
        lambda x: np.diagonal(x, -1, 2, 0),
    ):  # fmt: skip
        agrees(f, x)


def test_axes_of_length_one(agrees, rng):
    x = rng.standard_normal((1, 3, 1))
    agrees(np.squeeze, x)
    agrees(lambda x: np.squeeze(x, axis=-1), x)
    with pytest.raises(ValueError, match="length 1"):
        riesz.vjp(lambda x: np.squeeze(x, axis=1), x)


def test_vectors_and_scalars(agrees, rng):
    v = rng.standard_normal(3)
    agrees(lambda s, v: np.atleast_1d(s, v), 2.0, v)
    agrees(lambda s, v: np.atleast_2d(s, v), 2.0, v)
    agrees(np.atleast_3d, v)
    agrees(lambda v: np.diag(v, -2), v)
    agrees(np.tril, v)
    agrees(lambda s: np.roll(s, 1), 2.0)
    agrees(lambda s: np.tile(s, (2, 3)), 2.0)


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3)])
def test_empty(agrees, shape):
    for f in (np.ravel, np.transpose, np.flip, lambda x: np.roll(x, 2), lambda x: np.tile(x, 2),
              lambda x: np.repeat(x, 2, axis=0), lambda x: np.reshape(x, (0, 5))):  # fmt: skip
        agrees(f, np.zeros(shape))


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sparse", [True, False])
def test_meshgrid(agrees, rng, indexing, sparse):
    x, y, z = rng.standard_normal(2), rng.standard_normal(3), rng.standard_normal(4)
    agrees(lambda *x: np.meshgrid(*x, indexing=indexing, sparse=sparse), x, y, z)
    agrees(lambda x: np.meshgrid(x, indexing=indexing), x)


def test_broadcast_arrays(agrees, rng):
    agrees(np.broadcast_arrays, rng.standard_normal((3, 1)), rng.standard_normal(4))


def test_an_impossible_shape_is_numpys_error():
    with pytest.raises(ValueError, match="reshape"):
        riesz.vjp(lambda x: np.reshape(x, (5, -1)), np.ones(6))
    with pytest.raises(ValueError, match="axes"):
        riesz.vjp(lambda x: np.transpose(x, (0,)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="repeated axis"):
        riesz.vjp(lambda x: np.transpose(x, (0, 0)), np.ones((2, 2)))
