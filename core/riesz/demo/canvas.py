"""The sheet a figure is drawn on: placed in inches, written as PNG, no state shared with pyplot."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from riesz.demo.extra import extra
from riesz.errors import InvalidValue

if TYPE_CHECKING:
    from riesz.demo.problem import Problem

Box = tuple[float, float, float, float]  # left, top, width, height in inches

INK, PALE = "#1f2430", "#6b7280"
COLOURS = ("#c2410c", "#1d4ed8", "#0f766e", "#7e22ce", "#a16207", "#be185d")
DPI = 110
LETTER = 0.1  # inches: one of the lesson, on average


def colour(i: int) -> str:
    """The colour of the i-th metric."""
    return COLOURS[i % len(COLOURS)]


class Canvas:
    """A white sheet of width x height inches."""

    def __init__(self, width: float, height: float) -> None:
        """An empty sheet."""
        self.width, self.height = width, height
        size = (width, height)
        self.figure = extra("matplotlib.figure").Figure(size, dpi=DPI, facecolor="white")

    def heading(self, problem: Problem, left: float) -> None:
        """The title of the problem, its formula opposite, and its lesson below."""
        right = self.width - left
        self.text(left, 0.75, problem.title, 24, weight="bold", va="baseline")
        self.text(right, 0.75, problem.formula, 17, color=PALE, va="baseline", ha="right")
        lesson = fill(problem.lesson, int((right - left) / LETTER))
        self.text(left, 0.95, lesson, 13, color=PALE, linespacing=1.4)

    def axes(self, box: Box) -> Any:
        """Axes in a box."""
        left, top, width, height = box
        x, y = left / self.width, 1 - (top + height) / self.height
        axes = self.figure.add_axes((x, y, width / self.width, height / self.height))
        axes.tick_params(colors=PALE, labelsize=11)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(PALE)
        return axes

    def image(self, box: Box, pixels: Any, **look: Any) -> Any:
        """A picture in a box, without ticks or frame."""
        axes = self.axes(box)
        axes.imshow(pixels, **look)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        return axes

    def rectangle(self, corner: tuple[float, float], width: float, height: float) -> Any:
        """A frame to add to a picture."""
        look = {"fill": False, "edgecolor": "#facc15", "linewidth": 2}
        return extra("matplotlib.patches").Rectangle(corner, width, height, **look)

    def caption(self, box: Box, words: str) -> None:
        """Words below a box."""
        left, top, _, height = box
        self.text(left, top + height + 0.07, words, 12)

    def text(self, left: float, top: float, words: str, size: float, **look: Any) -> None:
        """Words that begin at a point and hang from it."""
        x, y = left / self.width, 1 - top / self.height
        self.figure.text(x, y, words, **{"size": size, "color": INK, "va": "top", **look})

    def save(self, out: Path) -> None:
        """Write the sheet; raises InvalidValue where the file cannot be written."""
        try:
            self.figure.savefig(out, dpi=DPI)
        except OSError as error:
            raise InvalidValue(f"cannot write {out}: {error}. Choose another --out.") from error
