"""L-BFGS in the inner product of the metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riesz.checking import count

from .line_search import Line, search_named
from .method import Method, Step
from .objective import Objective
from .point import Iterate
from .vector import Vector, combined, pair, scaled


@dataclass(frozen=True)
class Pair:
    """A step s, a point, and the change y of the derivative along it, a covector; y·s > 0."""

    s: Vector
    y: Vector
    ys: float
    scale: float  # y·s / |y|², by which R^-1 is multiplied to be a guess of the inverse Hessian


@dataclass(frozen=True)
class Past:
    """The last pairs, oldest first, and where the next one starts."""

    pairs: tuple[Pair, ...]
    last: Iterate


@dataclass(frozen=True)
class LBFGS(Method):
    """p = -B a with the B of J. Nocedal (1980), whose first guess is the Riesz map R^-1.

    Steps are points and changes of the derivative are covectors: every product in the two loops is
    a pairing, and the metric acts once, between them. `memory` is the number of pairs.
    """

    memory: int = 10
    line_search: Any = "wolfe"

    def __post_init__(self) -> None:
        """Check the two."""
        search_named(self.line_search, 0.9)
        count("memory", self.memory)

    def step(self, objective: Objective, at: Iterate, memory: Past | None) -> Step:
        """Along -B a, with the full step first."""
        pairs = () if memory is None else self._with_latest(memory, at)
        p = scaled(-1.0, self._times_B(objective, at, pairs)) if pairs else scaled(-1.0, at.g)
        line = Line(objective, at, p)
        t = 1.0 if pairs else min(1.0, 1 / at.norm)
        trial = search_named(self.line_search, 0.9)(line, t)
        return Step(trial.point, trial.t, Past(pairs, at))

    def _with_latest(self, memory: Past, at: Iterate) -> tuple[Pair, ...]:
        last = memory.last
        s, y = combined(at.x, -1.0, last.x), combined(at.a, -1.0, last.a)
        ys, yy = pair(y, s), pair(y, combined(at.g, -1.0, last.g))
        pairs = (*memory.pairs, Pair(s, y, ys, ys / yy)) if ys > 0 and yy > 0 else memory.pairs
        return pairs[-self.memory :]

    def _times_B(self, objective: Objective, at: Iterate, pairs: tuple[Pair, ...]) -> Vector:
        q, shares = at.a, []
        for k in reversed(pairs):
            shares.append(pair(q, k.s) / k.ys)
            q = combined(q, -shares[-1], k.y)
        r = scaled(pairs[-1].scale, objective.sharp(q, at.x))
        for k, share in zip(pairs, reversed(shares), strict=True):
            r = combined(r, share - pair(k.y, r) / k.ys, k.s)
        return r
