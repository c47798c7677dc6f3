"""When a run is over."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from math import inf

from riesz.checking import nonnegative, number


class Status(IntEnum):
    """Why a run ended; 0 is success."""

    CONVERGED = 0
    STEPS = 1
    SECONDS = 2
    CALLBACK = 3
    NON_FINITE = 4
    STUCK = 5
    INTERRUPTED = 6
    SCIPY = 7


@dataclass(frozen=True)
class Record:
    """One line of the history: the state after `nit` steps, the last of length t |p|."""

    nit: int
    fun: float
    norm: float
    t: float
    nfev: int
    seconds: float


Verdict = tuple[Status, str]
RUNNING: Verdict = (Status.STEPS, "running")


@dataclass(frozen=True)
class Rules:
    """The tolerances of `minimize`; every norm is the metric's."""

    rtol: float = 1e-6
    gtol: float = 0.0
    ftol: float = 0.0
    target: float = -inf
    max_steps: float = 1000
    max_seconds: float = inf

    def __post_init__(self) -> None:
        """Raise for what is negative or no number."""
        for field in fields(self):
            if field.name != "target":
                nonnegative(field.name, getattr(self, field.name))
        number("target", self.target)

    def verdict(self, history: list[Record]) -> Verdict | None:
        """The status and message with which to stop here, None to go on."""
        return self._converged(history) or self._exhausted(history[-1])

    def _converged(self, history: list[Record]) -> Verdict | None:
        first, now = history[0], history[-1]
        if now.fun <= self.target:
            return Status.CONVERGED, f"f has reached the target {self.target:g}"
        if now.norm <= self.gtol:
            return Status.CONVERGED, f"|grad f| = {now.norm:.3g} <= gtol = {self.gtol:g}"
        if now.norm <= self.rtol * first.norm:
            rule = f"rtol = {self.rtol:g} of the first"
            return Status.CONVERGED, f"|grad f| = {now.norm:.3g} has fallen to {rule}"
        if len(history) > 1 and self.ftol:
            fall = history[-2].fun - now.fun
            if fall <= self.ftol * max(abs(now.fun), abs(history[-2].fun)):
                return Status.CONVERGED, f"f falls by less than ftol = {self.ftol:g} of itself"
        return None

    def _exhausted(self, now: Record) -> Verdict | None:
        if now.nit >= self.max_steps:
            return Status.STEPS, f"max_steps = {self.max_steps:g} are done"
        if now.seconds >= self.max_seconds:
            return Status.SECONDS, f"max_seconds = {self.max_seconds:g} are over"
        return None
