"""An operator at a sample, seen as a function F of its differentiable arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import select_backend, to_numpy
from riesz.calculus import vjp

from .sample import Sample

Points = tuple[Any, ...]
Function = Callable[..., Points]


class Application:
    """F(*points): the floating results, as a tuple, of an operator applied to a sample.

    `points` are the floating arrays among the sample's arguments (only number `only` of them, if
    given); its other arguments and static parameters stay fixed.
    """

    def __init__(self, op: Any, sample: Sample, only: int | None = None) -> None:
        """Nothing is computed yet."""
        self.op, self.sample = op, sample
        floating = [i for i, x in enumerate(sample.x) if is_floating(x)]
        self.positions = floating if only is None else [floating[only]]
        self.points: Points = tuple(sample.x[i] for i in self.positions)

    def __call__(self, *points: Any) -> Points:
        """The results at other points."""
        results = self.results(*points)
        seen = self.sample.seen
        return tuple(filter(is_floating, results if seen is None else seen(*results)))

    def results(self, *points: Any) -> tuple[Any, ...]:
        """All results, integer and boolean ones too."""
        x = list(self.sample.x)
        for i, point in zip(self.positions, points, strict=True):
            x[i] = point if self.sample.domain is None else self.sample.domain(point)
        y = self.op(*x, **self.sample.static)
        return tuple(y) if isinstance(y, tuple) else (y,)

    def alone(self) -> list[Application]:
        """The same as functions of each argument alone."""
        return [Application(self.op, self.sample, k) for k in range(len(self.positions))]


class Covector:
    """G(*points, *covectors) = dF(points)'covectors: the adjoint, as a function like any other."""

    def __init__(self, F: Application, rng: np.random.Generator) -> None:
        """`points` are those of F, and a random covector of each result."""
        self.F, self.count = F, len(F.points)
        self.points: Points = (*F.points, *random_like(F(*F.points), rng))

    def __call__(self, *points: Any) -> Points:
        """The covectors of the arguments of F."""
        x, a = points[: self.count], points[self.count :]
        return pull(self.F, x, a)


def pull(F: Function, x: Points, a: Points) -> Points:
    """dF(x)'a, a tuple also for one argument."""
    g = vjp(F, *x)[1](a)
    return g if isinstance(g, tuple) else (g,)


def is_floating(x: Any) -> bool:
    """Whether x is an array (or traced value) with a derivative."""
    return hasattr(x, "dtype") and x.dtype.kind in "fc"


def derived(F: Application, seen: bool = False) -> Points:
    """The results of F and the covectors of its arguments for fixed covectors of the results.

    `seen`: of results that are not unique, what the sample sees of them.
    """
    y = F(*F.points) if seen and F.sample.seen is not None else F.results(*F.points)
    if F.op.constant or not F.points:
        return y
    return (*y, *pull(F, F.points, random_like(F(*F.points), rng(2))))


def host(x: Points) -> Points:
    """The arrays of x as NumPy arrays; what is no array stays."""
    return tuple(to_numpy(v) if hasattr(v, "dtype") else v for v in x)


def random_like(x: Points, rng: np.random.Generator) -> Points:
    """A standard normal array in the space of each entry of x, on its backend."""
    return tuple(select_backend(v).asarray(_random(v.shape, v.dtype, rng)) for v in x)


def rng(seed: int) -> np.random.Generator:
    """The random numbers of one use: the same on every backend."""
    return np.random.default_rng(seed)


def _random(shape: tuple[int, ...], dtype: Any, rng: np.random.Generator) -> Any:
    u = rng.standard_normal(shape) + (1j * rng.standard_normal(shape) if dtype.kind == "c" else 0)
    return np.asarray(u).astype(dtype)
