"""Constants a tape has saved are read-only while the program still runs.

A rule reads what its step saved after the program has ended. A program that has meanwhile changed
such an array in place (`work[:] = ...`) would get a wrong gradient without a word; made read-only,
the array refuses the change where it happens.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class Freezer(Protocol):
    """A trace with a list of what it has made read-only."""

    frozen: list[Any]


def freeze(tape: Freezer, x: Any) -> None:
    """Make a constant array read-only until the tape is closed.

    Arrays of other libraries have no such flag, and a change through another view is not seen.
    """
    if x.__class__ is np.ndarray and x.flags.writeable:
        x.flags.writeable = False
        tape.frozen.append(x)


def thaw(tape: Freezer) -> None:
    """Make the arrays writeable again."""
    waiting, tape.frozen = tape.frozen, []
    while waiting:
        left = [x for x in waiting if not _thawed(x)]
        if len(left) == len(waiting):
            return  # their owner has meanwhile made them read-only for good
        waiting = left


def _thawed(x: Any) -> bool:
    try:
        x.flags.writeable = True
    except ValueError:  # a view cannot be writeable before its base is
        return False
    return True
