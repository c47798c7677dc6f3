"""An objective that is half a squared norm, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riesz.metrics.product import metric_at


class LeastSquares:
    """f(x) = 1/2 |r(x)|²_Y for a residual r between trees, and a metric of Y.

    An objective like any other, and the one that `gauss-newton` takes: r is what it linearises.
    `metric` is that of Y, one or a tree of them; Euclidean by default.

    >>> import numpy as np, riesz
    >>> f = riesz.LeastSquares(lambda x: x - np.array([3.0, 4.0]))
    >>> float(f(np.zeros(2)))
    12.5
    """

    def __init__(self, residual: Callable[..., Any], metric: Any = None) -> None:
        """Nothing is computed yet."""
        self.residual, self.metric = residual, metric

    def __call__(self, x: Any) -> Any:
        """1/2 <r, r>."""
        r = self.residual(x)
        return 0.5 * metric_at(self.metric, r).inner(r, r)
