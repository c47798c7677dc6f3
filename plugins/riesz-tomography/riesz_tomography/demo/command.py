"""The command line."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import riesz
from riesz_tomography.demo.descent import Descent, descents
from riesz_tomography.demo.extra import extra
from riesz_tomography.demo.figure import draw
from riesz_tomography.demo.scan import Scan
from riesz_tomography.demo.table import lesson, record, table

DESCRIPTION = "A head phantom from few noisy angles, reconstructed in the metrics L2 and H1."
WIDTH = 110  # of a table that goes to a file or a pipe


def parser() -> ArgumentParser:
    """The options."""
    made = ArgumentParser("riesz-tomography", description=DESCRIPTION)
    add = made.add_argument
    add("--size", type=int, default=128, help="pixels along a side; default: %(default)s")
    add("--angles", type=int, default=24, help="default: %(default)s")
    add("--noise", type=float, default=0.05, help="relative; default: %(default)s")
    add("--beam", choices=("parallel", "fan"), default="parallel", help="default: %(default)s")
    add("--steps", type=int, default=30, help="in each metric; default: %(default)s")
    add("--lengthscale", type=float, default=2.0, help="of H1, in pixels; default: %(default)s")
    add("--seed", type=int, default=0, help="of the noise; default: %(default)s")
    add("--backend", help="native (C kernels) or numpy; default: what RIESZ_BACKEND says")
    add("--out", type=Path, default=Path("riesz-tomography.png"), help="default: %(default)s")
    add("--json", action="store_true", help="print the numbers as JSON")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the status is 2 for options that cannot be used."""
    args = parser().parse_args(arguments)
    try:
        return run(args)
    except riesz.RieszError as error:
        print(f"riesz-tomography: {error}", file=sys.stderr)
        return 2


def run(args: Namespace) -> int:
    """Descend in both metrics, print, draw."""
    checked(args)
    consoles, _, _ = extra("rich.console"), extra("matplotlib"), extra("scipy")
    scan = Scan(args.size, args.angles, args.noise, args.beam, args.seed)
    both = descents(scan, args.lengthscale)
    with nullcontext() if args.backend is None else riesz.use_backend(args.backend):
        follow(both, args.steps, consoles.Console(stderr=True))
        filtered = scan.filtered()
    together = both[0].stop or args.steps
    records = [record(descent, together) for descent in both]
    words = lesson(records, args.steps)
    draw(scan, both, filtered, words, args.out)
    if args.json:
        extras = {"filtered_error": scan.error(filtered), "figure": str(args.out)}
        print(json.dumps({"metrics": records, **extras}, indent=2))
        return 0
    console = consoles.Console(emoji=False, markup=False, highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    console.print(table(records, scan.error(filtered)))
    console.print(f"{words}\n\nFigure: {args.out}")
    return 0


def follow(both: Sequence[Descent], steps: int, console: Any) -> None:
    """All steps of each metric, with a progress bar on a terminal."""
    progress = extra("rich.progress")
    columns = ("{task.description}", progress.BarColumn(), "{task.fields[said]}")
    with progress.Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        for descent in both:
            task = bars.add_task(descent.name, total=steps, said="")

            def report(k: int, descent: Descent = descent, task: Any = task) -> None:
                said = f"step {k}, f = {descent.values[-1]:.4g}, error {descent.errors[-1]:.1%}"
                bars.update(task, completed=k, said=said)

            descent.run(steps, report)


def checked(args: Namespace) -> None:
    """Refuse what would fail after the computation."""
    if args.steps < 1:
        raise riesz.InvalidValue(f"--steps is {args.steps}, but one is the least.")
    if args.out.suffix.lower() != ".png" or not args.out.parent.is_dir():
        raise riesz.InvalidValue(
            f"--out is {args.out}: the name of a PNG file in a folder that exists is expected."
        )
