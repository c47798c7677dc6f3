"""A `Plan`: the cells of a run, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.backend import Backend
from riesz.errors import InvalidType, InvalidValue
from riesz.protocol import Operator
from riesz.registry import registry
from riesz.suggestion import suggestion

from .cell import Cell
from .checks import CHECKS, LIGHT, Check
from .declared import Declared, Entries

DOUBLE, SINGLE = ("float64", "complex128"), ("float32", "complex64")
ALL = "all"


@dataclass(frozen=True)
class Plan:
    """Cells in order of backend, operator and dtype."""

    cells: tuple[Cell, ...]
    left_out: tuple[str, ...]


def planned(
    backends: Sequence[Backend],
    operators: Iterable[Any] | None,
    dtypes: Iterable[str] | None,
    expected: Entries | None = None,
) -> Plan:
    """What is to be run: for each dtype, all checks or the light ones."""
    chosen, checks = _operators(operators), _checks(dtypes)
    cells = tuple(
        Cell(op, backend, np.dtype(dtype), some, declared)
        for backend in backends
        for declared in [Declared.of(backend, expected)]
        for op in chosen
        for dtype, some in checks.items()
        if not (op.real_only and np.dtype(dtype).kind == "c")
    )
    return Plan(cells, (*_dtypes_left_out(checks), *_operators_left_out(chosen)))


def _operators(given: Iterable[Any] | None) -> list[Any]:
    """The operators, sorted by name."""
    chosen = registry.operators if given is None else given
    found = [registry.operator(op) if isinstance(op, str) else op for op in chosen]
    strangers = [op for op in found if not isinstance(op, Operator)]
    if strangers:
        raise InvalidType(
            f"{strangers[0]!r} is no operator. Give what riesz.elementwise, linear, multilinear or "
            "operator has made, or its name; riesz.check_grads takes any function."
        )
    return sorted(found, key=lambda op: str(op.name))


def _checks(dtypes: Iterable[str] | None) -> dict[str, tuple[Check, ...]]:
    """The checks of every dtype that is tested."""
    if dtypes is None:
        return dict.fromkeys(DOUBLE, CHECKS) | dict.fromkeys(SINGLE, LIGHT)
    asked = list(dtypes)
    for name in asked:
        if name not in (*DOUBLE, *SINGLE, ALL):
            hint = suggestion(name, (*DOUBLE, *SINGLE, ALL))
            raise InvalidValue(f"{name!r} is no dtype of the suite. {hint}")
    return dict.fromkeys((*DOUBLE, *SINGLE) if ALL in asked else asked, CHECKS)


def _dtypes_left_out(checks: dict[str, tuple[Check, ...]]) -> list[str]:
    light = [dtype for dtype, some in checks.items() if some is LIGHT]
    none = [dtype for dtype in (*DOUBLE, *SINGLE) if dtype not in checks]
    lines = [f"{', '.join(none)}: not asked for (--dtype all)"] if none else []
    if light:
        lines.append(
            f"{', '.join(light)}: {len(CHECKS) - len(LIGHT)} of {len(CHECKS)} checks (--dtype all)"
        )
    return lines


def _operators_left_out(chosen: list[Any]) -> list[str]:
    count = len(set(registry.operators) - {op.name for op in chosen})
    return [f"{count} of {len(registry.operators)} operators: not asked for"] if count else []
