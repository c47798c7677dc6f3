"""Spaces of trees: X = X_1 x X_2 x ..., points and covectors with a part in each."""

from __future__ import annotations

from typing import Any

from riesz.dual import Dual, common
from riesz.errors import InvalidValue, SpaceMismatch
from riesz.metrics.base import Metric
from riesz.metrics.product import Product
from riesz.space import Space, is_tree_of_shapes
from riesz.tree import Prefix, flatten, same_structure, shown


class ProductSpace(Space):
    """Trees of arrays with an inner product; made by `Space` of a tree of shapes.

    `dtype` and `metric` may be trees too; a tree of metrics is a `Product`. A covector is a `Dual`
    whose value is a tree; `sharp` also takes a tree of them, as `riesz.derivative` returns it.

    >>> import numpy as np, riesz
    >>> X = riesz.Space({"a": (2,), "b": ()}, metric={"a": riesz.Weighted(2.0), "b": None})
    >>> u = {"a": np.ones(2), "b": np.array(3.0)}
    >>> float(X.inner(u, u)), float(X.flat(u)(u))
    (13.0, 13.0)
    """

    __slots__ = ("parts", "structure")
    parts: tuple[Space, ...]  # of the leaves, without a metric of their own
    structure: Any

    @staticmethod
    def declare(shape: Any, dtype: Any, metric: Any) -> ProductSpace:
        """Check the three and build the space."""
        form = Prefix(shape, lambda s: s is not None and not is_tree_of_shapes(s))
        trees = isinstance(dtype, tuple | list | dict)
        try:
            dtypes = form.split(dtype) if trees else [dtype] * len(form.entries)
        except ValueError as error:
            raise InvalidValue(
                f"the tree of dtypes does not mirror that of the shapes: {str(error).rstrip('.')}. "
                "Give one dtype, or one for each shape in the same tree."
            ) from error
        parts = [
            None if s is None else Space(s, d) for s, d in zip(form.entries, dtypes, strict=True)
        ]
        tree = form.join(parts)
        return ProductSpace.of_parts(tree, metric)

    @staticmethod
    def of_parts(tree: Any, metric: Any) -> ProductSpace:
        """The space with these spaces at its leaves, their metrics replaced by one of trees."""
        spaces, structure = flatten(tree)
        R = metric if isinstance(metric, Metric) and metric.of_trees else Product(metric)
        R.accept(tree)
        X: ProductSpace = object.__new__(ProductSpace)
        fields = {
            "shape": structure.unflatten([part.shape for part in spaces]),
            "dtype": structure.unflatten([part.dtype for part in spaces]),
            "metric": R,
            "parts": tuple(Space.bare(part.shape, part.dtype) for part in spaces),
            "structure": structure,
        }
        for name, value in fields.items():
            object.__setattr__(X, name, value)
        return X

    def sharp(self, a: Any) -> Any:
        """The point u with <u, v> = a(v) for all v: u = R^-1 a. Undoes `flat`."""
        return super().sharp(a if isinstance(a, Dual) else self._joined(a))

    def zeros(self) -> Any:
        """The origin, a tree of NumPy arrays."""
        return self.structure.unflatten([part.zeros() for part in self.parts])

    def check(self, u: Any) -> Any:
        """The point u, each of its arrays as `Space.check` makes it."""
        if isinstance(u, Dual):
            return super().check(u)  # which refuses it
        return self.structure.unflatten(
            [part.check(ui) for part, ui in zip(self.parts, self._leaves(u), strict=True)]
        )

    @property
    def ndim(self) -> int:
        """None: a tree has no axes."""
        raise InvalidValue(f"{self} is a space of trees, which have no axes. Ask its `parts`.")

    @property
    def size(self) -> int:
        """The number of entries of all arrays."""
        return sum(part.size for part in self.parts)

    def _joined(self, tree: Any) -> Dual:
        """The covector whose parts are those in a tree."""
        duals = self._leaves(tree)
        if not all(isinstance(a, Dual) for a in duals):
            raise SpaceMismatch(
                f"sharp takes a covector (riesz.Dual) of {self}, or a tree of them, but was given "
                f"a tree of {type(duals[0]).__name__}. If its entries are those of a covector, "
                f"wrap it: riesz.Dual(space, tree)."
            )
        for part, a in zip(self.parts, duals, strict=True):
            common(part, a.space, "take sharp of")
        return Dual(self, self.structure.unflatten([a.value for a in duals]))

    def _leaves(self, u: Any) -> list[Any]:
        leaves, structure = flatten(u)
        if not same_structure(structure, self.structure):
            raise InvalidValue(
                f"expected a point of {self}, but was given a tree {shown(structure)}. Give one "
                f"array for each shape, in the same tree."
            )
        return leaves

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProductSpace):
            return NotImplemented
        mine, others = ((X.parts, X.structure, X.metric) for X in (self, other))
        return mine == others

    def __hash__(self) -> int:
        return hash((self.parts, self.metric))

    def __reduce__(self) -> tuple[Any, ...]:
        return ProductSpace.of_parts, (self.structure.unflatten(self.parts), self.metric)

    def __repr__(self) -> str:
        return f"Space({self.shape}, {self.dtype}, {self.metric!r})"
