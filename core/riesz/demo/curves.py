"""The figure of Neuberger's problem: first gradients, iterates, and steps against the mesh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from riesz.demo.canvas import PALE, Canvas, colour
from riesz.demo.descent import Descent
from riesz.demo.panels import after, soonest

if TYPE_CHECKING:
    from riesz.demo.neuberger import Neuberger

SIDE, GAP, MARGIN, HEAD = 4.6, 1.0, 0.8, 1.9  # inches


def curves(problem: Neuberger, descents: Sequence[Descent]) -> Canvas:
    """Three plots: the first two on the finest mesh, `problem`; the last on all."""
    finest = [descent for descent in descents if descent.problem is problem]
    sheet = Canvas(2 * MARGIN + 3 * SIDE + 2 * GAP, HEAD + SIDE + 0.9)
    sheet.heading(problem, MARGIN)
    places = [sheet.axes((MARGIN + i * (SIDE + GAP), HEAD, SIDE, SIDE)) for i in range(3)]
    gradients(places[0], problem, finest)
    solutions(places[1], problem, finest)
    steps(places[2], descents)
    for axes in places:
        axes.grid(color="#e5e7eb", lw=0.8)
        axes.legend(frameon=False, fontsize=13, labelcolor="linecolor")
    return sheet


def gradients(axes: Any, problem: Neuberger, finest: Sequence[Descent]) -> None:
    """The first gradient of each metric, scaled to a largest value of 1; it is 0 at t = 0."""
    for i, descent in enumerate(finest):
        g = descent.gradient / np.max(np.abs(descent.gradient))
        _against_t(axes, problem, 0.0, g, color=colour(i), label=descent.choice.symbol)
    axes.set_title(f"first gradient, {problem.label} (scaled)", loc="left", size=13)
    axes.set_xlabel("t", color=PALE, size=12)


def solutions(axes: Any, problem: Neuberger, finest: Sequence[Descent]) -> None:
    """Where each metric is when the fastest is done, against the exponential."""
    together = soonest(finest)
    _against_t(axes, problem, 1.0, problem.truth, color="#9ca3af", alpha=0.6, lw=8, label="$e^t$")
    for i, descent in enumerate(finest):
        u = after(descent, together)
        _against_t(axes, problem, 1.0, u, color=colour(i), label=descent.choice.symbol)
    axes.set_title(f"after {together} steps, {problem.label}", loc="left", size=13)
    axes.set_xlabel("t", color=PALE, size=12)


def steps(axes: Any, descents: Sequence[Descent]) -> None:
    """The steps of each metric against the number of intervals."""
    names = list(dict.fromkeys(descent.choice.symbol for descent in descents))
    for i, name in enumerate(names):
        mine = [descent for descent in descents if descent.choice.symbol == name]
        n = [len(descent.problem.truth) for descent in mine]
        axes.loglog(n, [d.steps for d in mine], "o-", color=colour(i), lw=2.5, ms=8, label=name)
        for size, descent in zip(n, mine, strict=True):
            where = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center"}
            axes.annotate(f"{descent.steps}", (size, descent.steps), color=colour(i), **where)
    sizes = sorted({len(descent.problem.truth) for descent in descents})
    axes.set_xticks(sizes, [f"{size}" for size in sizes])
    axes.minorticks_off()
    axes.margins(0.12)
    axes.set_title("steps to the target", loc="left", size=13)
    axes.set_xlabel("intervals n", color=PALE, size=12)


def _against_t(
    axes: Any, problem: Neuberger, first: float, u: NDArray[np.float64], **look: Any
) -> None:
    """Plot nodal values, with the given one at t = 0 in front."""
    axes.plot(np.append(0.0, problem.t), np.append(first, u), **{"lw": 2.5, **look})
