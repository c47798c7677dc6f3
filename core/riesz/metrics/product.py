"""Metrics of trees: a tree of metrics, and what `metric=` means at a point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import DType, Metric, Shape
from riesz.metrics.euclidean import Euclidean
from riesz.tree import Prefix, flatten, tree_map

EUCLIDEAN = Euclidean()


class Product(Metric):
    """<u, v> = sum w_k <u_k, v_k>_k over the parts of a tree: what a tree of metrics means.

    `metrics` is a tree of them; None is Euclidean, and a metric of arrays in the place of a subtree
    holds for each of its arrays. `Product(M, N)` is `Product((M, N))`. `weights`, one positive
    number or a tree of them that mirrors `metrics` (None is 1), balance the parts.

    >>> import numpy as np, riesz
    >>> R = Product({"a": riesz.Weighted(2.0), "b": None}, weights={"a": 1.0, "b": 10.0})
    >>> u = {"a": np.array([1.0, 1.0]), "b": np.array(3.0)}
    >>> float(R.inner(u, u))
    94.0

    Raises InvalidType for what is no metric, InvalidValue for a weight that is not positive.
    """

    of_trees = True

    def __init__(self, *metrics: Any, weights: Any = 1.0) -> None:
        """Check the metrics and the weights."""
        tree = metrics[0] if len(metrics) == 1 else metrics
        self._prefix = Prefix(tree, _is_entry)
        self.parts = tuple(map(_part, self._prefix.entries))
        self.weights = tuple(map(_weight, self._mirrored(weights)))

    def __call__(self, *, at: Any) -> Metric:
        """The metric at the point `at`, each part at its own."""
        xs = self._split(at)
        parts = [R(at=x) for R, x in zip(self.parts, xs, strict=True)]
        if all(found is R for found, R in zip(parts, self.parts, strict=True)):
            return self
        parts = [
            R if isinstance(R, Metric) else metric_at(R, x) for R, x in zip(parts, xs, strict=True)
        ]
        return Product(self._prefix.join(parts), weights=self._prefix.join(list(self.weights)))

    def apply(self, u: Any) -> Any:
        """R u: w_k R_k u_k in each part."""
        return self._map(lambda R, w, v: _scaled(w, R.apply(v)), u)

    def solve(self, a: Any) -> Any:
        """R^-1 a: R_k^-1 a_k / w_k in each part."""
        return self._map(lambda R, w, v: _scaled(1 / w, R.solve(v)), a)

    def sqrt(self, u: Any) -> Any:
        """L' u: sqrt(w_k) L_k' u_k in each part."""
        return self._map(lambda R, w, v: _scaled(w**0.5, R.sqrt(v)), u)

    def unsqrt(self, z: Any) -> Any:
        """L'^-1 z: undoes `sqrt`."""
        return self._map(lambda R, w, v: _scaled(w**-0.5, R.unsqrt(v)), z)

    def inner(self, u: Any, v: Any) -> Any:
        """<u, v> = sum w_k <u_k, v_k>_k, a real scalar."""
        terms = [
            _scaled(w, _fixed(R).inner(ui, vi))
            for R, w, uk, vk in zip(
                self.parts, self.weights, self._split(u), self._split(v), strict=True
            )
            for ui, vi in zip(_points(R, uk), _points(R, vk), strict=True)
        ]
        return sum(terms[1:], terms[0]) if terms else np.float64(0.0)

    def accept(self, x: Any) -> None:
        """Raise InvalidValue if a part does not fit its part of trees like x."""
        for R, xk in zip(self.parts, self._split(x), strict=True):
            for xi in _points(R, xk):
                _fixed(R).accept(xi)

    def refuse(self, shape: Shape, dtype: DType) -> None:
        """Raise InvalidValue if this does not fit one array of this shape and dtype."""
        self.accept(np.broadcast_to(dtype.type(0), shape))

    @property
    def key(self) -> tuple[Any, ...]:
        """The parts, their weights and the tree."""
        return self.parts, self.weights, self._prefix.structure

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._prefix.join(list(self.parts)), self._prefix.join(list(self.weights)))

    def __repr__(self) -> str:
        weights = self._prefix.join(list(self.weights))
        return f"Product({self._prefix.join(list(self.parts))}, weights={weights})"

    def has_root(self, u: Any) -> bool:
        """Whether every part has one."""
        pairs = zip(self.parts, self._split(u), strict=True)
        return all(_fixed(R).has_root(ui) for R, uk in pairs for ui in _points(R, uk))

    def _map(self, rule: Callable[[Metric, float, Any], Any], u: Any) -> Any:
        """The tree of rule(R_k, w_k, u_k), for each array where R_k is a metric of arrays."""
        parts = []
        for R, w, uk in zip(self.parts, self.weights, self._split(u), strict=True):
            _, structure = flatten(uk)
            images = [rule(_fixed(R), w, ui) for ui in _points(R, uk)]
            parts.append(images[0] if R.of_trees else structure.unflatten(images))
        return self._prefix.join(parts)

    def _split(self, tree: Any) -> list[Any]:
        return self._along(
            tree,
            "The tree of metrics does not mirror the points it is for",
            "Give one metric (or None, for Euclidean) per array, in the same tree.",
        )

    def _mirrored(self, weights: Any) -> list[Any]:
        if isinstance(weights, int | float | np.number):
            return [weights] * len(self.parts)
        return self._along(
            weights,
            "weights= does not mirror the metrics",
            "Give one positive number, or one for each metric (or None, for 1) in the same tree.",
        )

    def _along(self, tree: Any, complaint: str, instead: str) -> list[Any]:
        """What of a tree belongs to each metric."""
        try:
            return self._prefix.split(tree)
        except ValueError as error:
            raise InvalidValue(f"{complaint}: {str(error).rstrip('.')}. {instead}") from error


def metric_at(metric: Any, x: Any) -> Metric:
    """What `metric=` means at x: a metric of points like x, an array or a tree.

    `metric` is a Metric, None (Euclidean), a tree of them, which is a Product, or what depends on
    the point: a function of which metric(at=x) is one of these.
    """
    R = _part(metric if metric is None or _is_entry(metric) else Product(metric))(at=x)
    if not isinstance(R, Metric):
        return metric_at(R, x)
    return R if R.of_trees or hasattr(x, "dtype") else Product(R)


def _is_entry(x: Any) -> bool:
    return isinstance(x, Metric) or callable(x)


def _part(metric: Any) -> Any:
    """A metric, or a function that gives one at a point."""
    if metric is None:
        return EUCLIDEAN
    if isinstance(metric, type) or not callable(metric):
        hint = f"{metric.__name__}(...)" if isinstance(metric, type) else "riesz.Weighted(w)"
        raise InvalidType(
            f"metric is {metric!r:.60} of type {type(metric).__name__}; expected a metric such as "
            f"{hint}, None, a tree of them, or a function metric(at=x)."
        )
    return metric


def _fixed(R: Any) -> Metric:
    """The part, which must not be one that is still to be taken at a point."""
    if not isinstance(R, Metric):
        raise InvalidType(
            f"the metric {R!r:.60} depends on the point: take it at one, metric(at=x), or pass it "
            f"as metric= to a gradient."
        )
    return R


def _points(R: Any, u: Any) -> list[Any]:
    """The points of the metric R in a subtree: its arrays, or the whole."""
    return [u] if getattr(R, "of_trees", False) else flatten(u)[0]


def _weight(w: Any) -> float:
    if w is None:
        return 1.0
    if not isinstance(w, int | float | np.number) or not (np.isfinite(w) and w > 0):
        raise InvalidValue(
            f"the weight of a part is one positive number, but was given {w!r:.60}. To weight the "
            f"entries of an array use riesz.Weighted(w)."
        )
    return float(w)


def _scaled(w: float, v: Any) -> Any:
    """w v, for a tree v."""
    return v if w == 1.0 else tree_map(lambda vi: vi * w, v)


def _again(metrics: Any, weights: Any) -> Product:
    return Product(metrics, weights=weights)
