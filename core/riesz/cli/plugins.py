"""`riesz plugins`: which are installed and what became of them."""

from __future__ import annotations

import argparse

from riesz.cli.table import Row, add_json_option, show
from riesz.registry import registry

COLUMNS = ("name", "group", "distribution", "version", "status", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Load every plugin and backend; print a row for each entry point."""
    registry.load()
    for plugin in registry.backends.plugins.active():
        registry.backends.plugins.attempt(plugin)
    show(plugin_rows(), COLUMNS, "Plugins", args.json)
    return 0


def plugin_rows() -> list[Row]:
    """Return a row for each entry point of either group."""
    groups = (registry.plugins, registry.backends.plugins)
    return [dict(plugin.row()) for group in groups for plugin in group.all()]
