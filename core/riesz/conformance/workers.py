"""Cells, in one process or in several: the results are the same, in the same order."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from riesz.backend import backends
from riesz.errors import InvalidValue
from riesz.registry import registry

from .cell import Cell
from .checks import CHECKS
from .declared import Declared
from .result import Result

Order = tuple[str, str, str, tuple[str, ...], dict[str, Any]]  # a cell, by names


def each(
    cells: Sequence[Cell], workers: int, progress: Callable[[int, int], None]
) -> Iterator[list[Result]]:
    """The results of each cell in turn; `progress` is told how many are done of how many."""
    found = _alone(cells) if workers <= 1 else _together(cells, workers)
    progress(0, len(cells))
    for done, results in enumerate(found, start=1):
        yield results
        progress(done, len(cells))


def _alone(cells: Sequence[Cell]) -> Iterator[list[Result]]:
    return (list(cell.results()) for cell in cells)


def _together(cells: Sequence[Cell], workers: int) -> Iterator[list[Result]]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Fresh processes: neither OpenMP's threads nor a device's context survive a fork.
    context = multiprocessing.get_context("spawn")
    orders = list(map(_order, cells))
    with ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(_done, orders, chunksize=4)


def _order(cell: Cell) -> Order:
    """What another process needs to make the cell; raises InvalidValue where it could not."""
    op, backend = cell.op, cell.backend
    shared = any(plugin.object is backend for plugin in backends.plugins.all())
    if registry.operators.get(op.name) != op or not registry.origin("operators", op.name):
        shared, backend = False, op
    if not shared:
        raise InvalidValue(
            f"{backend!r} comes from no plugin, so that other processes lack it. Use workers=1."
        )
    checks = tuple(check.__name__ for check in cell.checks)
    return op.name, backend.name, cell.dtype.name, checks, dict(cell.declared.tolerances)


def _done(order: Order) -> list[Result]:
    operator, backend, dtype, names, tolerances = order
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the first process has said it
        registry.load()
    checks = tuple(check for check in CHECKS if check.__name__ in names)
    declared = Declared(tolerances=tolerances)
    op, on = registry.operators[operator], backends.load(backend)
    return list(Cell(op, on, np.dtype(dtype), checks, declared).results())
