"""Functions that are locally constant: values only."""

import numpy as np
from algebra import along
from declare import Numbers, whole
from mpmath import mp

x = Numbers("constant").distinct(3, 4)


def declare(function, rule, x, names=("a",), static=()):
    whole("locally_constant", lambda *x, function, names, static: rule(*x), *x,
          constant=True, function=function, names=names, static=static)  # fmt: skip


declare("round", np.frompyfunc(mp.nint, 1, 1), (x,), static=(("decimals", 0),))
declare("any", lambda x: np.array(any(v != 0 for v in x.ravel())), (0 * x,))
declare(
    "argmax", lambda x: along(lambda r: r.index(max(r)), x, (1,), False).astype(int), (x,),
    static=(("axis", 1),),
)  # fmt: skip
declare(
    "searchsorted", lambda a, v: np.array([sum(u < w for u in a) for w in v]),
    (np.sort(x.ravel()), x[0] + 0.125), names=("a", "v"),
)  # fmt: skip
