"""Clusters without a compiler: NumPy's own calls on blocks that stay in the processor's cache.

A chain of NumPy calls on large arrays waits for memory; the same calls on one block after another
do not. Only the loop is ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.formula.expression import Expression
from riesz.formula.vocabulary import SPECIAL

from .buffer import Workspaces
from .cluster import Cluster, Result
from .graph import Node
from .primitive import function

ENTRIES = 16384  # of a block
FEWEST, SMALLEST = 3, 2**19  # steps and entries from which blocks pay: beyond the second cache
UFUNCS = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}


def can_block(xp: Any, n: Node) -> bool:
    """Whether a step is one NumPy call that writes where it is told."""
    return n.op in ("where", "astype") or isinstance(function(xp, n.op), np.ufunc)


class Blocks:
    """A kernel: `blocks(out, x)` computes a cluster, a block of rows at a time."""

    def __init__(self, cluster: Cluster, xp: Any) -> None:
        """Print the calls of one block."""
        self.cluster = cluster
        body = _Body(cluster, xp)
        self.body, self.temporaries = body.function, body.temporaries
        domain = cluster.domain
        whole = all(r.reduce is None or len(r.reduce[1]) == len(domain) for r in cluster.results)
        alike = all(x.shape == domain or math.prod(x.shape) == 1 for x in cluster.loads)
        self.flattens = whole and alike
        self.flat = Workspaces(lambda: self._space((cluster_size(cluster),)))
        self.rows = Workspaces(lambda: self._space(domain))

    def _space(self, domain: tuple[int, ...]) -> list[Any]:
        shape = (min(_rows(domain), domain[0]), *domain[1:])
        return [np.empty(shape, dtype) for dtype in self.temporaries]

    def __call__(self, out: tuple[Any, ...], x: tuple[Any, ...]) -> None:
        """Compute `out` from `x`."""
        flat = self.flattens and all(v.flags.c_contiguous for v in x)
        spaces = self.flat if flat else self.rows
        temporaries = spaces.take()
        try:
            if flat:
                x = tuple([v.reshape(() if v.size == 1 else -1) for v in x])
                pairs = zip(out, self.cluster.results, strict=True)
                stored = [y.reshape(-1) if r.reduce is None else y for y, r in pairs]
                self._run((cluster_size(self.cluster),), stored, x, temporaries, flat)
            else:
                self._run(self.cluster.domain, list(out), x, temporaries, flat)
        finally:
            spaces.give_back(temporaries)

    def _run(self, domain: Any, out: list[Any], x: Any, temporaries: list[Any], flat: bool) -> None:
        n, rows = domain[0], _rows(domain)
        sliced = [v.ndim == len(domain) and v.shape[0] == n and n > 1 for v in x]
        results = self.cluster.results
        totals: dict[int, Any] = {}
        for i in range(0, n, rows):
            j = min(i + rows, n)
            parts = [v[i:j] if s else v for v, s in zip(x, sliced, strict=True)]
            stored = [y[i:j] for y, r in zip(out, results, strict=True) if r.reduce is None]
            spaces = temporaries if j - i == rows else [t[: j - i] for t in temporaries]
            for k, value in self.body[flat](*parts, *stored, *spaces):
                reduce = results[k].reduce
                if reduce is not None and 0 in reduce[1]:
                    ufunc = UFUNCS[reduce[0]]
                    totals[k] = ufunc(totals[k], value) if k in totals else value
                else:
                    out[k][i:j] = value
        for k, value in totals.items():
            out[k][...] = np.reshape(value, out[k].shape)


def cluster_size(cluster: Cluster) -> int:
    """The entries of the domain."""
    return math.prod(cluster.domain)


def _rows(domain: tuple[int, ...]) -> int:
    return max(1, ENTRIES // max(1, math.prod(domain[1:])))


class _Body:
    """The calls of one block as a printed function; temporaries are used again."""

    def __init__(self, cluster: Cluster, xp: Any) -> None:
        self.cluster, self.xp = cluster, xp
        self.scope: dict[str, Any] = {"copyto": np.copyto}
        self.names: dict[Any, str] = {
            e: f"x{e.args[0]}" for e in cluster.expressions if e.name == "arg"
        }
        self.temporaries: list[np.dtype[Any]] = []
        self.free: dict[Any, list[str]] = {}
        self.lines: list[str] = []
        self.stored = [r for r in cluster.results if r.reduce is None]
        self.last = self._last()
        for i, e in enumerate(cluster.expressions):
            if e.name != "arg":
                self._step(i, e)
        for k, r in enumerate(self.stored):
            if self.names.get(r.root) != f"y{k}":
                self.lines.append(f"copyto(y{k}, {self._operand(r.root, [r.dtype])})")
        self.function = {flat: self._function(flat) for flat in (False, True)}

    def _last(self) -> dict[Expression, int]:
        last: dict[Expression, int] = {}
        for i, e in enumerate(self.cluster.expressions):
            last.update((x, i) for x in e.args if isinstance(x, Expression))
        kept = (r.root for r in self.cluster.results if isinstance(r.root, Expression))
        last.update((x, len(self.cluster.expressions)) for x in kept)
        return last

    def _step(self, i: int, e: Expression) -> None:
        dtype = self.cluster.dtypes[e]
        dtypes = [self.cluster.dtypes[x] for x in e.args if isinstance(x, Expression)]
        dtypes = dtypes if e.name not in SPECIAL else []  # SciPy goes by the type of a number
        dtypes = dtypes if e.name != "where" else [dtype]  # the condition does not decide
        operands = [self._operand(x, dtypes) for x in e.args]
        if e.name == "where":
            target = self._target(e, dtype)
            condition = operands[0] if self._is_bool(e.args[0]) else f"({operands[0]} != 0)"
            self.lines.append(f"copyto({target}, {operands[2]})")
            self.lines.append(f"copyto({target}, {operands[1]}, where={condition})")
        self._release(e, i)
        if e.name != "where":
            target = self._target(e, dtype)
            self.lines.append(self._call(e, operands, target))
        self.names[e] = target

    def _is_bool(self, x: Any) -> bool:
        return isinstance(x, Expression) and self.cluster.dtypes[x].kind == "b"

    def _call(self, e: Expression, operands: list[str], target: str) -> str:
        if e.name == "astype":
            return f"copyto({target}, {operands[0]}, 'unsafe')"
        self.scope[f"f_{e.name}"] = function(self.xp, e.name)
        return f"f_{e.name}({', '.join(operands)}, out={target})"

    def _release(self, e: Expression, i: int) -> None:
        for x in dict.fromkeys(x for x in e.args if isinstance(x, Expression)):
            name = self.names[x]
            if self.last[x] == i and name[0] == "t":
                self.free.setdefault(self.cluster.dtypes[x], []).append(name)

    def _target(self, e: Expression, dtype: Any) -> str:
        for k, r in enumerate(self.stored):
            if r.root is e:
                return f"y{k}"
        if self.free.get(dtype):
            return self.free[dtype].pop()
        self.temporaries.append(dtype)
        return f"t{len(self.temporaries) - 1}"

    def _operand(self, x: Any, dtypes: list[Any]) -> str:
        if isinstance(x, Expression):
            return self.names[x]
        if isinstance(x, str):
            return repr(x)
        name = f"c{len(self.scope)}"
        self.scope[name] = np.asarray(x, dtype=_dtype(x, dtypes)) if dtypes else x
        return name

    def _function(self, flat: bool) -> Callable[..., Any]:
        partial = "".join(
            f"({k}, {self._reduced(r, flat)}), "
            for k, r in enumerate(self.cluster.results)
            if r.reduce
        )
        x = [f"x{i}" for i in range(len(self.cluster.loads))]
        y = [f"y{k}" for k in range(len(self.stored))]
        t = [f"t{k}" for k in range(len(self.temporaries))]
        lines = "".join(f"    {line}\n" for line in [*self.lines, f"return ({partial})"])
        scope = dict(self.scope)
        exec(
            compile(f"def body({', '.join([*x, *y, *t])}):\n{lines}", "<riesz blocks>", "exec"),
            scope,
        )
        return scope["body"]  # type: ignore[no-any-return]

    def _reduced(self, r: Result, flat: bool) -> str:
        word, axes, keepdims = r.reduce  # type: ignore[misc]
        self.scope[f"r_{word}"] = UFUNCS[word].reduce
        root = self._operand(r.root, [r.dtype])
        return (
            f"r_{word}({root}, axis={(0,) if flat else axes!r}, keepdims={keepdims and not flat})"
        )


def _dtype(x: Any, dtypes: list[Any]) -> Any:
    try:
        return np.result_type(*dtypes, x)
    except OverflowError:
        return None
