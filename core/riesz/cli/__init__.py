"""The shell command `riesz`: each subcommand is a module with `add_arguments` and `run`.

Only the module of the subcommand given is imported.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from riesz.errors import RieszError
from riesz.loader import PluginWarning
from riesz.suggestion import suggestion

COMMANDS = {
    "demo": ("riesz.demo.command", "repair a photograph by descent in two metrics, and compare"),
    "backends": ("riesz.cli.backends", "list the backends and whether they can run here"),
    "operators": ("riesz.cli.operators", "list the operators with their formulas"),
    "plugins": ("riesz.cli.plugins", "list the installed plugins and what became of them"),
    "conformance": ("riesz.cli.conformance", "check operators and backends, and report"),
    "cache": ("riesz.cli.cache", "show or clear what backends keep on disk"),
    "doctor": ("riesz.cli.doctor", "say what is installed, what runs and what is broken"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `riesz`; return the exit status: 2 for an error that was foreseen."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            status = _run(words)
        sys.stdout.flush()
    except (RieszError, PluginWarning) as error:
        print(f"riesz: error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("riesz: interrupted", file=sys.stderr)
        return 130
    return status


def _run(words: list[str]) -> int:
    command = next((word for word in words if not word.startswith("-")), None)
    parser, subparsers = _parser()
    if command is None:
        parser.parse_args(words)  # --help, --version, or an unknown option
        parser.print_help()
        return 0
    if command not in COMMANDS:
        parser.error(f"no command {command!r}. {suggestion(command, COMMANDS)}")
    module = import_module(COMMANDS[command][0])
    module.add_arguments(subparsers[command])
    args, unknown = parser.parse_known_args(words)
    if unknown:
        subparsers[command].error(f"unrecognized arguments: {' '.join(unknown)}")
    return int(module.run(args))


def _parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser and those of its subcommands, which have no arguments yet."""
    parser = argparse.ArgumentParser(
        prog="riesz",
        description="Automatic differentiation between Hilbert spaces, on pluggable backends.",
    )
    parser.add_argument("--version", action="version", version=f"riesz {version('riesz')}")
    adder = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    return parser, {
        name: adder.add_parser(name, help=summary, description=summary.capitalize() + ".")
        for name, (_, summary) in COMMANDS.items()
    }


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"riesz: warning: {message}", file=sys.stderr)
