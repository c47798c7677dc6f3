"""The figure of a problem in pictures: data, and for each metric gradient, progress and result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import riesz
from riesz.demo.canvas import PALE, Box, Canvas, colour
from riesz.demo.descent import Descent, iterates

if TYPE_CHECKING:
    from riesz.demo.picture import Picture

SIDE, GAP, WORDS = 3.4, 0.16, 0.42  # inches: a panel, the space beside it, the caption below it
MARGIN, HEAD, AISLE = 0.4, 1.75, 0.3  # inches: the border, the heading, before the first metric
GREY = {"cmap": "gray", "vmin": 0, "vmax": 1}


def panels(problem: Picture, descents: Sequence[Descent]) -> Canvas:
    """Two columns for the data and the convergence, then a column for each metric."""
    width = box(2 + len(descents), 0)[0] - GAP + MARGIN
    sheet = Canvas(width, HEAD + 3 * (SIDE + WORDS))
    sheet.heading(problem, MARGIN)
    _data(sheet, problem)
    left, top, _, _ = box(0, 1)
    wide, high = 2 * SIDE + GAP - 0.75, 2 * SIDE + WORDS - 1.0
    convergence(sheet.axes((left + 0.75, top + 0.45, wide, high)), problem, descents)
    together = soonest(descents)
    for i, descent in enumerate(descents):
        _column(sheet, 2 + i, colour(i), descent, together)
    return sheet


def box(column: int, row: int) -> Box:
    """Where a panel lies."""
    aisle = AISLE if column >= 2 else 0
    return MARGIN + column * (SIDE + GAP) + aisle, HEAD + row * (SIDE + WORDS), SIDE, SIDE


def _data(sheet: Canvas, problem: Picture) -> None:
    """The truth with the frame of the detail, and what is known of it."""
    truth = sheet.image(box(0, 0), problem.truth, **GREY)
    rows, columns = detail(problem.truth)
    corner = (columns.start - 0.5, rows.start - 0.5)
    truth.add_patch(sheet.rectangle(corner, columns.stop - columns.start, rows.stop - rows.start))
    sheet.caption(box(0, 0), f"the truth, {problem.label} pixels")
    given = sheet.image(box(1, 0), problem.given, **GREY)
    given.set_facecolor("black")
    sheet.caption(box(1, 0), f"{problem.given_name}: {_decibels(problem, problem.begin)}")


def _column(sheet: Canvas, column: int, tint: str, descent: Descent, together: int) -> None:
    """One metric: its first gradient, where it is when the fastest stops, where it stops."""
    left, top, _, _ = box(column, 0)
    sheet.text(left, top - 0.4, descent.choice.symbol, 17, weight="bold", color=tint)
    problem, g = descent.problem, descent.gradient[detail(descent.gradient)]
    reach = float(np.quantile(np.abs(g), 0.99)) or 1.0
    sheet.image(box(column, 0), g, cmap="RdBu_r", vmin=-reach, vmax=reach)
    sheet.caption(box(column, 0), "first gradient (the framed detail)")
    early = after(descent, together)
    sheet.image(box(column, 1), early, **GREY)
    sheet.caption(box(column, 1), f"after {together} steps: {_decibels(problem, early)}")
    sheet.image(box(column, 2), descent.x, **GREY)
    end = "stopped at the target" if descent.reached else "not at the target"
    words = f"{end} after {descent.steps} steps: {_decibels(problem, descent.x)}"
    sheet.caption(box(column, 2), words)


def convergence(axes: Any, problem: Picture, descents: Sequence[Descent]) -> None:
    """The relative gap, on a logarithmic axis, against the steps, and the gap that is asked."""
    longest = max(descent.steps for descent in descents)
    axes.axhline(problem.tolerance, color=PALE, lw=1, ls=(0, (4, 4)))
    axes.text(longest, problem.tolerance, "target ", va="bottom", ha="right", color=PALE, size=12)
    for i, descent in enumerate(descents):
        gaps = [problem.gap(value) for value in descent.values]
        end, words = len(gaps) - 1, f"  {descent.choice.symbol}: {descent.steps} steps"
        axes.semilogy(gaps, color=colour(i), lw=2.5, solid_capstyle="round")
        axes.plot(end, gaps[-1], "o", color=colour(i), ms=8, clip_on=False)
        axes.annotate(words, (end, gaps[-1]), color=colour(i), size=13, weight="bold")
    axes.set_xlabel("steps", color=PALE, size=12)
    axes.set_title("objective above its minimum, relative to the start", size=13, loc="left")
    axes.grid(axis="y", color="#e5e7eb", lw=0.8)
    axes.set_xlim(0, longest)


def soonest(descents: Sequence[Descent]) -> int:
    """The number of steps after which the first of several metrics was done."""
    fewest = min(descent.steps for descent in descents)
    return max(1, fewest if len(descents) > 1 else fewest // 4)


def after(descent: Descent, steps: int) -> NDArray[np.float64]:
    """The iterate after so many steps, computed again: no descent keeps its path."""
    problem = descent.problem
    path = iterates(problem.f, problem.start, descent.choice.metric)
    *_, (x, _, _) = islice(path, steps + 1)
    return riesz.to_numpy(x)


def detail(picture: NDArray[Any]) -> tuple[slice, slice]:
    """A quarter of each side, where the eyes of a portrait are."""
    height, width = picture.shape
    return slice(height // 4, height // 2), slice(3 * width // 8, 5 * width // 8)


def _decibels(problem: Any, x: NDArray[np.float64]) -> str:
    return f"{problem.error(x):.1f} dB"
