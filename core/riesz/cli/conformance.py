"""`riesz conformance`: every operator on every backend in every dtype, and what became of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from riesz.cli.table import Row, add_json_option, show
from riesz.conformance.declared import read_failures
from riesz.conformance.report import Report
from riesz.conformance.result import Result, Status, counts
from riesz.conformance.runner import run as run_suite
from riesz.errors import InvalidValue, UnsupportedOperator
from riesz.registry import registry

SHOWN = 20  # problems printed; the report has them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    several = {"nargs": "+", "action": "extend", "metavar": "NAME"}
    for option, text in (
        ("--backend", "only these backends (default: all that are installed)"),
        ("--operator", "only these operators, families, distributions (default: all)"),
        ("--dtype", "test these in full; `all`: every one (default: float64, complex128)"),
        ("--require", "backends that must run: it is a failure if one is absent"),
    ):
        parser.add_argument(option, help=text, **several)  # type: ignore[arg-type]
    parser.add_argument("--minimum", type=int, default=0, metavar="N", help="checks that must run")
    parser.add_argument("--expected", type=Path, metavar="FILE", help="further expected failures")
    parser.add_argument("-n", "--workers", type=int, default=1, metavar="N", help="processes")
    for option, text in (("--report", "JSON"), ("--html", "one page"), ("--junit", "JUnit XML")):
        parser.add_argument(option, type=Path, metavar="FILE", help=f"write the report: {text}")
    add_json_option(parser)


def run(args: argparse.Namespace) -> int:
    """Run the suite, print counts by family, write reports; return 1 if something failed."""
    _check_places(args)
    with progress_bar(quiet=args.json) as progress:
        report = run_suite(
            args.backend, _operators(args.operator), args.dtype, args.workers,
            required=args.require or (), minimum=args.minimum,
            expected=read_failures(args.expected) if args.expected else None, progress=progress,
        )  # fmt: skip
    write(report, args)
    if args.json:
        print(json.dumps(report.to_json(), indent=2))
    else:
        print_report(report)
    return 1 if report.failed else 0


def write(report: Report, args: argparse.Namespace) -> None:
    """Write the files that were asked for."""
    if args.report:
        args.report.write_text(json.dumps(report.to_json(), indent=1), encoding="utf-8")
    if args.html:
        from riesz.conformance.html import page

        args.html.write_text(page(report.to_json()), encoding="utf-8")
    if args.junit:
        from riesz.conformance.junit import junit

        args.junit.write_text(junit(report), encoding="utf-8")


def print_report(report: Report) -> None:
    """Print a row for each backend and family, what failed, and what was left out."""
    rows = list(family_rows(report.results))
    used = [str(s) for s in Status if any(row[str(s)] for row in rows)]
    show(rows, ("backend", "family", "checks", *used), "Conformance")
    problems = report.problems()
    for problem in problems[:SHOWN]:
        print(problem)
    if len(problems) > SHOWN:
        print(f"... and {len(problems) - SHOWN} more (--report FILE has them all)")
    totals = ", ".join(f"{n} {status}" for status, n in report.counts().items() if n)
    print(f"{report.checks} checks executed in {report.seconds:.0f} s; results: {totals}")
    for line in report.routes():
        print(line)
    for line in report.left_out:
        print(f"left out: {line}")
    print("FAILED" if report.failed else "passed" if report.checks else "nothing was checked")


def family_rows(results: Iterable[Result]) -> Iterator[Row]:
    """The results counted by backend and family of operators."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        found.setdefault((result.backend, _family(result.operator)), []).append(result)
    for (backend, family), group in sorted(found.items()):
        number = {str(status): n for status, n in counts(group).items()}
        checks = sum(result.checks for result in group)
        yield {"backend": backend, "family": family, "checks": checks, **number}


def _family(operator: str) -> str:
    op = registry.operators.get(operator)
    return op.family if op is not None else operator


def _operators(names: list[str] | None) -> list[str] | None:
    """The operators of these names, and those of the families and distributions among them."""
    if names is None:
        return None
    registry.load()
    chosen: dict[str, None] = {}
    for name in names:
        members = [op.name for op in registry.operators.values() if name in _groups(op)]
        if not members:
            raise UnsupportedOperator(_nobody(name))
        chosen |= dict.fromkeys(members)
    return list(chosen)


def _nobody(name: str) -> str:
    """What to say of a name that is no operator, family or distribution."""
    ops = registry.operators.values()
    groups = [sorted({_groups(op)[i] for op in ops} - {""}) for i in range(3)]
    near = dict.fromkeys(get_close_matches(name, [n for g in groups for n in g], n=3))
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    broken = [str(p) for p in registry.plugins.all() if p.status not in ("found", "loaded")]
    return (
        f"--operator {name!r}: no operator, no family and no distribution is called so.{hint} "
        f"{len(groups[0])} operators are known (`riesz operators` lists them), of the families "
        f"{', '.join(groups[1])}, of the distributions {', '.join(groups[2])}. "
        + (f"Not loaded, so perhaps there: {', '.join(broken)}. " if broken else "")
        + "Those of a plugin are known once its distribution is installed in this environment "
        "(`pip install .` in its folder) and `riesz plugins` calls it loaded."
    )


def _groups(op: Any) -> tuple[str, ...]:
    """What an operator may be asked for with: its name, its family, its distribution."""
    plugin = registry.origin("operators", op.name)
    return op.name, op.family, plugin.distribution if plugin else ""


def _check_places(args: argparse.Namespace) -> None:
    """Refuse a report that could not be written before an hour's run, not after it."""
    for path in (args.report, args.html, args.junit):
        if path is not None and not path.parent.is_dir():
            raise InvalidValue(f"{path}: there is no folder {path.parent}. Create it first.")


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how far the run is; elsewhere nothing."""
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ModuleNotFoundError:
        quiet = True
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("conformance", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
