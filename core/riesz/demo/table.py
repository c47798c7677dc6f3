"""The table the demo prints, and the same rows as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from riesz.demo.descent import Descent
from riesz.demo.extra import extra
from riesz.demo.problem import Problem


def table(descents: Sequence[Descent]) -> Any:
    """One row for each descent, as a table of rich."""
    problem = descents[0].problem
    drawn = extra("rich.table").Table(
        title=problem.title,
        title_justify="left",
        box=extra("rich.box").SIMPLE_HEAD,
    )
    drawn.add_column("size")
    drawn.add_column("metric")
    for head in heads(problem):
        drawn.add_column(head, justify="right")
    for i, descent in enumerate(descents):
        last = i + 1 == len(descents) or descents[i + 1].problem is not descent.problem
        names = descent.problem.label, descent.choice.name
        drawn.add_row(*names, *cells(descent), end_section=last)
    return drawn


def notes(problem: Problem) -> str:
    """What a reader needs to know about the columns, and what the rows teach."""
    return (
        f"Stopped when {problem.rule}.\n"
        "value+grad / f: time of a value with its gradient, metric included, over that of f.\n\n"
        f"{problem.lesson}"
    )


def heads(problem: Problem) -> tuple[str, ...]:
    """What the numbers of a row are."""
    return "steps", "time", "f(x)", problem.error_name, "value+grad / f"


def cells(descent: Descent) -> tuple[str, ...]:
    """The numbers of a row."""
    return (
        f"{descent.steps}" if descent.reached else f"> {descent.steps}",
        f"{descent.seconds:.2f} s",
        f"{descent.values[-1]:#.4g}",
        f"{descent.error:#.4g}",
        f"{descent.cost:.1f}",
    )


def record(descent: Descent) -> dict[str, Any]:
    """The same row with full precision, for JSON."""
    return {
        "problem": type(descent.problem).__name__.lower(),
        "size": len(descent.problem.truth),
        "metric": descent.choice.name,
        "steps": descent.steps,
        "reached": descent.reached,
        "seconds": descent.seconds,
        "objective": descent.values[-1],
        "target": descent.problem.target,
        "error_name": descent.problem.error_name,
        "error": descent.error,
        "cost": descent.cost,
    }
