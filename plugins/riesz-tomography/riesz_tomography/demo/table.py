"""What the demo prints: a table, the same as JSON, and what it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from riesz_tomography.demo.descent import Descent
from riesz_tomography.demo.extra import extra

HEADS = (
    "metric", "steps to the target", "error there", "error when L2 stops", "error 10 steps later",
    "least error (at step)", "time per step",
)  # fmt: skip


def record(descent: Descent, together: int) -> dict[str, Any]:
    """The numbers of one metric; `together` is the step after which both are compared."""
    stop, last = descent.stop, len(descent.errors) - 1
    return {
        "metric": descent.name,
        "steps": stop,
        "error": None if stop is None else descent.errors[stop],
        "error_together": descent.errors[min(together, last)],
        "error_later": None if stop is None else descent.errors[min(stop + 10, last)],
        "best_error": descent.errors[descent.best],
        "best_step": descent.best,
        "seconds": sum(descent.seconds),
        "seconds_per_step": median(descent.seconds),
        "objectives": descent.values,
        "errors": descent.errors,
    }


def table(records: Sequence[dict[str, Any]], filtered: float) -> Any:
    """One row for each metric, and one for the filtered back-projection, as a table of rich."""
    drawn = extra("rich.table").Table(box=extra("rich.box").SIMPLE_HEAD)
    for i, head in enumerate(HEADS):
        drawn.add_column(head, justify="right" if i else "left")
    for r in records:
        drawn.add_row(
            r["metric"], "not reached" if r["steps"] is None else str(r["steps"]),
            _percent(r["error"]), _percent(r["error_together"]), _percent(r["error_later"]),
            f"{_percent(r['best_error'])} ({r['best_step']})",
            f"{1e3 * r['seconds_per_step']:.1f} ms",
        )  # fmt: skip
    drawn.add_row("FBP", "", _percent(filtered))
    return drawn


def lesson(records: Sequence[dict[str, Any]], steps: int) -> str:
    """What the metric did, from the numbers of this run, whichever way they turned out."""
    L2, H1 = records
    if L2["steps"] is None or H1["steps"] is None:
        return f"The target was not reached within {steps} steps: ask for more with --steps."
    speed, closer = H1["steps"] / max(L2["steps"], 1), 1 - H1["error"] / L2["error"]
    grown = [100 * (r["error_later"] - r["error"]) for r in records]
    return (
        f"To fit the data as well as the truth fits them, H1 took {speed:.1f} times the steps of "
        f"L2 and ended with {abs(closer):.0%} {'less' if closer >= 0 else 'more'} error; ten steps "
        f"later the error of L2 had changed by {grown[0]:+.1f} points, that of H1 by "
        f"{grown[1]:+.1f}. Nothing is regularised: both lower one objective, whose minimisers fit "
        "the noise too, each towards the minimiser nearest to 0 in its own norm. An H1 gradient is "
        "smooth, so detail, true or not, comes late."
    )


def _percent(error: float | None) -> str:
    return "" if error is None else f"{100 * error:.1f} %"
