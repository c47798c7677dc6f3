"""Singular values and eigenvalues, by mpmath's, with 30 digits to spare.

They are seen by what does not depend on signs, phases and order: values, the matrices u_k v_k^H,
projectors onto complements, and, of general matrices, sums over all eigenvalues.
"""

import numpy as np
from algebra import H, array, eye, matrix, objects, stacked
from declare import Numbers, whole
from mpmath import mp

draw = Numbers("spectrum")
LOOSE = {"ulps": (64, 256), "reason": "rounding of an iteration, magnified by small gaps"}


def with_digits(f):
    def rule(*x):
        with mp.extradps(30):
            return f(*x)

    return rule


@with_digits
def svd(x):
    """From the eigenvectors of X^H X, or of X X^H."""
    if x.shape[0] < x.shape[1]:
        s, products, left, right = svd(H(x))
        return s, np.conj(np.moveaxis(products, (0, 1, 2), (2, 1, 0))), right, left
    w, V = eigensystem(np.dot(H(x), x))
    w, V = w[::-1], V[:, ::-1]
    s = objects([mp.sqrt(v) for v in w])
    U = np.dot(x, V) / s
    left, right = (eye(len(Q)) - np.dot(Q, H(Q)) for Q in (U, V))
    return s, U[:, :, None] * H(V)[None], left, right


def eigensystem(x):
    """Eigenvalues, ascending, and eigenvectors of a Hermitian matrix."""
    w, V = mp.eigh(matrix(x))
    return objects(list(w)), array(V)


@with_digits
def eigh(x):
    w, V = eigensystem((x + H(x)) / 2)
    return w, V[:, :, None] * H(V)[None]


@with_digits
def eig(x):
    n = len(x)
    w, V = mp.eig(matrix(x))
    w, V = objects(list(w)), array(V)
    V = V / objects([mp.sqrt(sum(abs(v) ** 2 for v in V[:, k])) for k in range(n)])
    values = (np.sum(w ** (p + 1)) for p in range(n))
    return (*values, *(np.dot(V * w**p, H(V)) for p in range(n)))


def complements_if(full):
    def rule(x):
        s, products, left, right = svd(x)
        return s, products, left if full else 0 * left, right if full else 0 * right

    return rule


TURN = np.array([[1.0, 2.0, 0.0], [-2.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
for k in (0, 1):
    for batch, m, n in (((), 3, 3), ((), 4, 2), ((2,), 2, 3)):
        x = draw.both(*batch, m, n)[k] / 8 + np.eye(m, n) * np.arange(1, n + 1)
        for full in {False, m != n}:
            rule = lambda x, full: stacked(complements_if(full), x)  # noqa: E731
            whole("svd", rule, x, full=full, seen="svd", **LOOSE)
    for batch, lower in (((), True), ((2,), False)):
        x = draw.both(*batch, 3, 3)[k] / 8
        x = x + np.conj(np.swapaxes(x, -1, -2)) + np.diag(np.arange(3.0))
        whole("eigh", lambda x, lower: stacked(eigh, x), x, lower=lower, seen="eigh", **LOOSE)
        x = draw.both(*batch, 3, 3)[k] / 8 + TURN
        whole("eig", lambda x: stacked(eig, x), x, seen="eig", **LOOSE)
