"""`riesz backends`: which there are and whether they can run here."""

from __future__ import annotations

import argparse

from riesz.backend import backends
from riesz.backend.base import Backend
from riesz.cli.table import Row, add_json_option, show
from riesz.loader import Plugin

COLUMNS = ("name", "distribution", "status", "array_types", "capabilities", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Load and probe every backend; print a row for each."""
    for plugin in backends.plugins.active():
        backends.plugins.attempt(plugin)
    rows = [backend_row(plugin) for plugin in backends.plugins.all()]
    show(rows, COLUMNS, "Backends", args.json)
    return 0


def backend_row(plugin: Plugin) -> Row:
    """Return what a table shows of a backend's entry point, loaded where it can be."""
    row: Row = plugin.row() | {"array_types": [], "capabilities": []}
    if plugin.status == "loaded":
        backend: Backend = plugin.object
        reason = backends.probe(backend)
        row["status"] = "available" if reason is None else "absent"
        row["reason"] = reason or ""
        row["capabilities"] = sorted(backend.capabilities)
        if reason is None:
            row["array_types"] = [f"{T.__module__}.{T.__qualname__}" for T in backend.array_types]
    return row
