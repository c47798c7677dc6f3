"""The kernels that replace rules of operators; what they are made of is imported when one runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def sparse_matmul(data: Any, x: Any, **static: Any) -> Any:
    """S x for a sparse matrix S."""
    from riesz_backends.pycuda.algebra.sparse import sparse_matmul

    return sparse_matmul(data, x, **static)


def solve_banded(ab: Any, b: Any, **static: Any) -> Any:
    """A^-1 b for a band matrix A."""
    from riesz_backends.pycuda.algebra.banded import solve_banded

    return solve_banded(ab, b, **static)


def logsumexp(x: Any, **static: Any) -> Any:
    """log(sum(exp(x))) along axes."""
    from riesz_backends.pycuda.reductions.statistics import logsumexp

    return logsumexp(x, **static)


KERNELS: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("sparse_matmul", "forward"): sparse_matmul,
    ("solve_banded", "forward"): solve_banded,
    ("logsumexp", "forward"): logsumexp,
}
