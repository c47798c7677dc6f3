"""`riesz cache`: what backends keep on disk, such as compiled kernels."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from riesz.backend import backends
from riesz.cli.table import Row, add_json_option, show

COLUMNS = ("backend", "folder", "files", "MiB", "limit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    choices = ("show", "clear")
    parser.add_argument("action", nargs="?", choices=choices, default="show", help="default: show")
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print a row for each cache, after clearing it if asked to."""
    rows = []
    for name, cache in caches():
        if args.action == "clear":
            cache.clear()
        rows.append(row(name, cache))
    show(rows, COLUMNS, "Caches", args.json)
    return 0


def caches() -> Iterator[tuple[str, Any]]:
    """Load every backend; yield the caches there are."""
    for plugin in backends.plugins.active():
        backend = backends.plugins.attempt(plugin)
        cache = backend.cache() if backend is not None else None
        if cache is not None:
            yield backend.name, cache


def row(name: str, cache: Any) -> Row:
    """Return what a table shows of a cache."""
    return {
        "backend": name,
        "folder": str(cache.folder),
        "files": sum(1 for _ in cache.files()),
        "MiB": round(cache.size() / 2**20, 2),
        "limit": round(cache.limit() / 2**20, 2),
    }
