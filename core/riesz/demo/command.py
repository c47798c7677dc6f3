"""The command `riesz demo`."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import riesz
from riesz.cli.table import add_json_option
from riesz.demo.choice import Choice, choose
from riesz.demo.cost import cost
from riesz.demo.deblur import Deblur
from riesz.demo.descent import Descent, descend
from riesz.demo.extra import extra
from riesz.demo.inpaint import Inpaint
from riesz.demo.neuberger import Neuberger
from riesz.demo.photograph import SMALLEST
from riesz.demo.problem import Problem
from riesz.demo.progress import Progress
from riesz.demo.table import notes, record, table
from riesz.errors import InvalidValue

PROBLEMS: dict[str, type[Problem]] = {
    "inpaint": Inpaint,
    "deblur": Deblur,
    "neuberger": Neuberger,
}
WIDTH = 100  # of a table that goes to a file or a pipe


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `riesz demo`."""
    add = parser.add_argument
    add("--problem", choices=tuple(PROBLEMS), default="inpaint", help="default: %(default)s")
    add("--image", type=Path, metavar="FILE", help="a photograph of your own")
    add("--size", type=int, metavar="N", help="pixels along a side (neuberger: intervals)")
    add(
        "--metric",
        nargs="+",
        action="extend",
        metavar="METRIC",
        help="euclidean, sobolev or sobolev:ORDER:LENGTHSCALE; several may be given",
    )
    add("--iterations", type=int, metavar="N", help="most steps in each metric")
    add("--backend", metavar="NAME", help="the backend of the arrays; see `riesz backends`")
    add("--seed", type=int, default=0, help="of the mask and the noise; default: %(default)s")
    add("--out", type=Path, metavar="FILE.png", help="default: riesz-demo-PROBLEM.png")
    add_json_option(parser)


def run(args: Namespace) -> int:
    """Descend in each metric, print the table, write the figure; returns the exit status 0.

    Raises a RieszError, before anything long is computed, for options that cannot be used.
    """
    _, _, consoles = extra("matplotlib"), extra("scipy"), extra("rich.console")
    out, limit = writable(args.out or Path(f"riesz-demo-{args.problem}.png")), steps(args)
    with backend(args.backend):
        work = [
            (problem, choice) for problem in problems(args) for choice in choices(problem, args)
        ]
        with Progress(consoles.Console(stderr=True)) as progress:
            descents = [solve(problem, choice, limit, progress) for problem, choice in work]
        descents[-1].problem.draw(descents).save(out)
    if args.json:
        print(json.dumps([record(d) | {"figure": str(out)} for d in descents], indent=2))
    else:
        show(consoles.Console(emoji=False, markup=False, highlight=False), descents, out)
    return 0


def solve(problem: Problem, choice: Choice, limit: int, progress: Progress) -> Descent:
    """One row of the table."""
    ratio = cost(problem.f, problem.start, choice.metric)
    descent = descend(problem, choice, limit, progress.report)
    descent.cost = ratio
    progress.show(descent)
    return descent


def show(console: Any, descents: Sequence[Descent], out: Path) -> None:
    """The table, what it teaches, and where the figure is."""
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table(descents))
    console.print(notes(descents[0].problem))
    console.print(f"\nFigure: {out}", soft_wrap=True)


# --- options -------------------------------------------------------------------------------------


def backend(name: str | None) -> AbstractContextManager[object]:
    """The backend asked for; without a name the one that the environment chooses."""
    return nullcontext() if name is None else riesz.use_backend(name)


def problems(args: Namespace) -> list[Problem]:
    """The problem in the size asked for, or in each of its own."""
    kind = PROBLEMS[args.problem]
    if args.size is not None and args.size < SMALLEST:
        raise InvalidValue(f"--size is {args.size}, but {SMALLEST} is the least. Give a larger N.")
    if args.seed < 0:
        raise InvalidValue(f"--seed is {args.seed}, but a seed is not negative.")
    sizes = kind.sizes if args.size is None else (args.size,)
    return [kind(size, args.image, args.seed) for size in sizes]


def choices(problem: Problem, args: Namespace) -> list[Choice]:
    """The metrics asked for, or those of the problem; each once."""
    return [choose(problem, text) for text in dict.fromkeys(args.metric or problem.metrics)]


def steps(args: Namespace) -> int:
    """The most steps allowed."""
    if args.iterations is None:
        return PROBLEMS[args.problem].iterations
    if args.iterations < 1:
        raise InvalidValue(f"--iterations is {args.iterations}, but one step is the least.")
    return int(args.iterations)


def writable(out: Path) -> Path:
    """The file, if it can be written: known before the computation and not after it."""
    if out.suffix.lower() != ".png":
        raise InvalidValue(f"--out is {out}, but the figure is a PNG file: give a name in .png.")
    folder = out.parent
    if not folder.is_dir():
        raise InvalidValue(f"--out is {out}, but there is no folder {folder}. Make it first.")
    if out.is_dir() or not os.access(out if out.exists() else folder, os.W_OK):
        raise InvalidValue(f"--out is {out}, but nothing can be written there. Choose another.")
    return out
