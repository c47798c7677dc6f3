"""The figure: what was measured, gradients, results, and the error from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from riesz import InvalidValue
from riesz_tomography.demo.descent import Descent
from riesz_tomography.demo.extra import extra
from riesz_tomography.demo.scan import Scan
from riesz_tomography.geometry import Array

INK, PALE = "#1f2430", "#6b7280"
TINTS = {"L2": "#c2410c", "H1": "#1d4ed8"}
NAMES = {"L2": "$L^2$", "H1": "$H^1$"}
SIDE, GAP, WORDS, HEAD, MARGIN = 3.5, 0.22, 0.5, 1.15, 0.4  # inches
GREY: dict[str, Any] = {
    "cmap": "gray",
    "vmin": 0.0,
    "vmax": 0.6,
}  # the skull is saturated, the brain is seen
DPI = 110
METHOD = (
    r"minimise $\frac{1}{2}\|Ax - b\|^2$ by conjugate gradients, stopped where the data are fitted "
    "as well as the truth fits them"
)


def draw(scan: Scan, descents: Sequence[Descent], filtered: Array, lesson: str, out: Path) -> None:
    """Write the PNG; raises InvalidValue where that is impossible."""
    width, height = 2 * MARGIN + 4 * SIDE + 3 * GAP, HEAD + 2 * (SIDE + WORDS) + 0.95
    figure = extra("matplotlib.figure").Figure((width, height), dpi=DPI, facecolor="white")
    sheet = Sheet(figure, width, height)
    beam = f"{scan.angles} angles, {100 * scan.noise:g} % noise, {scan.beam} beam"
    sheet.text(MARGIN, 0.3, f"A head phantom from {beam}", 21, weight="bold")
    sheet.text(MARGIN, 0.75, METHOD, 13, color=PALE)
    sheet.picture(0, 0, scan.truth, f"phantom, {scan.size} x {scan.size} pixels", **GREY)
    sheet.picture(1, 0, scan.data, "sinogram: angles down, bins across", aspect="auto")
    sheet.picture(
        2, 0, filtered, f"filtered back-projection: error {scan.error(filtered):.1%}", **GREY
    )
    errors(sheet.axes(3, 0, left=0.55, below=0.1), descents)
    for i, descent in enumerate(descents):
        results(sheet, i, descent)
    wrapped = extra("textwrap").fill(lesson, 170)
    sheet.text(MARGIN, height - 0.85, wrapped, 12, color=PALE, linespacing=1.4)
    try:
        figure.savefig(out)
    except OSError as error:
        raise InvalidValue(f"cannot write {out}: {error}. Choose another --out.") from error


def results(sheet: Sheet, i: int, descent: Descent) -> None:
    """The first gradient and the reconstruction of one metric."""
    name, tint = NAMES[descent.name], TINTS[descent.name]
    words = f"first gradient in {name}, its sign reversed"
    sheet.picture(i, 1, -descent.gradient, words, tint, cmap="magma")
    at = len(descent.errors) - 1 if descent.stop is None else descent.stop
    words = f"{name} after {at} steps: error {descent.errors[at]:.1%}"
    sheet.picture(2 + i, 1, descent.x, words, tint, **GREY)


def errors(axes: Any, descents: Sequence[Descent]) -> None:
    """The error at each step, with the step where the discrepancy principle stops."""
    for descent in descents:
        tint, percent = TINTS[descent.name], 100 * np.asarray(descent.errors)
        axes.plot(percent, color=tint, lw=2.2, label=NAMES[descent.name])
        if descent.stop is not None:
            axes.plot(descent.stop, percent[descent.stop], "o", color=tint, ms=9)
    floor = 100 * min(min(d.errors) for d in descents)
    axes.set_ylim(0.9 * floor, min(100, 1.7 * floor))
    axes.set_title("error in % at each step; dots: stopped", size=11, color=PALE, loc="left")
    axes.legend(frameon=False, labelcolor="linecolor", fontsize=14)
    axes.tick_params(colors=PALE)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(PALE)
    axes.grid(axis="y", color="#e5e7eb", lw=0.8)


class Sheet:
    """A figure on which things are placed by column and row."""

    def __init__(self, figure: Any, width: float, height: float) -> None:
        self.figure, self.width, self.height = figure, width, height

    def axes(self, column: int, row: int, left: float = 0.0, below: float = 0.0) -> Any:
        """Axes in a cell, less a margin for labels."""
        x = MARGIN + column * (SIDE + GAP) + left
        bottom = self.height - HEAD - row * (SIDE + WORDS) - SIDE + below
        size = ((SIDE - left) / self.width, (SIDE - below) / self.height)
        return self.figure.add_axes((x / self.width, bottom / self.height, *size))

    def picture(
        self, column: int, row: int, pixels: Array, words: str, tint: str = INK, **look: Any
    ) -> None:
        """An image with its caption."""
        axes = self.axes(column, row)
        axes.imshow(pixels, **({"cmap": "gray"} | look))
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        top = HEAD + row * (SIDE + WORDS) + SIDE + 0.08
        self.text(MARGIN + column * (SIDE + GAP), top, words, 13, color=tint)

    def text(self, left: float, top: float, words: str, size: float, **look: Any) -> None:
        """Words hanging from a point, in inches."""
        place = (left / self.width, 1 - top / self.height)
        self.figure.text(*place, words, **({"size": size, "color": INK, "va": "top"} | look))
