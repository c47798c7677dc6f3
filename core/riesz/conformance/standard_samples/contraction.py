"""Samples of Einstein sums: repeated, summed, broadcast and kept subscripts."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance.sample import Draw, Sample, sample, samples

SUMS = {
    "ij,jk->ik": ((2, 3), (3, 4)),
    "ij->": ((2, 3),),
    "ij->ji": ((2, 3),),
    "ii->i": ((3, 3),),
    "iij->j": ((3, 3, 2),),
    "iii->": ((2, 2, 2),),
    "i,j,k->kij": ((2,), (3,), (4,)),
    "i,i->": ((1,), (3,)),
    "ij,j->i": ((2, 3), (1,)),
    "ij,ij->ij": ((1, 3), (2, 3)),
    "ij,kj,kl->il": ((2, 3), (4, 3), (4, 5)),
    ",i->i": ((), (3,)),
}


@samples("einsum")
def sums(draw: Draw) -> Iterator[Sample]:
    """As given, and in the best order."""
    for subscripts, shapes in SUMS.items():
        for optimize in {False, len(shapes) > 1}:
            x = (draw(*X) for X in shapes)
            yield sample(*x, subscripts=subscripts, optimize=optimize)
