"""`riesz operators`: name, family, kind and formula of each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from riesz.backend import get_backend
from riesz.cli.table import Row, add_json_option, show
from riesz.errors import InvalidValue
from riesz.registry import STEPS, registry
from riesz.suggestion import suggestion

COLUMNS = ("name", "family", "kind", "formula")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--backend", metavar="NAME", help="show which kernels this one replaces")
    parser.add_argument("--family", metavar="NAME", help="only the operators of this family")
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print a row for each operator."""
    backend = get_backend(args.backend) if args.backend else None
    registry.load()
    rows = [operator_row(op) for op in chosen(args.family)]
    columns: Sequence[str] = COLUMNS
    if backend is not None:
        columns = (*COLUMNS[:3], "kernels", COLUMNS[3])
        for row in rows:
            row["kernels"] = own_kernels(row["name"], backend.name) or ["generic"]
    show(rows, columns, "Operators", args.json)
    return 0


def chosen(family: str | None) -> list[Any]:
    """Return the operators of `family`, or all of them, sorted."""
    families = {op.family for op in registry.operators.values()}
    if family is not None and family not in families:
        raise InvalidValue(f"There is no family {family!r}. {suggestion(family, families)}")
    found = [op for op in registry.operators.values() if family in (None, op.family)]
    return sorted(found, key=lambda op: (op.family, op.name))


def operator_row(op: Any) -> Row:
    """Return what a table shows of an operator; its formula is its docstring's first line."""
    formula = (op.__doc__ or "").strip().partition("\n")[0]
    return {"name": op.name, "family": op.family, "kind": op.kind, "formula": formula}


def own_kernels(operator: str, backend: str) -> list[str]:
    """Return the steps of `operator` for which `backend` has a kernel of its own."""
    return [step for step in STEPS if (operator, backend, step) in registry.kernels]
