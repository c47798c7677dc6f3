"""A `Workload`: a program in plain NumPy, and its gradient as a practised person writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Data = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Workload:
    """`objective(*x, **c)` with `x, c = make()`; `hand(*x, **c)` returns value and gradients.

    `goal` is the greatest ratio of value and gradient to `hand` that eager mode aims at.
    """

    name: str
    make: Callable[[], Data]
    objective: Callable[..., Any]
    hand: Callable[..., tuple[Any, tuple[Any, ...]]]
    goal: float
    hvp: Callable[..., Any] | None = None  # hvp(x, u), by hand
    hvp_goal: float = 0.0
