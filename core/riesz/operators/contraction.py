"""Einstein sums: one operator, whose adjoint is another Einstein sum."""

from __future__ import annotations

from collections import Counter
from math import prod
from string import ascii_letters
from typing import Any

import numpy as np

from riesz.errors import InvalidValue
from riesz.front import implements
from riesz.protocol import multilinear
from riesz.space import Space

from .arguments import arrays, refuse_out
from .hermitian import conj

WORTHWHILE = 1 << 15  # products of three factors, below which finding an order takes longer


@multilinear
class einsum_:
    """The sum `subscripts`, in full: "ij,jk->ik", without ellipsis; subscripts may repeat."""

    broadcasts = True

    def forward(xp, *x, subscripts, optimize):
        return xp.einsum(subscripts, *x, optimize=optimize)

    def adjoint(xp, a, *x, subscripts, optimize):
        terms, result = _split(subscripts)
        return tuple(
            lambda i=i: _einsum_adjoint(xp, a, x, i, terms, result, optimize) for i in range(len(x))
        )

    def metric(*X, subscripts, optimize):
        terms, result = _split(subscripts)
        size = _sizes(terms, [X_.shape for X_ in X])
        return Space.bare(tuple(size[s] for s in result), np.result_type(*(X_.dtype for X_ in X)))


def _split(subscripts: str) -> tuple[list[str], str]:
    terms, result = subscripts.split("->")
    return terms.split(","), result


def _sizes(terms: list[str], shapes: list[tuple[int, ...]]) -> dict[str, int]:
    """The length of each subscript; a length 1 gives way to another, as broadcasting does."""
    size: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for s, n in zip(term, shape, strict=True):
            size[s] = n if size.get(s, 1) == 1 else size[s]
    return size


def _einsum_adjoint(
    xp: Any, a: Any, x: Any, i: int, terms: list[str], result: str, optimize: Any
) -> Any:
    """The sum of a and the conjugates of the other factors, with the subscripts of factor i.

    A subscript repeated in factor i becomes two, joined by an identity matrix; one that no other
    factor has is restored by a vector of ones.
    """
    factors = [(result, a)]
    factors += [(terms[j], conj(xj)) for j, xj in enumerate(x) if j != i]
    used = {*result}.union(*terms)
    names = [s for s in ascii_letters if s not in used]
    own: list[str] = []
    for s, n in zip(terms[i], x[i].shape, strict=True):
        own.append(names.pop() if s in own else s)
        if own[-1] != s:
            factors.append((s + own[-1], xp.eye(n, dtype=a.dtype)))
    size = _sizes([t for t, _ in factors], [f.shape for _, f in factors])
    for s, n in zip(own, x[i].shape, strict=True):
        if size.get(s, 1) != n:
            factors.append((s, xp.ones(n, dtype=a.dtype)))
    subscripts = f"{','.join(t for t, _ in factors)}->{''.join(own)}"
    best = optimize or (len(factors) > 2 and prod(size.values()) > WORTHWHILE)
    return einsum_(*(f for _, f in factors), subscripts=subscripts, optimize=best)


@implements(np.einsum)
def _einsum(
    *operands: Any, out: Any = None, dtype: Any = None, order: Any = "K", casting: Any = "safe",
    optimize: Any = False,
) -> Any:  # fmt: skip
    refuse_out(out, "einsum")
    subscripts, x = _operands(operands)
    x = list(arrays(*x))
    x = x if dtype is None else [xi.astype(dtype) for xi in x]
    subscripts = _explicit(subscripts, [xi.ndim for xi in x])
    optimize = optimize if isinstance(optimize, bool | str) else tuple(optimize)
    return einsum_(*x, subscripts=subscripts, optimize=optimize)


def _operands(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The subscripts and the arrays, also of the form einsum(x, [0, 1], y, [1], [0])."""
    if isinstance(operands[0], str):
        return operands[0].replace(" ", ""), list(operands[1:])
    pairs = len(operands) // 2
    terms = [_letters(sublist) for sublist in operands[1 : 2 * pairs : 2]]
    result = "" if len(operands) % 2 == 0 else f"->{_letters(operands[-1])}"
    return ",".join(terms) + result, list(operands[0 : 2 * pairs : 2])


def _letters(sublist: Any) -> str:
    # Capitals first, so that the alphabetical order of an implicit result is that of the numbers.
    return "".join("..." if i is Ellipsis else sorted(ascii_letters)[i] for i in sublist)


def _explicit(subscripts: str, ndims: list[int]) -> str:
    """The subscripts with letters for every ellipsis, and with the result stated."""
    inputs, arrow, result = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        raise InvalidValue(
            f"np.einsum was given {len(ndims)} array(s) for the {len(terms)} term(s) of "
            f"{subscripts!r}."
        )
    if not arrow:
        once = Counter(inputs)
        result = "..." * ("..." in inputs)
        result += "".join(sorted(s for s in once if s.isalpha() and once[s] == 1))
    unused = [s for s in ascii_letters if s not in subscripts]
    hidden = [n - len(t) + 3 if "..." in t else 0 for t, n in zip(terms, ndims, strict=True)]
    names = unused[: max(hidden)]
    own = ["".join(names[len(names) - h :]) for h in hidden]
    filled = [t.replace("...", letters) for t, letters in zip(terms, own, strict=True)]
    return f"{','.join(filled)}->{result.replace('...', ''.join(names))}"
