"""Tables on a terminal: with Rich where it is installed, else, and in pipes, plain columns."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Give a command that prints a table the option --json."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def show(rows: Sequence[Row], columns: Sequence[str], title: str, as_json: bool = False) -> None:
    """Print the `columns` of `rows`; as JSON, all there is in them."""
    if as_json:
        print(json.dumps(rows, indent=2))
    elif not rows:
        print(f"No {title.lower()}.")
    elif not (sys.stdout.isatty() and _show_rich(rows, columns, title)):
        print("\n".join(plain(rows, columns)))


def plain(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Return aligned lines, a heading first.

    >>> plain([{"name": "numpy", "runs": ["here", "there"]}], ["name", "runs"])
    ['NAME   RUNS', 'numpy  here, there']
    """
    cells = [[heading(column).upper() for column in columns]]
    cells += [[text(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def _show_rich(rows: Sequence[Row], columns: Sequence[str], title: str) -> bool:
    """Print a Rich table; False where Rich is not installed."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ModuleNotFoundError:
        return False
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(heading(column), overflow="fold")
    for row in rows:
        table.add_row(*(_escape(text(row[column])) for column in columns))
    Console().print(table)
    return True


def _escape(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)


def heading(column: str) -> str:
    """Return a column's name as people write it."""
    return column.replace("_", " ")


def text(value: Any) -> str:
    """Return a cell as people read it."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
