"""np.einsum: repeated subscripts, ellipsis, implicit results, the interleaved form, optimize."""

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue
from riesz.operators import contraction

SUMS = {
    "ij,jk->ik": ((2, 3), (3, 4)),
    "ij,jk": ((2, 3), (3, 4)),
    "ba": ((2, 3),),
    "ii": ((3, 3),),
    "ii->i": ((3, 3),),
    "iij->j": ((3, 3, 2),),
    "iii->i": ((3, 3, 3),),
    "ii,jj->ij": ((2, 2), (3, 3)),
    "ij->": ((2, 3),),
    "...ij,...jk->...ik": ((5, 2, 3), (3, 4)),
    "...ij->...": ((5, 2, 3),),
    "i...->...": ((3, 4),),
    "...,...": ((2, 3), (3,)),
    "i...,i...->i...": ((2, 3, 4), (2, 1, 4)),
    "b i , b i -> b": ((2, 3), (2, 3)),
    "i,j,k->kij": ((2,), (3,), (4,)),
    "ij,kj,kl,lm->im": ((2, 3), (4, 3), (4, 5), (5, 2)),
    "i,i->": ((1,), (3,)),
    "ij,ij->ij": ((1, 3), (2, 3)),
    "ij,j->i": ((2, 3), (1,)),
    ",i->i": ((), (3,)),
    "iI,Ij": ((2, 3), (3, 2)),
}


@pytest.mark.parametrize("worthwhile", [0, contraction.WORTHWHILE])
@pytest.mark.parametrize("subscripts", SUMS)
def test_subscripts(subscripts, worthwhile, draw, differentiates, monkeypatch):
    monkeypatch.setattr(contraction, "WORTHWHILE", worthwhile)
    x = [draw(*X) for X in SUMS[subscripts]]
    differentiates(lambda *x: np.einsum(subscripts, *x), *x)


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal", ["einsum_path", (0, 1), (0, 1)]])
def test_optimize(optimize, draw, differentiates):
    x = draw(2, 3), draw(3, 4), draw(4, 2)
    differentiates(lambda *x: np.einsum("ij,jk,kl", *x, optimize=optimize), *x)


def test_operands_interleaved_with_their_subscripts(draw, differentiates):
    x, y, z = draw(2, 3), draw(3, 4), draw(5, 2, 3)
    differentiates(lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), x, y)
    differentiates(lambda x, y: np.einsum(x, [27, 1], y, [1, 2]), x, y)
    differentiates(lambda z, x: np.einsum(z, [..., 0], x, [1, 0], [..., 1]), z, x)


def test_refusals():
    x = np.ones(3)
    with pytest.raises(InvalidType, match="out="):
        riesz.grad(lambda x: np.einsum("i->", x, out=np.empty(())))(x)
    with pytest.raises(InvalidValue, match="1 array"):
        riesz.grad(lambda x: np.einsum("i,i->", x))(x)
