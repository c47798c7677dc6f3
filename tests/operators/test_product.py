"""Products as NumPy spells them: every keyword, every pair of dimensions."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue

DIMENSIONS = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("X", "Y"), DIMENSIONS)
@pytest.mark.parametrize("f", [np.matmul, np.dot, np.linalg.matmul, lambda x, y: x @ y])
def test_matrix_products(f, X, Y, draw, differentiates):
    if f is np.linalg.matmul and 1 in (len(X), len(Y)):
        pytest.skip("matrices only")
    differentiates(f, draw(*X), draw(*Y))


def test_a_product_with_a_constant_on_either_side(draw, differentiates):
    A, B = draw(3, 3), draw(3, 2)
    differentiates(lambda x: A @ x, B)
    differentiates(lambda x: x @ B, A)
    differentiates(lambda x: np.dot([[1.0, 2.0, 3.0]], x), B)
    differentiates(lambda x: [1.0, 2.0, 3.0] @ x, B)


def test_real_times_complex():
    A, z = np.ones((2, 2)), np.array([1 + 2j, 3j])
    g = riesz.grad(lambda A: np.sum(np.abs(A @ z) ** 2))(A)
    assert g.dtype == np.float64
    riesz.check_grads(lambda A, z: A @ z, A, z)


@pytest.mark.parametrize("axes", [0, 1, 2, (1, 0), ((0, 1), (1, 0)), ((-1,), (0,))])
def test_tensordot(axes, draw, differentiates):
    shapes = {0: ((2, 3), (4,)), 1: ((2, 3), (3, 4)), 2: ((4, 2, 3), (2, 3))}
    X, Y = shapes.get(axes, ((2, 3), (3, 2)))
    differentiates(lambda x, y: np.tensordot(x, y, axes), draw(*X), draw(*Y))
    differentiates(lambda x, y: np.linalg.tensordot(x, y, axes=axes), draw(*X), draw(*Y))


@pytest.mark.parametrize(
    ("f", "X", "Y"),
    [
        (np.vdot, (2, 3), (2, 3)),
        (np.inner, (3,), (3,)),
        (np.inner, (2, 3), (4, 5, 3)),
        (np.inner, (), (3,)),
        (np.dot, (), (3,)),
        (np.outer, (2, 3), (4,)),
        (np.linalg.outer, (2,), (4,)),
        (np.kron, (2, 3), (4, 2)),
        (np.kron, (2,), (4, 2, 3)),
        (np.cross, (4, 3), (3,)),
        (lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), (3, 4), (4, 3)),
        (lambda x, y: np.cross(x, y, axis=0), (3, 4), (3, 4)),
        (lambda x, y: np.linalg.cross(x, y, axis=0), (3, 4), (3, 4)),
        (np.vecdot, (4, 3), (3,)),
        (lambda x, y: np.vecdot(x, y, axis=0), (4, 3), (4, 3)),
        (lambda x, y: np.vecdot(x, y, keepdims=True), (4, 3), (3,)),
        (lambda x, y: np.linalg.vecdot(x, y, axis=0), (4, 3), (4, 3)),
    ],
)
def test_other_products(f, X, Y, draw, differentiates):
    differentiates(f, draw(*X), draw(*Y))


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="NumPy 2.2")
def test_stacks_of_vectors(draw, differentiates):
    differentiates(lambda x, y: np.matvec(x, y), draw(4, 3, 2), draw(2))
    differentiates(lambda x, y: np.vecmat(x, y), draw(4, 3), draw(3, 2))


def test_trace(draw, differentiates):
    x = draw(3, 4, 2)
    differentiates(np.trace, x)
    differentiates(lambda x: np.trace(x, 1, 1, 2), x)
    differentiates(lambda x: np.linalg.trace(x, offset=1), x)


@pytest.mark.parametrize("ends", [(), (0,), (0, -1)], ids=["matrices", "first", "both"])
def test_multi_dot(ends, draw, differentiates):
    x = [draw(5, 4), draw(4, 3), draw(3, 9), draw(9, 2)]
    for i in ends:
        x[i] = draw(x[i].shape[1 if i == 0 else 0])
    differentiates(lambda *x: np.linalg.multi_dot(x), *x)


def test_products_refuse_what_they_cannot_do():
    x = np.ones(3)
    with pytest.raises(InvalidType, match="out="):
        riesz.grad(lambda x: np.dot(x, x, out=np.empty(())))(x)
    with pytest.raises(InvalidValue, match="In the plane"):
        riesz.grad(lambda x: np.cross(x[:2], x[:2]))(x)
    with pytest.raises(InvalidValue, match="2 are expected"):
        riesz.grad(lambda x: np.linalg.multi_dot([x]))(x)


def test_float32_is_kept():
    x = np.ones((2, 2), np.float32)
    for f in (np.matmul, np.kron, np.tensordot, np.vdot):
        assert riesz.grad(lambda x, f=f: np.sum(f(x, x)))(x).dtype == np.float32


def test_only_the_covector_that_is_needed_is_computed(monkeypatch):
    from riesz.operators import product

    calls = []
    right = product._by_right
    monkeypatch.setattr(product, "_by_right", lambda *x: calls.append(x) or right(*x))
    A = np.ones((2, 2))
    riesz.grad(lambda x: np.sum(x @ A))(A)
    assert not calls
    riesz.grad(lambda x: np.sum(A @ x))(A)
    assert len(calls) == 1
