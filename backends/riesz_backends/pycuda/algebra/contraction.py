"""Einstein sums and convolutions, as matrix products."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from riesz_backends.pycuda.algebra.product import matmul
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.arrays.shape import concatenate, diagonal, flip, result_type, zeros
from riesz_backends.pycuda.elementwise.pointwise import convert
from riesz_backends.pycuda.reductions.statistics import sum_

Term = tuple[str, Array]  # subscripts, none twice, and the array that has them as axes


def einsum(subscripts: str, *operands: Array, **_: Any) -> Array:
    """np.einsum with the result stated and without ellipsis, two factors at a time."""
    given, result = subscripts.replace(" ", "").split("->")
    dtype = result_type(*operands)
    terms = [
        _prepared(s, x if x.dtype == dtype else convert(x, dtype))
        for s, x in zip(given.split(","), operands, strict=True)
    ]
    while len(terms) > 1:
        (first, second), terms = terms[:2], terms[2:]
        wanted = "".join(s for s, _ in terms) + result
        terms.insert(0, _contracted(first, second, wanted))
    names, x = _summed(*terms[0], result)
    return convert(x.transpose(*(names.index(s) for s in result)), dtype)


def _prepared(names: str, x: Array) -> Term:
    """Diagonals for repeated subscripts; axes of length 1, which broadcast, are left out."""
    for s in dict.fromkeys(names):
        while names.count(s) > 1:
            i = names.index(s)
            j = names.index(s, i + 1)
            x = diagonal(x, 0, i, j)
            names = names[:i] + names[i + 1 : j] + names[j + 1 :] + s
    return names, x


def _summed(names: str, x: Array, wanted: str) -> Term:
    """The sum over the subscripts that are not wanted."""
    lost = tuple(i for i, s in enumerate(names) if s not in wanted)
    return "".join(s for s in names if s in wanted), sum_(x, lost) if lost else x


def _contracted(first: Term, second: Term, wanted: str) -> Term:
    """The product of two factors, summed over what only they have and nobody wants."""
    first, second = _squeezed(first, second[0] + wanted), _squeezed(second, first[0] + wanted)
    (a, x), (b, y) = _summed(*first, second[0] + wanted), _summed(*second, first[0] + wanted)
    batch = [s for s in a if s in b and s in wanted]
    inner = [s for s in a if s in b and s not in wanted]
    left, right = [s for s in a if s not in b], [s for s in b if s not in a]
    length = dict(zip(a, x.shape, strict=True)) | dict(zip(b, y.shape, strict=True))
    shape = tuple(length[s] for s in (*batch, *left, *right))
    sizes = [math.prod(length[s] for s in group) for group in (left, inner, right)]
    x = x.transpose(*(a.index(s) for s in (*batch, *left, *inner)))
    y = y.transpose(*(b.index(s) for s in (*batch, *inner, *right)))
    lead = tuple(length[s] for s in batch)
    z = matmul(x.reshape((*lead, *sizes[:2])), y.reshape((*lead, *sizes[1:])))
    return "".join((*batch, *left, *right)), z.reshape(shape)


def _squeezed(term: Term, others: str) -> Term:
    """Without the axes of length 1 whose subscripts others have too."""
    names, x = term
    kept = [i for i, s in enumerate(names) if x.shape[i] != 1 or s not in others]
    return "".join(names[i] for i in kept), x.reshape(tuple(x.shape[i] for i in kept))


def convolve(a: Array, v: Array, mode: str = "full") -> Array:
    """np.convolve: the windows of the longer sequence times the shorter one, turned round."""
    a, v = (a, v) if a.size >= v.size else (v, a)
    n, m = a.size, v.size
    if not m:
        raise ValueError("The convolution with a sequence of no entries.")
    before = {"full": m - 1, "same": m // 2, "valid": 0}[mode]
    after = {"full": m - 1, "same": (m - 1) // 2, "valid": 0}[mode]
    dtype = result_type(a, v)
    parts = (zeros(before, dtype), a, zeros(after, dtype))
    whole = reduce(lambda x, y: concatenate((x, y)), (p for p in parts if p.size))
    whole = whole if whole.is_contiguous else convert(whole, dtype)
    windows = whole.seen((n + before + after - m + 1, m), (whole.itemsize, whole.itemsize))
    return matmul(windows, flip(v))


def correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    """np.correlate: sum_k a_(n+k) conj(v_k)."""
    turned = flip(v.namespace.conj(v))
    if mode == "same" and v.size > a.size:
        start = a.size // 2
        return convolve(a, turned, "full")[start : start + v.size]
    return convolve(a, turned, mode)


FUNCTIONS = {f.__name__: f for f in (einsum, convolve, correlate)}
