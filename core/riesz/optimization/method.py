"""What a method of descent is: a step from one iterate to the next, with a memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from .objective import Objective
from .point import Iterate, Point


@dataclass(frozen=True)
class Step:
    """Where a step ended, how long it was (a multiple of its direction), what is remembered."""

    point: Point
    t: float
    memory: Any


class Method(ABC):
    """A method is immutable; what it learns is its memory, which can be pickled."""

    def check(self, objective: Objective) -> None:  # noqa: B027 - most methods take any
        """Raise InvalidValue for an objective the method is not for."""

    @abstractmethod
    def step(self, objective: Objective, at: Iterate, memory: Any) -> Step:
        """One step; `memory` is None in the first. Raises Stuck where f does not fall."""
