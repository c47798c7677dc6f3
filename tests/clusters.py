"""Clusters made from a formula and arrays, with NumPy's own results to compare with."""

import operator
import warnings
from functools import partial

import numpy as np

from riesz.formula.expression import Expression, Symbols, topological
from riesz.formula.vocabulary import INFIX, SPECIAL
from riesz.plan.cluster import Cluster, Load, Result

INFIX_FUNCTIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
REDUCE = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def function(name):
    """What NumPy or SciPy computes under a name of the vocabulary."""
    if name in INFIX:
        return INFIX_FUNCTIONS[INFIX[name]]
    if name == "negative":
        return operator.neg
    if name in SPECIAL:
        import scipy.special

        return getattr(scipy.special, name)
    return getattr(np, name)


def rolled(x, shifts):
    """np.roll along every axis."""
    return np.roll(x, shifts, tuple(range(x.ndim)))


def placed(x, shifts, domain):
    """x in an array of zeros, from the entry `shifts` on."""
    y = np.zeros(domain, x.dtype)
    y[tuple(slice(s, s + n) for s, n in zip(shifts, x.shape, strict=True))] = x
    return y


def evaluate(roots, arrays):
    """The value of every expression below `roots`, step by step."""
    value = {}
    for node in topological(roots):
        args = [value[x] if isinstance(x, Expression) else x for x in node.args]
        if node.name == "arg":
            value[node] = arrays[node.args[0]]
        elif node.name == "astype":
            value[node] = args[0].astype(args[1])
        else:
            value[node] = np.asarray(function(node.name)(*args))
    return value


class Case:
    """A cluster, the arrays it is given, and what NumPy makes of them."""

    def __init__(self, formula, arrays, reduce=(), shifts=(), domain=None, padded=False):
        """`reduce` and `shifts`: one for each result and operand, None for none.

        `padded`: where there are shifts, the array is put there between zeros, not rolled.
        """
        m = Symbols()
        roots = formula(m, *(m.argument(i) for i in range(len(arrays))))
        roots = roots if isinstance(roots, tuple) else (roots,)
        shifts = (*shifts, *[None] * (len(arrays) - len(shifts)))
        reduce = (*reduce, *[None] * (len(roots) - len(reduce)))
        move = partial(placed, domain=domain) if padded else rolled
        moved = [x if s is None else move(x, s) for x, s in zip(arrays, shifts, strict=True)]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = evaluate(roots, moved)
            domain = domain or np.broadcast_shapes(*(x.shape for x in arrays))
            self.expected = [self._reduce(value.get(r, r), q, domain)
                             for r, q in zip(roots, reduce, strict=True)]  # fmt: skip
        self.arrays = tuple(arrays)
        self.cluster = Cluster(
            domain,
            m,
            tuple(
                Load(x.dtype, x.shape, s, s is None or not padded)
                for x, s in zip(arrays, shifts, strict=True)
            ),
            tuple(
                Result(r, y.dtype, q) for r, y, q in zip(roots, self.expected, reduce, strict=True)
            ),
            {node: y.dtype for node, y in value.items()},
        )

    def _reduce(self, value, reduce, domain):
        value = np.broadcast_to(value, domain)
        if reduce is None:
            return value
        name, axes, keepdims = reduce
        return np.asarray(REDUCE[name](value, axis=axes, keepdims=keepdims))

    def outputs(self):
        """Arrays for the results, filled with what must not be left."""
        return tuple(np.full(y.shape, 77, y.dtype) for y in self.expected)

    def run(self, backend, arrays=None):
        """What the kernel computes."""
        kernel = backend.compile(self.cluster)
        assert kernel is not None, backend.refusal(self.cluster)
        out = self.outputs()
        kernel(out, self.arrays if arrays is None else arrays)
        return out
