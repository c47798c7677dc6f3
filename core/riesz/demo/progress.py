"""The progress bar: one line for each descent, how far the objective has come down."""

from __future__ import annotations

from math import log
from time import perf_counter
from typing import Any

from riesz.demo.descent import Descent
from riesz.demo.extra import extra

PAUSE = 0.05  # seconds between two updates: drawing must not slow the descent down


class Progress:
    """A context in which `report` draws descents to a terminal; elsewhere nothing is drawn."""

    def __init__(self, console: Any) -> None:
        """Draw on this console of rich."""
        rich = extra("rich.progress")
        columns = ("{task.description}", rich.BarColumn(), "{task.fields[status]}")
        self.bars = rich.Progress(*columns, console=console, disable=not console.is_terminal)
        self.tasks: dict[int, Any] = {}
        self.next = 0.0

    def __enter__(self) -> Progress:
        self.bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bars.stop()

    def report(self, descent: Descent) -> None:
        """Show the latest value, at most once a PAUSE."""
        if perf_counter() >= self.next:
            self.show(descent)
            self.next = perf_counter() + PAUSE

    def show(self, descent: Descent) -> None:
        """Show the latest value now."""
        task = self.tasks.get(id(descent))
        if task is None:
            name = f"{descent.problem.label}  {descent.choice.name}"
            task = self.tasks[id(descent)] = self.bars.add_task(name, total=1.0, status="")
        status = f"{descent.steps} steps, f = {descent.values[-1]:.5g}"
        self.bars.update(task, completed=fraction(descent), status=status)


def fraction(descent: Descent) -> float:
    """The part of the way to the target, on a logarithmic scale; first order methods are linear."""
    problem = descent.problem
    gap = problem.gap(descent.values[-1])
    if gap <= problem.tolerance:
        return 1.0
    return max(0.0, log(gap) / log(problem.tolerance))
