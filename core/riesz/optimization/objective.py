"""What is minimised: a function of a tree, its derivatives, its inner product, and their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import Any

from riesz.backend import namespace
from riesz.calculus.argument import Arguments, name_of
from riesz.calculus.reverse import value_and_grad
from riesz.calculus.second import hvp
from riesz.control.solver import number
from riesz.metrics.base import Metric, cast
from riesz.metrics.product import Product, metric_at
from riesz.plan.compilation import Compiled, compile
from riesz.tree import flatten

from .point import Iterate, Point
from .vector import Vector, pair

Function = Callable[..., Any]


@dataclass
class Counts:
    """How often values, derivatives and Hessian (or Jacobian) products were computed."""

    nfev: int = 0
    njev: int = 0
    nhev: int = 0


class Objective:
    """f on the tree of x0, whose space has the inner product `metric`.

    `metric` is that of `riesz.grad`; metric(at=x) may be another one at each point.
    """

    def __init__(self, f: Function, x0: Any, metric: Any) -> None:
        """Raise InvalidType for leaves that are not floating, InvalidValue for a wrong metric."""
        self.f, self.metric, self.counts = f, metric, Counts()
        self.arguments = Arguments(f, (x0,), {}, 0)
        self.start: Vector = list(map(_own, self.arguments.leaves))
        self._at, self._R = self.start, self._accepted(self.start)
        self.is_constant = _is_constant(metric, self.tree(self.start))
        self._both, self._product = _derivatives(f)

    # --- f and its derivatives -------------------------------------------------------------------

    def at(self, x: Vector) -> Point:
        """The value and the derivative at x."""
        self.counts.nfev += 1
        self.counts.njev += 1
        value, a = self._both(self.tree(x))
        return Point(x, number(value), flatten(a)[0])

    def iterate(self, point: Point) -> Iterate:
        """The point with its gradient."""
        g = self.sharp(point.a, point.x)
        square = pair(point.a, g)
        norm = nan if isnan(square) else sqrt(max(square, 0.0))  # less than 0 only by rounding
        return Iterate(point.x, point.value, point.a, g, norm)

    def value(self, x: Vector) -> float:
        """f(x)."""
        self.counts.nfev += 1
        return number(self.f(self.tree(x)))

    def hessian(self, x: Vector, u: Vector) -> Vector:
        """The covector D²f(x)u."""
        self.counts.nhev += 1
        return flatten(self._product(self.tree(x), self.tree(u)))[0]

    # --- the inner product -----------------------------------------------------------------------

    def sharp(self, a: Vector, x: Vector) -> Vector:
        """R^-1 a, with the R of the point x."""
        g = flatten(self.metric_at(x).solve(self.tree(a)))[0]
        return [cast(gi, xi.dtype) for gi, xi in zip(g, x, strict=True)]

    def flat(self, u: Vector, x: Vector) -> Vector:
        """R u."""
        return flatten(self.metric_at(x).apply(self.tree(u)))[0]

    def metric_at(self, x: Vector) -> Metric:
        """The metric of trees at the point x; the latest one is kept."""
        if not self.is_constant and self._at is not x:
            self._at, self._R = x, self._accepted(x)
        return self._R

    def _accepted(self, x: Vector) -> Metric:
        R = metric_at(self.metric, self.tree(x))
        R.accept(self.tree(x))
        return R

    # --- trees -----------------------------------------------------------------------------------

    def tree(self, leaves: Vector) -> Any:
        """Leaves as the tree f takes."""
        return self.arguments.result(leaves)

    @property
    def name(self) -> str:
        """What messages call f."""
        return name_of(self.f)


def _own(x: Any) -> Any:
    """A copy, so that a result is never the x0 of the user; a NumPy scalar as it is."""
    return namespace(x).array(x) if hasattr(x, "__setitem__") else x


def _is_constant(metric: Any, x: Any) -> bool:
    """Whether a metric, or a tree of them, is the same at every point."""
    if callable(metric) and not isinstance(metric, Metric):
        return False
    R = metric if isinstance(metric, Metric) else Product(metric)
    return R(at=x) is R


def _derivatives(f: Function) -> tuple[Function, Function]:
    """x -> (f(x), Df(x)) and (x, u) -> D²f(x)u; of a compiled f compiled too."""
    plain = f.f if isinstance(f, Compiled) else f

    def product(x: Any, u: Any) -> Any:
        return hvp(plain, (x,), (u,))[0]

    both = value_and_grad(plain)
    if isinstance(f, Compiled):
        return compile(both, f.backend), compile(product, f.backend)
    return both, product
