"""`riesz doctor`: what is installed, what runs and what is broken."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

import numpy as np

from riesz.backend import current_backend
from riesz.cli.backends import backend_row
from riesz.cli.table import Row, add_json_option, show
from riesz.errors import RieszError
from riesz.loader import Plugin, Plugins, PluginWarning
from riesz.registry import registry

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report; return 1 if something that was asked for is broken."""
    report = examine()
    if args.json:
        print(json.dumps(report, indent=2))
    else:
        show_report(report)
    return 1 if report["problems"] else 0


def examine() -> dict[str, Any]:
    """Load everything, and return what was found; nothing broken raises here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # the rows say it
        problems = list(dict.fromkeys(_problems()))
    return {
        "versions": versions(),
        "packages": list(packages()),
        "backends": [backend_row(plugin) for plugin in registry.backends.plugins.all()],
        "plugins": [plugin.row() for plugin in registry.plugins.all()],
        "details": {name: dict(lines) for name, lines in details()},
        "environment": {k: v for k, v in sorted(os.environ.items()) if k.startswith("RIESZ_")},
        "threads": threads(),
        "problems": problems,
    }


def _problems() -> Iterator[str]:
    yield from _broken(registry.backends.plugins, registry.backends.plugins.load)
    yield from _broken(registry.plugins, lambda plugin: registry.load_plugin(plugin.name))
    try:
        current_backend()
    except RieszError as error:
        yield str(error)


def _broken(plugins: Plugins, load: Callable[[Plugin], Any]) -> Iterator[str]:
    try:
        found = plugins.active()
    except RieszError as error:  # a conflict, in strict mode
        yield str(error)
        return
    for plugin in found:
        try:
            load(plugin)
        except RieszError as error:
            yield str(error)


def details() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what the loaded backends say of themselves."""
    found = [p.object for p in registry.backends.plugins.all() if p.status == "loaded"]
    for backend in found:
        try:
            lines = backend.report()
        except RieszError as error:
            lines = {"problem": str(error)}
        if lines:
            yield backend.name, lines


def versions() -> dict[str, str]:
    """Return the versions of Python, Riesz and what it always needs."""
    needed = {name: version(name) for name in ("riesz", "numpy", "pluggy", "optree")}
    return {"python": platform.python_version(), "platform": platform.platform(), **needed}


def packages() -> Iterator[Row]:
    """Yield the optional packages, with the extras that bring them."""
    extras: dict[str, list[str]] = {}
    for requirement in requires("riesz") or []:
        if match := re.match(r"([\w.-]+).*;.*\bextra\s*==\s*['\"]([\w.-]+)['\"]", requirement):
            extras.setdefault(match[1], []).append(match[2])
    for package, names in sorted(extras.items()):
        try:
            status = version(package)
        except PackageNotFoundError:
            status = "absent"
        yield {"package": package, "version": status, "extras": sorted(names)}


def threads() -> dict[str, str]:
    """Return what bounds the threads of NumPy's linear algebra."""
    blas = np.show_config(mode="dicts")["Build Dependencies"].get("blas", {})
    found = {"cpus": str(os.cpu_count()), "blas": f"{blas.get('name')} {blas.get('version')}"}
    return found | {name: os.environ[name] for name in THREADS if name in os.environ}


def show_report(report: dict[str, Any]) -> None:
    """Print the report for people."""
    for part in ("versions", "threads", "environment"):
        for name, value in report[part].items():
            print(f"{name:<22}{value}")
    print()
    show(report["packages"], ("package", "version", "extras"), "Optional packages")
    print()
    show(report["backends"], ("name", "distribution", "status", "reason"), "Backends")
    print()
    for name, lines in report["details"].items():
        for word, text in lines.items():
            print(f"{f'{name} {word}':<22}{text}")
    print()
    show(report["plugins"], ("name", "distribution", "status", "reason"), "Plugins")
    print()
    for problem in report["problems"]:
        print(f"PROBLEM: {problem}")
    if not report["problems"]:
        print("No problem found.")
