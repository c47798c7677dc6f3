"""The check that what is not a number is never lost on its way to what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.backend import current_backend
from riesz.calculus import jvp
from riesz.errors import UnsupportedOperator
from riesz.plan.compilation import compile

from .application import Application, Covector, Points, host, pull, random_like, rng
from .compiled import accompanied
from .finding import Finding, same
from .sample import Sample

LINEAR = ("linear", "multilinear")


@np.errstate(all="ignore")
def nan_carried(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """NaN in an entry reaches what depends on the entry: values and covectors, compiled ones too.

    An infinity reaches, as itself or as NaN, what is linear in it. A refusal is as good.
    """
    F = Application(op, sample)
    if op.constant or not F.points:
        return None
    G = Covector(F, rng(3))
    infinite = range(len(F.points)) if op.kind in LINEAR else range(0)
    lost = [f"{p} on the way to result {j}" for p in probes(F, infinite) for j in p.lost()]
    covectors = range(len(F.points), len(G.points))
    lost += [f"{p} on the way to covector {j}" for p in probes(G, covectors) for j in p.lost()]
    return same("lost", lost, [])


@dataclass(frozen=True)
class Probe:
    """A number that is none, in place of entry k of point i of F; `depends`: on that entry, what.

    `programs`: F, and F compiled with more results.
    """

    value: float
    i: int
    k: int
    points: Points
    depends: tuple[np.ndarray, ...]
    programs: tuple[Callable[..., Any], ...]

    def __str__(self) -> str:
        """Where the number is."""
        return f"{self.value} in entry {self.k} of argument {self.i}"

    def lost(self) -> list[int]:
        """The results with an entry that depends on the number, and is an ordinary one."""
        points = list(self.points)
        x = np.array(host(self.points)[self.i])
        x.flat[self.k] = complex(self.value, self.value) if x.dtype.kind == "c" else self.value
        points[self.i] = current_backend().asarray(x)
        strange = np.isnan if np.isnan(self.value) else lambda y: ~np.isfinite(y)
        pairs = [
            (j, strange(y)[on].all())
            for program in self.programs
            for j, (y, on) in enumerate(zip(_results(program, points), self.depends, strict=False))
        ]
        return sorted({j for j, arrived in pairs if not arrived})


def probes(F: Any, infinite: range) -> Iterator[Probe]:
    """NaN, and for the points in `infinite` an infinity, at some entries that matter."""
    program = compile(accompanied(F), current_backend())
    g = host(pull(F, F.points, random_like(F(*F.points), rng(2))))
    for i, gi in enumerate(g):
        for k in _telling(np.abs(gi).ravel()):
            depends = _depends(F, i, k)
            for value in (np.nan, np.inf)[: 1 + (i in infinite)]:
                yield Probe(value, i, k, F.points, depends, (F, program))


def _telling(size: np.ndarray) -> list[int]:
    """The first, the last and the largest entry that are not zero."""
    nonzero = np.flatnonzero(size)
    return sorted({*nonzero[:1], *nonzero[-1:], int(size.argmax())}) if nonzero.size else []


def _depends(F: Any, i: int, k: int) -> tuple[np.ndarray, ...]:
    """Which entries of the results of F depend, to first order, on entry k of point i."""
    u = [np.zeros(x.shape, x.dtype) for x in F.points]
    u[i].flat[k] = 0.6 + 0.8j if u[i].dtype.kind == "c" else 1
    dy = [np.abs(v) for v in host(jvp(F, F.points, tuple(map(current_backend().asarray, u)))[1])]
    largest = max((v.max(initial=0) for v in dy), default=0)
    return tuple(v > np.sqrt(np.finfo(v.dtype).eps) * largest for v in dy)  # smaller is rounding


def _results(program: Callable[..., Any], points: Sequence[Any]) -> Points:
    """The results on the host; none where what is no number is refused."""
    try:
        y = program(*points)
    except UnsupportedOperator:
        raise
    except Exception:  # whatever the backend says it with: it has computed with numbers
        return ()
    return host(y if isinstance(y, tuple) else (y,))
