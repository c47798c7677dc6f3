"""Einstein sums: the sum over all values of all subscripts."""

from itertools import product
from math import prod

from declare import Numbers, filled, whole

draw = Numbers("contraction")
SUMS = {
    "ij,jk->ik": ((2, 3), (3, 2)), "ij->": ((2, 3),), "ij->ji": ((2, 3),), "ii->i": ((3, 3),),
    "iij->j": ((2, 2, 3),), "iii->": ((2, 2, 2),), "i,j,k->kij": ((2,), (3,), (2,)),
    "i,i->": ((3,), (3,)), "ij,j->i": ((2, 3), (1,)), "ij,ij->ij": ((1, 3), (2, 3)),
    "ij,kj,kl->il": ((2, 3), (2, 3), (2, 2)), ",i->i": ((), (3,)),
}  # fmt: skip


def einsum(*x, subscripts, optimize):
    terms, result = subscripts.split("->")
    terms = terms.split(",")
    sizes = {}
    for term, xi in zip(terms, x, strict=True):
        for s, n in zip(term, xi.shape, strict=True):
            sizes[s] = max(n, sizes.get(s, 1))
    y = filled([sizes[s] for s in result])
    for values in product(*map(range, sizes.values())):
        at = dict(zip(sizes, values, strict=True))
        factors = (
            xi[tuple(at[s] if n > 1 else 0 for s, n in zip(term, xi.shape, strict=True))]
            for term, xi in zip(terms, x, strict=True)
        )
        y[tuple(at[s] for s in result)] += prod(factors)
    return y


for subscripts, shapes in SUMS.items():
    for k in (0, 1):
        x = [draw.both(*X)[k] for X in shapes]
        whole("einsum", einsum, *x, subscripts=subscripts, optimize=len(shapes) > 2)
