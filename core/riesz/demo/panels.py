"""The figure of a problem in pictures: data, and for each metric gradient, progress and result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import riesz
from riesz.demo.canvas import PALE, Box, Canvas, colour
from riesz.demo.descent import Descent, path
from riesz.demo.table import cells, heads

if TYPE_CHECKING:
    from riesz.demo.picture import Picture

SIDE, GAP, WORDS = 3.4, 0.16, 0.42  # inches: a panel, the space beside it, the caption below it
LINE = 0.36  # inches: a row of the numbers
MARGIN, HEAD, AISLE = 0.4, 1.75, 0.3  # inches: the border, the heading, before the first metric
GREY = {"cmap": "gray", "vmin": 0, "vmax": 1}


def panels(problem: Picture, descents: Sequence[Descent]) -> Canvas:
    """Two columns for the data, the convergence and the numbers, then one for each metric."""
    width = box(2 + len(descents), 0)[0] - GAP + MARGIN
    sheet = Canvas(width, HEAD + 3 * (SIDE + WORDS))
    sheet.heading(problem, MARGIN)
    _data(sheet, problem)
    left, top, _, _ = box(0, 1)
    wide, high = 2 * SIDE + GAP, 2 * SIDE + WORDS - LINE * (len(descents) + 2)
    convergence(sheet.axes((left + 0.75, top + 0.4, wide - 0.75, high - 1.0)), problem, descents)
    numbers(sheet, (left, top + high, wide, 0), descents)
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
    sheet.caption(box(0, 0), f"original, {problem.label} pixels")
    given = sheet.image(box(1, 0), problem.given, **GREY)
    given.set_facecolor("#a8b8c4")
    sheet.caption(box(1, 0), f"given: {problem.given_name}")


def _column(sheet: Canvas, column: int, tint: str, descent: Descent, together: int) -> None:
    """One metric: its first gradient, where it is when the fastest stops, where it stops."""
    left, top, _, _ = box(column, 0)
    problem, window = descent.problem, detail(descent.gradient)
    sheet.text(left, top - 0.15, f"{descent.choice.symbol} gradient", 17, color=tint, va="baseline")
    g, early = descent.gradient[window], after(descent, together)
    reach = float(np.quantile(np.abs(g), 0.99)) or 1.0
    sheet.image(box(column, 0), g, cmap="RdBu_r", vmin=-reach, vmax=reach)
    sheet.caption(box(column, 0), rf"first gradient (detail, $\pm${reach:.2g})")
    sheet.image(box(column, 1), early[window], **GREY)
    sheet.caption(
        box(column, 1), f"after {counted(together)} (detail): {_decibels(problem, early)}"
    )
    sheet.image(box(column, 2), descent.x, **GREY)
    end = "done" if descent.reached else "not done"
    words = f"{end} after {counted(descent.steps)}: {_decibels(problem, descent.x)}"
    sheet.caption(box(column, 2), words)


def convergence(axes: Any, problem: Picture, descents: Sequence[Descent]) -> None:
    """The relative gap after each step, and the gap that is asked, on a logarithmic axis."""
    axes.set(xscale=problem.scale, yscale="log")
    axes.axhline(problem.tolerance, color=PALE, lw=1.2, ls=(0, (4, 4)))
    note = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    look = {"color": PALE, "size": 13, "ha": "right", "va": "top"}
    axes.annotate("target", (1, problem.tolerance), (0, -5), **note, **look)
    first = int(problem.scale == "log")  # the start is step 0, which has no logarithm
    for i, descent in enumerate(descents):
        end, gaps = descent.steps, [problem.gap(value) for value in descent.values]
        axes.plot(range(first, end + 1), gaps[first:], color=colour(i), lw=2.5)
        axes.plot(end, gaps[-1], "o", color=colour(i), ms=8, clip_on=False)
        above = (end, max(gaps[-1], problem.tolerance))
        look = {"color": colour(i), "size": 13, "textcoords": "offset points"}
        axes.annotate(counted(end), above, (8, 6), **look)
    axes.set_title("what is left of the objective (1 at the start)", size=13, loc="left")
    axes.grid(axis="y", color="#e5e7eb", lw=0.8)
    axes.tick_params(which="minor", labelbottom=False)
    longest = max(2, *(descent.steps for descent in descents))
    axes.set_xlim(first, 1.2 * longest if first == 0 else longest**1.25)
    axes.set_ylim(problem.tolerance / 3, 1.5)


def numbers(sheet: Canvas, place: Box, descents: Sequence[Descent]) -> None:
    """The table of the terminal, below the curves."""
    left, top, wide, _ = place
    problem = descents[0].problem
    rows = [("", *heads(problem)), *((d.choice.symbol, *cells(d)) for d in descents)]
    tints = [PALE, *(colour(i) for i in range(len(descents)))]
    sides = ["left", *["right"] * 5]
    stops = [left + wide * at for at in (0.0, 0.31, 0.45, 0.6, 0.78, 1.0)]
    for i, (row, tint) in enumerate(zip(rows, tints, strict=True)):
        for cell, stop, side in zip(row, stops, sides, strict=True):
            sheet.text(stop, top + LINE * i, cell, 13, color=tint, ha=side)
    rule = f"stopped when {problem.rule}"
    sheet.text(left, top + LINE * (len(rows) + 0.2), rule, 12, color=PALE)


def counted(steps: int) -> str:
    """A number of steps in words."""
    return "1 step" if steps == 1 else f"{steps} steps"


def soonest(descents: Sequence[Descent]) -> int:
    """The number of steps after which the first of several metrics was done."""
    fewest = min(descent.steps for descent in descents)
    return max(1, fewest if len(descents) > 1 else fewest // 4)


def after(descent: Descent, steps: int) -> NDArray[np.float64]:
    """The iterate after so many steps, computed again: no descent keeps its path."""
    if steps >= descent.steps:
        return np.asarray(descent.x)
    return riesz.to_numpy(path(descent.problem, descent.choice, steps).x)


def detail(picture: NDArray[Any]) -> tuple[slice, slice]:
    """A quarter of each side, where the eyes of a portrait are."""
    height, width = picture.shape
    return slice(height // 4, height // 2), slice(3 * width // 8, 5 * width // 8)


def _decibels(problem: Any, x: NDArray[np.float64]) -> str:
    return f"{problem.error(x):.1f} dB"
