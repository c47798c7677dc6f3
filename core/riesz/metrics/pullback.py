"""Metrics that a function brings to its domain: that of its codomain pulled back, its Hessian."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from riesz.metrics.base import Metric
from riesz.metrics.matrix_free import Map, MatrixFree
from riesz.metrics.product import metric_at


class Pullback(MatrixFree):
    """R = dF(x)' R_Y dF(x) + damping R_base at x = `at`: <u, v> = <dF(x)u, dF(x)v>_Y + ...

    Gauss-Newton's metric for a residual F; Fisher's where F makes the parameters of a distribution
    and `metric` is its information there (S. Amari, Natural Gradient Works Efficiently in Learning,
    1998). `metric` is that of Y, `base` that of X, Euclidean by default; each may be a tree, or a
    function metric(at=y). `at` is a tree; a tuple is the argument list of F.

    `solve` asks for `damping` (R^-1 a to `rtol`, by default eps^(3/4)) or `truncation` (what that
    many steps of conjugate gradients make of a: no linear map, and no exact inverse). For a metric
    that follows the point, `metric=functools.partial(Pullback, F, damping=...)`.

    >>> import numpy as np, riesz
    >>> A = np.array([[2.0, 0.0], [0.0, 3.0], [0.0, 4.0]])
    >>> R = riesz.Pullback(lambda x: A @ x, np.zeros(2), damping=1.0)
    >>> R.apply(np.ones(2)), R.solve(np.array([5.0, 26.0])).round(9)
    (array([ 5., 26.]), array([1., 1.]))

    Raises InvalidValue for a solve without damping or truncation, NotConverged where `rtol` is out
    of reach.
    """

    def __init__(
        self,
        F: Callable[..., Any],
        at: Any,
        metric: Any = None,
        *,
        damping: float | None = None,
        truncation: int | None = None,
        base: Any = None,
        rtol: float | None = None,
    ) -> None:
        """Check the declaration; F runs when the metric is first used."""
        super().__init__(at, damping, truncation, base, rtol)
        self.F, self.metric = F, metric

    def semidefinite(self, x: Any) -> Map:
        """u -> dF(x)' R_Y dF(x) u; F is recorded once."""
        R_Y, push, pull = self._here if x is self.at else self._linearised(x)
        return lambda u: pull(R_Y.apply(push(u)))

    def inner(self, u: Any, v: Any) -> Any:
        """<u, v> = <dF(x)u, dF(x)v>_Y + damping <u, v>_base: no roundoff makes <u, u> negative."""
        R_Y, push, _ = self._here
        pulled = R_Y.inner(push(u), push(v))
        return pulled + self.damping * self.base_at(self.at).inner(u, v) if self.damping else pulled

    def _linearised(self, x: Any) -> tuple[Metric, Map, Map]:
        from riesz.calculus.linearisation import linearise  # derivatives are found above this layer

        y, push, pull = linearise(self.F, x)
        return metric_at(self.metric, y), push, pull

    @cached_property
    def _here(self) -> tuple[Metric, Map, Map]:
        return self._linearised(self.at)

    @property
    def _name(self) -> str:
        return getattr(self.F, "__name__", None) or repr(self.F)


class Hessian(MatrixFree):
    """R = D^2 f(x) + damping R_base at x = `at`: in it the gradient of f is Newton's step.

    f is a real scalar function that is convex at x, or so up to the damping; a direction of
    negative curvature met in `solve` raises InvalidValue. The rest as for `Pullback`.

    >>> import numpy as np, riesz
    >>> f = lambda x: np.sum(x**4)
    >>> x = np.array([1.0, 2.0])
    >>> riesz.grad(f, metric=riesz.Hessian(f, x, damping=0))(x).round(9)      # x / 3
    array([0.33333333, 0.66666667])
    """

    def __init__(
        self,
        f: Callable[..., Any],
        at: Any,
        *,
        damping: float | None = None,
        truncation: int | None = None,
        base: Any = None,
        rtol: float | None = None,
    ) -> None:
        """Check the declaration; f runs when the metric is first used."""
        super().__init__(at, damping, truncation, base, rtol)
        self.f = f

    def semidefinite(self, x: Any) -> Map:
        """u -> D^2 f(x) u."""
        from riesz.calculus import hvp  # derivatives are found above this layer

        return lambda u: hvp(self.f, x, u)

    @property
    def _name(self) -> str:
        return getattr(self.f, "__name__", None) or repr(self.f)
