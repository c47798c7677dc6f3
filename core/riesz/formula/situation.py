"""A `Situation`: what a step knows of its arguments when its rules are printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """Which arguments are active, which are complex, and which live in the codomain's own space.

    `same[i]` means that argument i has the shape and dtype of the result, so that a covector of the
    result needs no projection to become one of the argument.
    """

    active: tuple[bool, ...]
    complex: tuple[bool, ...]
    same: tuple[bool, ...]
    result_complex: bool

    @property
    def positions(self) -> tuple[int, ...]:
        """The indices of the active arguments."""
        return tuple(i for i, active in enumerate(self.active) if active)
