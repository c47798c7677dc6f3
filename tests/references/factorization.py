"""Cholesky's factors of the Hermitian part, and QR by Gram and Schmidt.

QR is seen by what does not depend on the phases: the matrices q_k r_k of one column and one row,
and the projector onto the complement of the range.
"""

import numpy as np
from algebra import H, eye, stacked
from declare import Numbers, filled, whole
from mpmath import mp

draw = Numbers("factorization")


def cholesky(x):
    A, n = (x + H(x)) / 2, len(x)
    L = filled((n, n))
    for j in range(n):
        L[j, j] = mp.sqrt(mp.re(A[j, j] - sum(abs(L[j, k]) ** 2 for k in range(j))))
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - sum(L[i, k] * mp.conj(L[j, k]) for k in range(j))) / L[j, j]
    return L


def qr(x):
    n = x.shape[1]
    Q, R = x.copy(), filled((n, n))
    for j in range(n):
        for k in range(j):
            R[k, j] = np.dot(np.conj(Q[:, k]), Q[:, j])
            Q[:, j] = Q[:, j] - R[k, j] * Q[:, k]
        R[j, j] = mp.sqrt(sum(abs(v) ** 2 for v in Q[:, j]))
        Q[:, j] = Q[:, j] / R[j, j]
    return Q, R


def qr_seen(complete):
    def rule(x):
        Q, R = qr(x)
        rest = eye(len(x)) - np.dot(Q, H(Q))
        return Q[:, :, None] * R[None], rest if complete else 0 * rest

    return rule


for k in (0, 1):
    for batch in ((), (2,)):
        x = draw.both(*batch, 3, 3)[k] / 4
        x = x + np.conj(np.swapaxes(x, -1, -2)) + 3 * np.eye(3)
        whole("cholesky", lambda x: stacked(cholesky, x), x)
    for batch, m, n in (((), 3, 3), ((), 4, 2), ((2,), 3, 2)):
        x = draw.both(*batch, m, n)[k] / 2 + 2 * np.eye(m, n)
        for complete in (False, True):
            whole("qr", lambda x, complete: stacked(qr_seen(complete), x), x, complete=complete,
                  seen="qr")  # fmt: skip
