"""Problems whose unknown is a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from riesz.demo.canvas import Canvas
from riesz.demo.panels import panels
from riesz.demo.problem import Problem

if TYPE_CHECKING:
    from riesz.demo.descent import Descent


class Picture(Problem):
    """A problem of which the truth, the data and the result are pictures between 0 and 1."""

    error_name = "PSNR (dB)"
    given_name: ClassVar[str]
    scale: ClassVar[str]  # of the axis of steps, on which convergence is a straight line
    given: NDArray[np.float64]

    def __init__(self, truth: NDArray[np.float64]) -> None:
        """Keep the true picture."""
        height, width = truth.shape
        self.truth, self.label = truth, f"{height} x {width}"

    def error(self, x: NDArray[np.float64]) -> float:
        """The peak signal-to-noise ratio: the higher the closer."""
        return float(-10 * np.log10(np.mean((x - self.truth) ** 2)))

    def draw(self, descents: Sequence[Descent]) -> Canvas:
        """Panels: the pictures, the gradients and the convergence."""
        return panels(self, descents)
