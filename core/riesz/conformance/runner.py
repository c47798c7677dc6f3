"""`run`: every operator on every backend in every dtype; `check_operator`: one, interactively."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from riesz.backend import Backend, backends
from riesz.errors import BackendUnavailable, PluginError
from riesz.registry import registry

from .cell import Cell
from .report import Report
from .result import EVERY, Result, Status

DTYPES = ("float64", "complex128", "float32", "complex64")


def run(
    backends: Iterable[str | Backend] | None = None,
    operators: Iterable[Any] | None = None,
    dtypes: Iterable[str] | None = None,
    workers: int = 1,
    *,
    required: Sequence[str] = (),
    minimum: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Run the suite; None stands for every backend, every operator, or the default dtypes.

    Backends and operators may be given by name or as objects.
    """
    started = time.monotonic()
    registry.load()
    results: list[Result] = []
    about: dict[str, dict[str, Any]] = {}
    usable = []
    for name in _names(backends):
        backend, problem = _loaded(name)
        about[str(getattr(backend, "name", name))] = _about(backend, problem)
        if problem is None and backend is not None:
            usable.append(backend)
        elif problem is not None:
            results.append(problem)
    cells = [
        Cell(op, backend, np.dtype(dtype))
        for backend in usable
        for op in _operators(operators)
        for dtype in dtypes or DTYPES
        if not (op.real_only and np.dtype(dtype).kind == "c")
    ]
    for done, cell in enumerate(cells):
        progress(done, len(cells))
        results.extend(cell.results())
    return Report(
        tuple(results), version("riesz"), platform.python_version(), platform.platform(),
        datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic() - started, about,
        tuple(required), (), minimum,
    )  # fmt: skip


def check_operator(
    op: Any, backend: str | Backend = "numpy", dtypes: Iterable[str] | None = None
) -> list[Result]:
    """Run every check of one operator, given by name or itself, on one backend."""
    return list(run([backend], [op], dtypes).results)


def _names(given: Iterable[str | Backend] | None) -> list[str | Backend]:
    return list(backends.names() if given is None else given)


def _operators(given: Iterable[Any] | None) -> list[Any]:
    chosen = sorted(registry.operators) if given is None else given
    return [registry.operator(op) if isinstance(op, str) else op for op in chosen]


def _loaded(name: str | Backend) -> tuple[Backend | None, Result | None]:
    """The backend, and the result that says why it cannot be checked."""
    try:
        backend = name if isinstance(name, Backend) else backends.load(name)
    except (BackendUnavailable, PluginError) as error:
        return None, _of_all(str(name), Status.ERROR, str(error))
    reason = backends.probe(backend)
    return backend, None if reason is None else _of_all(backend.name, Status.ABSENT, reason)


def _of_all(backend: str, status: Status, reason: str) -> Result:
    return Result(EVERY, backend, EVERY, EVERY, status, reason=reason)


def _about(backend: Backend | None, problem: Result | None) -> dict[str, Any]:
    library = backend.library if backend is not None else ""
    return {"probe": problem.reason if problem else None, "library": library}
