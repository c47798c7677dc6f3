"""Clusters: elementwise steps, and the reductions after them, that one kernel computes.

A backend's `compile(cluster)` returns a kernel, called as `kernel(out, x)`: `x` are the arrays of
the loads in their order, `out` those of the results, which overlap no load. A backend may offer
`compile_all(clusters)` too, which returns the kernels of a whole plan, None for each that is left
to single steps. A kernel of a device may have `passes`, which `explain` counts: of each the numbers
of its `loads` and `results`, its `launches`, and the bytes of partial results `between` them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from riesz.formula.expression import Expression, Symbols, topological

Reduce = tuple[str, tuple[int, ...], bool]  # sum, prod, max or min; axes of the domain; keepdims


@dataclass(frozen=True)
class Load:
    """Argument i of the expressions: an array broadcast to the domain, or shifted along its axes.

    Entry k of a load with `shifts`, one per axis of the domain, is entry k - shift of the array.
    Beyond its ends it `wraps` around, as np.roll does, and has the shape of the domain; or else it
    is zero there, as after np.pad, and the array is a part of the domain.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    shifts: tuple[int, ...] | None = None
    wraps: bool = True


@dataclass(frozen=True)
class Result:
    """An expression to store over the whole domain (`reduce` None), or to reduce along axes."""

    root: Any  # Expression or number
    dtype: np.dtype[Any]
    reduce: Reduce | None = None

    def shape(self, domain: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of the array it is stored in."""
        if self.reduce is None:
            return domain
        _, axes, keepdims = self.reduce
        kept = ((1 if i in axes else n) for i, n in enumerate(domain) if keepdims or i not in axes)
        return tuple(kept)


@dataclass(frozen=True)
class Cluster:
    """Expressions of one domain. `dtypes`: that of every expression; numbers have none.

    Besides the vocabulary, an expression may be `astype(x, "float32")`. `scalars` are the arguments
    that are Python numbers at run time; the plan passes arrays of shape () instead, so it is empty.
    """

    domain: tuple[int, ...]
    symbols: Symbols
    loads: tuple[Load, ...]
    results: tuple[Result, ...]
    dtypes: Mapping[Expression, np.dtype[Any]]
    scalars: frozenset[int] = field(default=frozenset())

    @cached_property
    def expressions(self) -> list[Expression]:
        """Every expression, operands before their users."""
        return topological([r.root for r in self.results])

    @cached_property
    def key(self) -> str:
        """Equal for clusters that compute the same: names do not enter, shapes do."""
        number = {e: i for i, e in enumerate(self.expressions)}
        lines = [str(self.domain)]
        lines += [f"load {x.dtype.str} {x.shape} {x.shifts} {x.wraps}" for x in self.loads]
        lines += [
            f"{e.name} {self.dtypes[e].str} {' '.join(_operand(x, number) for x in e.args)}"
            for e in self.expressions
        ]
        lines += [
            f"result {_operand(r.root, number)} {r.dtype.str} {r.reduce}" for r in self.results
        ]
        return "\n".join(lines)


def _operand(x: Any, number: dict[Expression, int]) -> str:
    return f"%{number[x]}" if isinstance(x, Expression) else repr(x)
