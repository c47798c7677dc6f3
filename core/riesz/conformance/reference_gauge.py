"""What of a factorisation is a function of the matrix, whatever signs and phases were chosen.

Column k of Q or U and row k of R or V^H share a sign (a phase, if complex): their products do not
depend on it. Of a basis of a complement only the projector is seen. Eigenvalues in any order are
seen by the sums over k of w_k^p and of w_k^p v_k v_k^H, p = 0, ..., n: no order enters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riesz.operators.hermitian import H


def qr_seen(q: Any, r: Any) -> tuple[Any, ...]:
    """The matrices q_k r_k, and the projector onto the complement of the range."""
    n = r.shape[-1]
    return _products(q[..., :n], r[..., :n, :]), q[..., n:] @ H(q[..., n:])


def svd_seen(u: Any, s: Any, vh: Any) -> tuple[Any, ...]:
    """The values, the matrices u_k v_k^H, and the projectors onto both complements."""
    k = s.shape[-1]
    left, right = u[..., k:], H(vh)[..., k:]
    return s, _products(u[..., :k], vh[..., :k, :]), left @ H(left), right @ H(right)


def eigh_seen(w: Any, v: Any) -> tuple[Any, ...]:
    """The values and the projectors v_k v_k^H."""
    return w, _products(v, H(v))


def eig_seen(w: Any, v: Any) -> tuple[Any, ...]:
    """The sums of w_k^p, and of w_k^p v_k v_k^H."""
    n = w.shape[-1]
    return tuple((w ** (p + 1)).sum(axis=-1) for p in range(n)) + tuple(
        (v * (w**p)[..., None, :]) @ H(v) for p in range(n)
    )


def _products(columns: Any, rows: Any) -> Any:
    """The matrices u_k v_k, as entry [..., i, k, j]."""
    return columns[..., :, :, None] * rows[..., None, :, :]


GAUGES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "qr": qr_seen, "svd": svd_seen, "eigh": eigh_seen, "eig": eig_seen,
}  # fmt: skip
