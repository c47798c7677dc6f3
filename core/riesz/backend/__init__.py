"""Backends: what one is, which there are, which one a computation uses, and transfers."""

from __future__ import annotations

from typing import Any

import numpy as np

from riesz.backend.base import Backend
from riesz.backend.selection import Selection, is_traced
from riesz.backend.table import Backends

backends = Backends()
selection = Selection(backends)

list_backends = backends.names
get_backend = backends.get
use_backend = selection.use
current_backend = selection.current
backend_of = selection.of
select_backend = selection.select
namespace = selection.namespace


def zeros_like(x: Any) -> Any:
    """Return zeros of the shape and dtype of `x`, where it lies; 0.0 for a Python number."""
    return namespace(x).zeros(x.shape, dtype=x.dtype) if hasattr(x, "dtype") else 0.0


def asarray(x: Any, backend: str | Backend | None = None, *, dtype: Any = None) -> Any:
    """Return `x` (an array of any backend, a list, a number) as an array of `backend`.

    Without `backend`, arrays stay where they are and the rest goes to the current backend. Raises
    InvalidType for what is no array of numbers, BackendUnavailable as `get_backend` does.

    >>> asarray([1.0, 2.0], backend="numpy")
    array([1., 2.])
    """
    if is_traced(x):
        return x
    owners = selection.owners(type(x))
    if not owners:
        return select_backend(backend=backend).asarray(x, dtype)
    target = select_backend(x, backend=backend)
    seen = target in owners or target.takes(x)
    return target.asarray(x if seen else owners[0].to_numpy(x), dtype)


def without_lists(*x: Any) -> tuple[Any, ...]:
    """Lists and tuples as the arrays NumPy makes of them, but where the other values lie."""
    if not any(isinstance(v, list | tuple) for v in x):
        return x
    xp = namespace(*[v for v in x if not isinstance(v, list | tuple)])
    return tuple([xp.asarray(v) if isinstance(v, list | tuple) else v for v in x])


def to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """Return `x` (an array of any backend, a list, a number) as a NumPy array.

    Raises InvalidType for a value that is being differentiated: see `riesz.stop_gradient`.

    >>> to_numpy([1.0, 2.0])
    array([1., 2.])
    """
    owners = () if is_traced(x) else selection.owners(type(x))
    return owners[0].to_numpy(x) if owners else np.asarray(x)


__all__ = [
    "Backend",
    "asarray",
    "backend_of",
    "current_backend",
    "get_backend",
    "list_backends",
    "namespace",
    "select_backend",
    "to_numpy",
    "use_backend",
    "without_lists",
]
