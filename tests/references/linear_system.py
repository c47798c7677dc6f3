"""Linear systems, by mpmath's elimination."""

import numpy as np
from algebra import H, eye, inverse, stacked
from declare import Numbers, whole

draw = Numbers("linear_system")


def regular(n, *batch, k=0):
    return draw.both(*batch, n, n)[k] / 4 + 2 * np.eye(n)


def solve(A, b):
    b = b[..., None] if (vector := b.ndim == 1) else b
    batch = np.broadcast_shapes(A.shape[:-2], b.shape[:-2])
    A, b = (np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (A, b))
    y = stacked(lambda A, b: np.dot(inverse(A), b), A, b)
    return y[..., 0] if vector else y


def pinv(x):
    m, n = x.shape
    if m >= n:
        return np.dot(inverse(np.dot(H(x), x)), H(x))
    return np.dot(H(x), inverse(np.dot(x, H(x))))


def triangle(x, lower, unit_diagonal):
    n = len(x)
    keep = np.tri(n, n, -1 if unit_diagonal else 0, dtype=bool)
    T = np.where(keep if lower else keep.T, x, 0 * x)
    return T + eye(n) if unit_diagonal else T


def sylvester(A, B, Q):
    """A X + X B = Q as a system for the entries of X in C order."""
    M = np.kron(A, eye(len(B))) + np.kron(eye(len(A)), B.T)
    return np.dot(inverse(M), Q.ravel()).reshape(Q.shape)


for k in (0, 1):
    for n, batch, B in ((3, (), (3,)), (3, (), (3, 2)), (2, (2,), (2, 1)), (2, (2, 1), (2, 2, 1))):
        whole("solve", solve, regular(n, *batch, k=k), draw.both(*B)[k])
    for batch in ((), (2,)):
        whole("inv", lambda x: stacked(inverse, x), regular(3, *batch, k=k))
    for m, n in ((3, 2), (2, 3), (2, 2)):
        x = draw.both(m, n)[k] / 4 + 2 * np.eye(m, n)
        whole("pinv", lambda x, rtol, hermitian: pinv(x), x, rtol=1e-5, hermitian=False)
    for lower in (False, True):
        for unit_diagonal in (False, True):
            for B in ((3,), (3, 2)):
                whole(
                    "solve_triangular",
                    lambda A, b, lower, unit_diagonal: solve(triangle(A, lower, unit_diagonal), b),
                    regular(3, k=k), draw.both(*B)[k], lower=lower, unit_diagonal=unit_diagonal,
                )  # fmt: skip
    whole("solve_sylvester", sylvester, regular(3, k=k), regular(2, k=k), draw.both(3, 2)[k])
whole("solve", solve, regular(3), draw.complex(3))
