"""`riesz operators`: name, family, kind and formula of each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from riesz.backend import Backend, get_backend
from riesz.cli.table import Row, add_json_option, show
from riesz.errors import InvalidValue
from riesz.registry import STEPS, registry
from riesz.suggestion import suggestion

COLUMNS = ("name", "family", "kind", "formula")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--backend", metavar="NAME", help="try each on this one; its own kernels")
    parser.add_argument("--family", metavar="NAME", help="only the operators of this family")
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print a row for each operator."""
    backend = get_backend(args.backend) if args.backend else None
    registry.load()
    operators = chosen(args.family)
    rows = [operator_row(op) for op in operators]
    columns: Sequence[str] = COLUMNS
    if backend is not None:
        columns = (*COLUMNS[:3], "kernels", COLUMNS[3])
        for op, row in zip(operators, rows, strict=True):
            row["kernels"] = own_kernels(op.name, backend.name) or ["generic"]
            if reason := lacking(op, backend):
                row |= {"kernels": ["unsupported"], "reason": reason}
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


def lacking(op: Any, backend: Backend) -> str | None:
    """Return why `backend` cannot compute the operator or its adjoint at some sample, if so."""
    from riesz.conformance.cell import Cell
    from riesz.conformance.derivatives import adjoint_identity
    from riesz.conformance.keeping import metric

    tried = Cell(op, backend, np.dtype(float), (metric, adjoint_identity)).results()
    return next((r.reason for r in tried if r.status == "unsupported"), None)


def own_kernels(operator: str, backend: str) -> list[str]:
    """Return the steps of `operator` for which `backend` has a kernel of its own."""
    return [step for step in STEPS if (operator, backend, step) in registry.kernels]
