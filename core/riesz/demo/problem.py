"""What a demo problem is: an objective in plain NumPy, a start, a target and its metrics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import riesz
from riesz.backend import current_backend
from riesz.metrics import Metric

if TYPE_CHECKING:
    from riesz.demo.canvas import Canvas
    from riesz.demo.descent import Descent


def placed(x: NDArray[Any]) -> Any:
    """Data of a problem as an array of the backend that was chosen."""
    return riesz.asarray(x, backend=current_backend())


def number(x: Any) -> float:
    """A value of the objective, read from where it was computed."""
    return float(riesz.to_numpy(x))


class Problem(ABC):
    """A quadratic objective f >= 0, and what the demo needs to descend it and to tell about it.

    Descent stops at the first x with f(x) - min f <= tolerance (f(start) - min f): no inner
    product appears in the rule, so it favours none.
    """

    title: ClassVar[str]
    formula: ClassVar[str]
    lesson: ClassVar[str]
    error_name: ClassVar[str]
    sizes: ClassVar[tuple[int, ...]]
    metrics: ClassVar[tuple[str, ...]]
    natural: ClassVar[tuple[float, float]]  # order and lengthscale of plain `sobolev`
    iterations: ClassVar[int]

    label: str
    rule: str
    truth: NDArray[np.float64]
    start: Any

    @abstractmethod
    def __init__(self, size: int, image: Path | None, seed: int) -> None:
        """Set up the data."""

    @abstractmethod
    def f(self, x: Any) -> Any:
        """The objective, in plain NumPy."""

    @abstractmethod
    def sobolev(self, order: float, lengthscale: float) -> Metric:
        """The Sobolev metric of this order on the unknowns of the problem."""

    @abstractmethod
    def error(self, x: NDArray[np.float64]) -> float:
        """How a result compares with the truth, in the unit `error_name` says."""

    @abstractmethod
    def draw(self, descents: Sequence[Descent]) -> Canvas:
        """The figure that tells the lesson, from the descents of this problem and its sisters."""

    @property
    @abstractmethod
    def tolerance(self) -> float:
        """The relative gap at which descent stops."""

    @cached_property
    def least(self) -> float:
        """The minimum of f, or the lower bound 0."""
        return 0.0

    @cached_property
    def initial(self) -> float:
        """The objective at the start."""
        return number(self.f(self.start))

    @cached_property
    def target(self) -> float:
        """The objective at which descent stops."""
        return self.least + self.tolerance * (self.initial - self.least)

    def gap(self, value: float) -> float:
        """How much of the distance from the start to the minimum is left, relative."""
        whole = self.initial - self.least
        return (value - self.least) / whole if whole > 0 else 0.0
